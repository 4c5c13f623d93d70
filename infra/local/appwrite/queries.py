"""Queries as clients send them, checked against the fields that they name.

https://appwrite.io/docs/products/databases/queries
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.appwrite.errors import Fault
from infra.local.appwrite.values import parse_json, parse_time, timestamp

MOST = 2**63 - 1
MOST_VALUES = 500

QUERY_INVALID = Fault.of("general_query_invalid", 400, "{}")
ORDERS = {"orderAsc": "ASC", "orderDesc": "DESC", "orderRandom": "RANDOM"}
#: How many values a filter takes: the least, the most, and the words of the refusal.
_NONE = (0, 0, "no value.")
_ONE = (1, 1, "exactly one value.")
_TWO = (2, 2, "exactly two values.")
_SOME = (1, MOST, "at least one value.")
FILTERS = {
    "equal": _SOME,
    "contains": _SOME,
    "notContains": _SOME,
    "containsAny": _SOME,
    "containsAll": _SOME,
    "between": _TWO,
    "notBetween": _TWO,
    "isNull": _NONE,
    "isNotNull": _NONE,
    "notEqual": _ONE,
    "lessThan": _ONE,
    "lessThanEqual": _ONE,
    "greaterThan": _ONE,
    "greaterThanEqual": _ONE,
    "search": _ONE,
    "notSearch": _ONE,
    "startsWith": _ONE,
    "notStartsWith": _ONE,
    "endsWith": _ONE,
    "notEndsWith": _ONE,
}
_LOGIC = ("or", "and")
_PAGING = ("limit", "offset", "cursorAfter", "cursorBefore", "select")
_CONTAINS = ("contains", "notContains", "containsAny", "containsAll")
_ON_ARRAYS = (*_CONTAINS, "isNull", "isNotNull")
_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "double": (int, float),
    "boolean": (bool,),
    "datetime": (str,),
}


@dataclass(frozen=True)
class Query:
    """One condition, order or page setting; the values of `or` and `and` are queries."""

    method: str
    attribute: str = ""
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Fields:
    """What may be queried: the kind of each attribute, and the attributes with a fulltext index."""

    kinds: Mapping[str, str]
    fulltext: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Page:
    """The queries of one list call, sorted by what they are for."""

    filters: list[Query] = field(default_factory=list)
    orders: list[Query] = field(default_factory=list)
    selected: list[str] = field(default_factory=list)
    #: The first `limit`, `offset` and cursor count, as in the real server.
    settings: dict[str, Query] = field(default_factory=dict)

    def setting(self, name: str, default: int) -> int:
        """`limit` or `offset`."""
        return int(self.settings[name].values[0]) if name in self.settings else default


def read_page(texts: Iterable[str], fields: Fields) -> Page:
    """Parse and check the queries of a list call; 400 for the first that is wrong."""
    page = Page()
    for text in texts:
        query = _parsed(text)
        if query.method in ORDERS:
            _check_order(query, fields)
            page.orders.append(query)
        elif query.method == "select":
            _check_known((value for value in query.values if value != "*"), fields)
            page.selected.extend(query.values)
        elif query.method in _PAGING:
            _check_paging(query)
            page.settings.setdefault("cursor" if "cursor" in query.method else query.method, query)
        else:
            page.filters.append(_checked(query, fields))
    return page


def _parsed(text: str) -> Query:
    try:
        raw = parse_json(text)
    except ValueError:
        raise QUERY_INVALID("Invalid query: Syntax error") from None
    return _query(raw)


def _query(raw: object) -> Query:
    fields = raw if isinstance(raw, dict) else {}
    method, values = fields.get("method", ""), fields.get("values", [])
    if method not in (*FILTERS, *_LOGIC, *_PAGING, *ORDERS):
        raise QUERY_INVALID(f"Invalid query method: {method}")
    if not isinstance(values, list):
        raise QUERY_INVALID("Invalid query: Invalid query values. Must be an array")
    if method in _LOGIC:
        values = [_query(value) for value in values]
    return Query(method, fields.get("attribute", ""), tuple(values))


def _checked(query: Query, fields: Fields) -> Query:
    if query.method in _LOGIC:
        if len(query.values) < 2:
            raise _invalid(f"{query.method.capitalize()} queries require at least two queries")
        return Query(query.method, "", tuple(_checked(inner, fields) for inner in query.values))
    if query.method not in FILTERS:
        raise _invalid(f"{query.method} is not a filter")
    _check_known([query.attribute], fields)
    kind = fields.kinds[query.attribute]
    _check_method(query, kind, fields)
    return Query(query.method, query.attribute, tuple(_typed(query, value, kind) for value in query.values))


def _check_method(query: Query, kind: str, fields: Fields) -> None:
    least, most, words = FILTERS[query.method]
    if len(query.values) > MOST_VALUES:
        raise _invalid(f"Query on attribute has greater than {MOST_VALUES} values: {query.attribute}")
    if kind.endswith("[]") and query.method not in _ON_ARRAYS:
        raise _invalid(f'Cannot query {query.method} on attribute "{query.attribute}" because it is an array.')
    if query.method in _CONTAINS and kind != "string" and not kind.endswith("[]"):
        raise _invalid(
            f'Cannot query {query.method} on attribute "{query.attribute}" because it is not an array or string.'
        )
    if not least <= len(query.values) <= most:
        raise _invalid(f"{query.method[0].upper()}{query.method[1:]} queries require {words}")
    if query.method in ("search", "notSearch") and query.attribute not in fields.fulltext:
        raise QUERY_INVALID(f'Searching by attribute "{query.attribute}" requires a fulltext index.')


def _typed(query: Query, value: Any, kind: str) -> Any:
    item = kind.removesuffix("[]")
    wrong = _invalid(f'Query value is invalid for attribute "{query.attribute}"')
    if not isinstance(value, _JSON_TYPES[item]) or (isinstance(value, bool) and item != "boolean"):
        raise wrong
    if item != "datetime":
        return value
    try:
        return timestamp(parse_time(str(value)))
    except ValueError:
        raise wrong from None


def _check_order(query: Query, fields: Fields) -> None:
    if query.method != "orderRandom" and query.attribute:
        _check_known([query.attribute], fields)


def _check_known(attributes: Iterable[Any], fields: Fields) -> None:
    for attribute in attributes:
        if not isinstance(attribute, str) or attribute not in fields.kinds:
            raise _invalid(f"Attribute not found in schema: {attribute}")


def _check_paging(query: Query) -> None:
    value = next(iter(query.values), None)
    if query.method.startswith("cursor"):
        if not isinstance(value, str):
            raise _invalid(f"Invalid cursor: {value}")
        return
    least = 1 if query.method == "limit" else 0
    if type(value) is not int or not least <= value <= MOST:
        raise _invalid(f"Invalid {query.method}: Value must be a valid range between {least} and {MOST:,}")


def _invalid(message: str) -> Exception:
    return QUERY_INVALID(f"Invalid query: {message}")
