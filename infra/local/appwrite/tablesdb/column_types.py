"""The column types: what each takes, how it shows, how it is stored and how wide it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.appwrite.collection import Document
from infra.local.appwrite.params import Params

INT32, INT64 = 2**31 - 1, 2**63 - 1
FLOAT = 1.7976931348623157e308
#: The longest varchar of MariaDB with four bytes a character; longer strings become a text type.
LONGEST_VARCHAR = 16_381
TEXT_SIZES = {"text": 65_535, "mediumtext": 16_777_215, "longtext": 4_294_967_295}
#: The formats of strings, with the size that each has unless another is given.
FORMATS = {"email": 254, "url": 2_000, "ip": 39, "enum": 255}
#: How the values of a `type` are stored, if not as strings (see `collection.Collection`).
_STORED = {
    "integer": "integer",
    "bigint": "integer",
    "double": "double",
    "boolean": "boolean",
    "datetime": "datetime",
}


@dataclass(frozen=True)
class ColumnType:
    """One way to make a column: the `type` (and `format`) that its model shows, and the options it takes."""

    shown: str
    options: tuple[str, ...] = ()
    format: str | None = None


#: By the name in the route.
TYPES: Mapping[str, ColumnType] = {
    "string": ColumnType("string", ("size", "encrypt")),
    "varchar": ColumnType("varchar", ("size", "encrypt")),
    **{name: ColumnType(name, ("encrypt",)) for name in TEXT_SIZES},
    "integer": ColumnType("integer", ("min", "max")),
    "bigint": ColumnType("bigint", ("min", "max")),
    "float": ColumnType("double", ("min", "max")),
    "boolean": ColumnType("boolean"),
    "datetime": ColumnType("datetime", format=""),
    "email": ColumnType("string", format="email"),
    "url": ColumnType("string", format="url"),
    "ip": ColumnType("string", format="ip"),
    "enum": ColumnType("string", ("elements",), "enum"),
}
#: The `type`s that a table's inline columns may have; a `format` makes a string an email, url or enum.
INLINE = {
    "string": "string",
    "integer": "integer",
    "bigint": "bigint",
    "double": "float",
    "boolean": "boolean",
    "datetime": "datetime",
}


def _bounded(name: str, sign: int) -> Callable[[Params, str], Any]:
    def read(params: Params, type_name: str) -> Any:
        widest = FLOAT if type_name == "float" else INT64
        low = -widest if type_name == "float" else -widest - 1
        return params.number(name, low if sign < 0 else widest, low=low, high=widest)

    return read


OPTIONS: Mapping[str, Callable[[Params, str], Any]] = {
    "size": lambda params, name: params.number(
        "size", low=1, high=LONGEST_VARCHAR if name == "varchar" else 1_073_741_824
    ),
    "encrypt": lambda params, _: params.boolean("encrypt", default=False),
    "min": _bounded("min", -1),
    "max": _bounded("max", +1),
    "elements": lambda params, _: params.texts("elements", longest=255),
}


def kind_of(column: Document) -> str:
    """The kind under which the values are stored."""
    kind = _STORED.get(column["type"], "string")
    return f"{kind}[]" if column["array"] else kind


def size_of(column: Document) -> int:
    """How many characters a text may have."""
    if column.get("format") in FORMATS and "size" not in column:
        return FORMATS[column["format"]]
    return TEXT_SIZES.get(column["type"]) or int(column["size"])


def is_text(column: Document) -> bool:
    """Whether the values are strings."""
    return kind_of(column).startswith("string")


def is_wide_integer(column: Document) -> bool:
    """Whether the range needs 64 bits."""
    return column["type"] == "bigint" or bool(column["min"] < -INT32 - 1 or column["max"] > INT32)


def width(column: Document) -> int:
    """How many of the 65,535 bytes of a MariaDB row the column takes."""
    if column["array"]:
        return 20
    if is_text(column):
        size = size_of(column)
        return 20 if size > LONGEST_VARCHAR else size * 4 + (2 if size > 255 else 1)
    if column["type"] == "integer":
        return 8 if is_wide_integer(column) else 4
    return {"boolean": 1, "datetime": 19}.get(column["type"], 8)
