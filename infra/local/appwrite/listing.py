"""Lists: filter, order, page and count, for rows and for every other kind of resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document, quoted
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import ARGUMENT_INVALID, AppwriteError, Fault
from infra.local.appwrite.filters import Condition, condition, joined
from infra.local.appwrite.queries import ORDERS, QUERY_INVALID, Fields, Page, Query, read_page

DEFAULT_LIMIT = 25
MOST_COUNTED = 5000
_INTERNAL = {"$id": "string", "$sequence": "integer", "$createdAt": "datetime", "$updatedAt": "datetime"}

CURSOR_NOT_FOUND = Fault.of("general_cursor_not_found", 400, "{} '{}' for the 'cursor' value not found.")
ORDER_NULL = Fault.of(
    "database_query_order_null",
    400,
    "The order attribute '{}' had a null value. Cursor pagination requires all documents order attribute values are "
    "non-null.",
)


@dataclass(frozen=True)
class Source:
    """The documents that a list is taken from: those of `collection` that meet `within`."""

    collection: Collection
    fields: Fields
    within: Condition
    #: What messages call one of them.
    noun: str = "Document"


def queryable(kinds: Mapping[str, str], fulltext: frozenset[str] = frozenset()) -> Fields:
    """Fields with these kinds and the internal ones."""
    return Fields({**kinds, **_INTERNAL}, fulltext)


def listing(
    call: Call,
    tx: Transaction,
    collection: Collection,
    *,
    attributes: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    within: Condition = ("1", []),
    search: Sequence[str] = (),
) -> tuple[int, list[Document]]:
    """The total and one page of a resource, for the call's `queries`, `search` and `total`.

    `attributes` are the fields that queries may name; `where` and `within` say which documents there are for this call.
    """
    conditions = [within, *((f"{quoted(key)} = ?", [value]) for key, value in (where or {}).items())]
    if words := call.params.text("search", "", longest=256, shortest=0):
        known = Fields(collection.kinds)
        found_in = (condition(Query("contains", key, (words,)), known) for key in ("$id", *search))
        conditions.append(joined(found_in, " OR "))
    fields = queryable({key: collection.fields[key] for key in attributes})
    source = Source(collection, fields, joined(conditions), collection.name.capitalize().removesuffix("s"))
    try:
        page = read_page(call.params.texts("queries", []), fields)
    except AppwriteError as error:
        raise _as_argument(error) from None
    return counted(call, tx, source, page), fetched(tx, source, page)


def counted(call: Call, tx: Transaction, source: Source, page: Page) -> int:
    """How many documents match, counted up to 5000; 0 if the client sent `total=0` (`false` does not count)."""
    if call.params.get("total") == "0":
        return 0
    text, values = matching(source, page)
    return source.collection.count(tx, text, values, MOST_COUNTED)


def fetched(tx: Transaction, source: Source, page: Page, default_limit: int = DEFAULT_LIMIT) -> list[Document]:
    """The documents of one page, in order."""
    orders = _orders(page)
    cursor = page.settings.get("cursor")
    backwards = cursor is not None and cursor.method == "cursorBefore"
    if backwards:
        orders = [(key, "ASC" if way == "DESC" else "DESC") for key, way in orders]
    text, values = matching(source, page)
    if cursor:
        text, values = joined([(text, values), _beyond(tx, source, cursor, orders)])
    tail = f"{text} ORDER BY {', '.join(_order_sql(key, way) for key, way in orders)} LIMIT ? OFFSET ?"
    found = source.collection.select(
        tx, tail, [*values, page.setting("limit", default_limit), page.setting("offset", 0)]
    )
    return found[::-1] if backwards else found


def matching(source: Source, page: Page) -> Condition:
    """The SQL condition of the source and the filters."""
    return joined([source.within, *(condition(query, source.fields) for query in page.filters)])


def _orders(page: Page) -> list[tuple[str, str]]:
    orders = [(query.attribute or "$sequence", ORDERS[query.method]) for query in page.orders]
    if not {"$id", "$sequence"} & {key for key, _ in orders}:
        orders.append(("$sequence", "ASC"))
    return orders


def _order_sql(key: str, way: str) -> str:
    return "RANDOM()" if way == "RANDOM" else f"{quoted(key)} {way}"


def _beyond(tx: Transaction, source: Source, cursor: Query, orders: list[tuple[str, str]]) -> Condition:
    """Documents after the cursor's: greater in the first key, or equal there and greater in the next, and so on."""
    text, values = joined([source.within, ('"$id" = ?', [cursor.values[0]])])
    found = source.collection.select(tx, text, values)
    if not found:
        raise CURSOR_NOT_FOUND(source.noun, cursor.values[0])
    steps: list[Condition] = []
    equal: list[Condition] = []
    for key, way in orders:
        value = found[0][key]
        if value is None:
            raise ORDER_NULL(key)
        steps.append(joined([*equal, (f"{quoted(key)} {'<' if way == 'DESC' else '>'} ?", [value])]))
        equal.append((f"{quoted(key)} = ?", [value]))
    return joined(steps, " OR ")


def _as_argument(error: AppwriteError) -> AppwriteError:
    """Lists of resources put the same complaint as a wrong argument."""
    return ARGUMENT_INVALID("queries", error.message) if error.type == QUERY_INVALID.kind else error
