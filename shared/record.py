"""What every collection's record has: an id, columns, and the way in and out of a row.

Datetimes are aware and UTC. Work that a worker has yet to do is a row with `due_at` in the past; `attempts` counts how
often it was claimed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Record(BaseModel):
    """A row: its id and its columns."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table: ClassVar[str]

    id: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Columns younger than the row are null in it and get their defaults."""
        return cls.model_validate(
            {name: value for name, value in row.items() if value is not None} | {"id": row["$id"]}
        )

    def to_row(self) -> dict[str, Any]:
        return {"$id": self.id, **self.columns()}

    def columns(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"id"})


class Work(Record):
    """A row that workers take in turn."""

    attempts: int = 0
    #: When to take it (again); None = nothing left to do.
    due_at: AwareDatetime | None = None
    #: Why it failed or waits, for people.
    reason: str | None = None


def wire_time(moment: datetime) -> str:
    """A datetime as Appwrite's queries want it."""
    return moment.isoformat(timespec="milliseconds")
