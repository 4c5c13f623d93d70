"""Lists, paged by the database: what is asked for, and what is told about the rest."""

from typing import Annotated, Self

from appwrite.query import Query
from pydantic import AfterValidator, Field

from shared.actions import Payload, Result
from shared.record import Record
from shared.store import BATCH, Page

#: Items of a page: as many as one query by ids can name. Who asks for more gets these.
MAX_PAGE = BATCH


class Listing(Payload):
    """Which part of a list. `offset` counts from the start; `cursor` goes on after a page however the list grows."""

    limit: Annotated[int, AfterValidator(lambda limit: min(limit, MAX_PAGE))] = Field(25, ge=1)
    offset: int = Field(0, ge=0, le=1_000_000)
    #: The `next_cursor` of the page before; then `offset` does not matter.
    cursor: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]{1,36}$")


class Pagination(Result):
    #: Counted up to 5000.
    total: int
    limit: int
    offset: int
    has_more: bool
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Record]) -> Self:
        return cls(
            total=page.total,
            limit=page.limit,
            offset=page.offset,
            has_more=page.has_more,
            next_cursor=page.next_cursor,
        )


class ListResult(Result):
    """A page of a list; its `pagination` is told beside `data` too."""

    pagination: Pagination


def containing(text: str | None, *columns: str) -> list[str]:
    """The query for records that have `text`, in any case, in one of at least two `columns`; none if it is empty."""
    return [Query.or_queries([Query.contains(column, [text]) for column in columns])] if text else []
