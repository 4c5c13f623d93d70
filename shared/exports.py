"""Files that the worker makes because somebody asked, offered for a while and then removed: ZIPs and previews."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Work

#: How long the files and the row are kept.
KEPT = timedelta(days=1)


class CannotBuild(Exception):
    """What was asked for can't be made; the message tells the person who asked why."""


@dataclass(frozen=True)
class Part:
    """One file of an export, at most 30 MB, the bucket's limit."""

    name: str
    content: bytes
    #: How many documents are in it.
    documents: int = 1
    #: What whoever asked must know of them: `Export.reason`.
    note: str | None = None


class ExportKind(StrEnum):
    #: Certificates of one organisation.
    ZIP = "zip"
    #: One page of a template, as PDF and as PNG.
    PREVIEW = "preview"


class ExportStatus(StrEnum):
    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Export(Work):
    """One request for files; `attempts` names the attempt that made them."""

    table = "exports"

    kind: ExportKind
    #: Whose it is; None = an admin's.
    organization_id: str | None = None
    #: What is wanted, as JSON; its shape depends on `kind`.
    request: str
    #: Of a preview: the template.
    html: str | None = None
    status: ExportStatus = ExportStatus.QUEUED
    #: How many files it became.
    parts: int = 0
    #: How many certificates are in them.
    documents: int | None = None
    expires_at: AwareDatetime

    def file_id(self, part: int) -> str:
        """Of the file number `part`, counted from 0, that the latest attempt made."""
        return stable_id("export", self.id, self.attempts, part)
