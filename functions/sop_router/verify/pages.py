"""The page, in HTML that needs nothing but itself: one execution for each view.

Style and script stand in the page, and its Content-Security-Policy names their hashes, so that nothing else is loaded
or run, whatever a name or a course's title holds.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from functions.sop_router.verify.states import Known, MistypedNumber, UnknownCertificate, Verified
from shared.errors import AppError
from shared.runtime import Content
from shared.web.pages import STATIC

_FOLDER = Path(__file__).parent / "templates"
# Its colours are those of the console and the portal.
_STYLE = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "tokens.css", _FOLDER / "page.css"))
_SCRIPT = (_FOLDER / "page.js").read_text(encoding="utf-8")

#: Of every answer, files and JSON too.
HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "vary": "accept",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


def _sha256(text: str) -> str:
    """https://www.w3.org/TR/CSP3/#grammardef-hash-source"""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_POLICY = (
    f"default-src 'none'; style-src {_sha256(_STYLE)}; script-src {_sha256(_SCRIPT)}; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _day(moment: datetime) -> str:
    """`20 November 2026`; the month is in English whatever the machine speaks."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.filters["day"] = _day
_environment.globals |= {"style": Markup(_STYLE), "script": Markup(_SCRIPT)}  # noqa: S704 - files of our own


@dataclass(frozen=True)
class Field:
    """One line of what is printed."""

    #: As in JSON.
    name: str
    label: str
    value: str | datetime | None


def search(form: str) -> Content:
    """Asks for a number; `form` is where it is sent."""
    return _page("search.html", 200, HEADERS, form=form, typed="")


def found(known: Known, form: str) -> Content:
    """All that a certificate says, or what its number alone tells."""
    if isinstance(known, Verified):
        return _page("verified.html", 200, HEADERS, it=known, fields=list(_fields(known)), form=form)
    return _page("known.html", 200, HEADERS, it=known, typed=known.number, form=form)


def problem(error: AppError, request_id: str, form: str, typed: str, headers: Mapping[str, str]) -> Content:
    """Why there is nothing to show; `typed` is the number that was asked for."""
    template = "unknown.html" if isinstance(error, UnknownCertificate | MistypedNumber) else "problem.html"
    return _page(template, error.status, headers, error=error, request_id=request_id, form=form, typed=typed)


def _page(template: str, status: int, headers: Mapping[str, str], **values: Any) -> Content:
    html = _environment.get_template(template).render(values)
    return Content(html.encode(), "text/html", status, {**headers, "content-security-policy": _POLICY})


def _fields(it: Verified) -> Iterator[Field]:
    name = "Not kept any more" if it.erased else it.learner_name
    score = f"{it.score} of {it.max_score}" if it.score and it.max_score else it.score
    every = (
        Field("learner_name", "Learner", name),
        Field("learner_email", "E-mail address, in part", it.learner_email),
        Field("course_name", "Course", it.course_name),
        Field("organization_name", "Organisation", it.organization_name),
        Field("completed_at", "Completed on", it.completed_at),
        Field("score", "Score", score),
        Field("credits", "Credits", it.credits),
        Field("grade", "Grade", it.grade),
        Field("issued_at", "Issued on", it.issued_at),
        Field("expires_at", "Valid until", it.expires_at or "It does not expire"),
        Field("number", "Certificate number", it.number),
        Field("version", "Version", str(it.version)),
    )
    return (field for field in every if field.value is not None)
