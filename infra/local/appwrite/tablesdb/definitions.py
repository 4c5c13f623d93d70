"""Definitions of columns and indexes, checked as the real server checks them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from infra.local.appwrite.collection import SYSTEM, Document
from infra.local.appwrite.errors import ARGUMENT_INVALID, Fault
from infra.local.appwrite.params import REQUIRED, Params
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb.column_types import FORMATS, INLINE, OPTIONS, TYPES, is_text, size_of
from infra.local.appwrite.tablesdb.structure import flaw
from infra.local.appwrite.values import ID_RULE, is_id, timestamp

DEFAULT_UNSUPPORTED = Fault.of("column_default_unsupported", 400, "Cannot set default value for {} column")
COLUMN_UNKNOWN = Fault.of(
    "column_unknown",
    400,
    "The column '{}' required for the index could not be found. Please confirm all your columns are in the available "
    "state.",
)
COLUMN_EXISTS = Fault.of(
    "column_already_exists",
    409,
    "Column with the requested key '{}' already exists. Column keys must be unique, try again with a different key.",
)
INDEX_EXISTS = Fault.of(
    "column_index_already_exists",
    409,
    "Index with the requested key '{}' already exists. Try again with a different key.",
)
INDEX_INVALID = Fault.of("column_index_invalid", 400, "{}")
LONGEST_INDEX = 768
INDEX_TYPES = ("key", "fulltext", "unique")


def new_column(params: Params, type_name: str, services: Services, delay: float) -> Document:
    """The column that the parameters describe; `delay` is the time in seconds until it is ready."""
    required = params.boolean("required")
    column = {
        "key": key_of(params),
        **_shown_type(type_name),
        "required": required,
        "array": params.boolean("array", default=False),
        **_dated(services, delay),
        **{option: OPTIONS[option](params, type_name) for option in TYPES[type_name].options},
        "default": params.value("default", None),
    }
    if TYPES[type_name].format and "size" in params:
        column["size"] = OPTIONS["size"](params, type_name)
    check_default(column)
    return column


def inline_column(raw: dict[str, Any], services: Services) -> Document:
    """A column given with its table; these are ready at once and of few types."""
    params = Params({"required": False, **raw})
    shown = params.choice("type", among=tuple(INLINE))
    format_name = params.choice("format", "", among=("", *FORMATS))
    return new_column(params, format_name if shown == "string" and format_name else INLINE[shown], services, 0)


def new_index(params: Params, columns: list[Document], services: Services, delay: float) -> Document:
    """The index that the parameters describe, over ready columns."""
    keys = params.texts("columns")
    index = {
        **_dated(services, delay),
        "key": key_of(params),
        "type": params.choice("type", among=INDEX_TYPES),
        "columns": keys,
        "lengths": _lengths(params, len(keys)),
        "orders": params.texts("orders", []),
    }
    _check_index(index, {column["key"]: column for column in columns})
    return index


def check_free(key: str, others: Iterable[Document], taken: type[Fault]) -> None:
    """409 `taken` if another column or index has the key, in whatever case."""
    if any(other["key"].lower() == key.lower() for other in others):
        raise taken(key)


def check_default(column: Document) -> None:
    """400 for a default that the column can't have."""
    if column["default"] is None:
        return
    if column["required"] or column["array"]:
        raise DEFAULT_UNSUPPORTED("required" if column["required"] else "array")
    if wrong := flaw(column, column["default"]):
        raise ARGUMENT_INVALID("default", wrong)


def key_of(params: Params, name: str = "key") -> str:
    """The key of a column or index."""
    key: str = params.read(name, REQUIRED, is_id, ID_RULE)
    return key


def _shown_type(type_name: str) -> dict[str, Any]:
    made = TYPES[type_name]
    return {"type": made.shown, **({} if made.format is None else {"format": made.format})}


def _dated(services: Services, delay: float) -> dict[str, str]:
    now = services.clock()
    stamp = timestamp(now)
    return {"$createdAt": stamp, "$updatedAt": stamp, "readyAt": timestamp(now + timedelta(seconds=delay))}


def _lengths(params: Params, number: int) -> list[int]:
    rule = f"Value must a valid array no longer than {number} items and Value must be a valid integer"
    given = params.read("lengths", [], lambda v: _are_lengths(v) and len(v) <= number, rule)
    return [length or 0 for length in given] + [0] * (number - len(given))


def _are_lengths(value: Any) -> bool:
    return isinstance(value, list) and all(item is None or type(item) is int for item in value)


def _check_index(index: Document, columns: dict[str, Document]) -> None:
    for key in index["columns"]:
        if key not in columns and key not in SYSTEM:
            raise COLUMN_UNKNOWN(key)
    named = [
        (columns[key], length) for key, length in zip(index["columns"], index["lengths"], strict=True) if key in columns
    ]
    if any(column["array"] for column, _ in named):
        raise INDEX_INVALID("Creating indexes on array attributes is not currently supported")
    if index["type"] == "fulltext":
        if not all(is_text(column) for column, _ in named):
            raise INDEX_INVALID("Attribute type must be text for a fulltext index")
        return
    if sum(length or size_of(column) for column, length in named if is_text(column)) > LONGEST_INDEX:
        raise INDEX_INVALID(f"Index length is longer than the maximum: {LONGEST_INDEX}")
