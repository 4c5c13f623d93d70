"""What callers and the renderer's process say to each other. Standard library only: routers import it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

#: The names a template may use; each is always given, as text.
VARIABLES = (
    "learner_name",
    "course_name",
    "completion_date",
    "organization",
    "learner_email",
    "certificate_number",
    #: A picture of `verify_url`, for `<img src="{{ qr_code }}">`.
    "qr_code",
    #: Where this certificate is looked up, with its number and secret code.
    "verify_url",
    "issued_at",
    #: Empty, as the following may be, if there is none.
    "expires_at",
    "score",
    "max_score",
    "credits",
    "grade",
)

#: UTF-8 bytes. The column that holds a template takes 65,535.
MAX_TEMPLATE_BYTES = 64_000


@dataclass(frozen=True)
class Problem:
    """Why a template can't be used; `line` counts from 1 and is None where no single line is at fault."""

    line: int | None
    reason: str

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


@dataclass(frozen=True)
class Preview:
    """What becomes of a template: the page exactly as the renderer gets it, and what is not on it."""

    html: str
    #: What the sanitiser took out.
    removed: tuple[Problem, ...]
    #: What plutoprint leaves out; other engines do not.
    unsupported: tuple[Problem, ...]


@dataclass(frozen=True)
class Metadata:
    """The PDF's own description. `issued_at` (aware) is also its creation date, so equal input gives equal bytes."""

    title: str
    author: str
    subject: str
    keywords: str
    issued_at: datetime
    #: The certificate's.
    number: str = ""
    #: Where it can be looked up, with its code.
    verify_url: str = ""
    #: BCP 47.
    language: str = "en"


@dataclass(frozen=True)
class Printed:
    """A certificate, which engine printed it, and what is to be said of it."""

    pdf: bytes
    engine: str
    notes: tuple[str, ...] = ()


class TemplateRejected(Exception):
    """The template can't become a certificate; `problems` says why and is never empty.

    `killed`: its renderer died or hung, on a fresh process too.
    """

    def __init__(self, problems: Sequence[Problem], *, killed: bool = False) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.killed = killed
        self.problems = tuple(problems)


class RendererUnavailable(Exception):
    """Nothing can be printed here: the engine or its fonts are not installed, or its process does not start."""
