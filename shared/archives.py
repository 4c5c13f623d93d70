"""Certificates of one organisation as ZIP files: which of them, and what the files are called."""

from datetime import UTC, date, datetime, time
from typing import Self

from appwrite.query import Query
from pydantic import BaseModel, ConfigDict

from shared.record import wire_time

#: Certificates of one request.
MOST = 5000


class Archive(BaseModel):
    """What is wanted; the `request` of an export of kind `zip`."""

    model_config = ConfigDict(frozen=True)

    course_id: str | None = None
    #: Of issue, both included, by UTC.
    from_date: date | None = None
    to_date: date | None = None
    #: What the files' names begin with; ASCII.
    stem: str = "certificates"

    def named(self, website: str, today: date) -> Self:
        return self.model_copy(update={"stem": f"certificates-{website[:100]}-{today.isoformat()}"})

    def filename(self, part: int) -> str:
        """Of the file number `part`, counted from 0."""
        return f"{self.stem}-{part + 1}.zip"

    def covers(self, course_id: str, issued_at: datetime) -> bool:
        """Whether a certificate of that course and day is wanted."""
        day = issued_at.astimezone(UTC).date()
        return (
            (self.course_id is None or self.course_id == course_id)
            and (self.from_date is None or self.from_date <= day)
            and (self.to_date is None or day <= self.to_date)
        )

    def queries(self, organization_id: str) -> list[str]:
        """For the certificates that there are PDFs of, and that are not revoked."""
        queries = [
            Query.equal("organization_id", [organization_id]),
            Query.is_not_null("file_id"),
            Query.is_null("erased_at"),
            Query.is_null("revoked_at"),
        ]
        if self.course_id:
            queries.append(Query.equal("course_id", [self.course_id]))
        if self.from_date:
            first = datetime.combine(self.from_date, time.min, UTC)
            queries.append(Query.greater_than_equal("issued_at", wire_time(first)))
        if self.to_date:
            last = datetime.combine(self.to_date, time.max, UTC)
            queries.append(Query.less_than_equal("issued_at", wire_time(last)))
        return queries
