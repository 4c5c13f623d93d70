"""Columns and indexes as Appwrite takes them and as it shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.deploy.definitions import Column, Index
from infra.deploy.server import Document

#: The last part of the path that adds a column to a table which exists, where it isn't the type's own name.
_ROUTES = {"double": "float"}
_NUMBERS = {"integer", "bigint", "double"}
#: Appwrite shows the type's own range for a number without limits, which by server is one of 32 or of 64 bits.
_UNLIMITED = 2**31 - 1


@dataclass(frozen=True)
class Difference:
    """One property of a column or an index, as the server has it and as the file wants it."""

    name: str
    there: object
    wanted: object

    def __str__(self) -> str:
        return f"{self.name} is {self.there!r}, not {self.wanted!r}"

    @property
    def is_safe(self) -> bool:
        """Whether Appwrite can change it under the rows that are there, each of which stays as it is."""
        match self.name, self.there, self.wanted:
            case "size", int() | float() as before, int() as after:
                return before < after
            case "elements", list() as before, list() as after:
                return set(before) <= set(after)
            case "required", _, wanted:
                return wanted is False
            case name, _, _:
                return name == "default"

    @property
    def by_hand(self) -> str:
        """What a person can do about one that is not safe."""
        match self.name:
            case "required":
                return "Give every row a value, then make it required in the Console."
            case "elements":
                return "Change the rows that hold what the file leaves out, then the elements in the Console."
            case "size":
                return "Shorten the rows' values, then change the size in the Console."
            case _:
                return "Change it in the Console, or add a column of another name and move the data."


def inline(column: Column) -> dict[str, object]:
    """The column as `create_table` takes it."""
    return column.model_dump(exclude_defaults=True)


def inline_index(index: Index) -> dict[str, object]:
    """The index as `create_table` takes it: there, and only there, its columns are called attributes."""
    given = index.model_dump(exclude_defaults=True)
    return {"attributes": given.pop("columns"), **given}


def added(column: Column) -> tuple[str, dict[str, object]]:
    """The last part of the path and the body that add the column to a table which exists."""
    body = column.model_dump(exclude_defaults=True, exclude={"type", "format"})
    if column.format:
        body.pop("size", None)
    return column.format or _ROUTES.get(column.type, column.type), body


def updated(column: Column) -> tuple[str, dict[str, object]]:
    """The last parts of the path and the body that bring a column which exists in line.

    `required` and `default` are always sent: without them the server refuses.
    """
    route, body = added(column)
    body.pop("key")
    body.pop("array", None)
    return f"{route}/{column.key}", {**body, "default": column.default}


def column_differences(column: Column, shown: Document) -> list[Difference]:
    """What of the column on the server is not as it should be."""
    return _differences(_wanted_column(column), _shown_column(column, shown))


def index_differences(index: Index, shown: Document) -> list[Difference]:
    """What of the index on the server is not as it should be."""
    wanted = {"type": index.type, "columns": list(index.columns), "orders": _orders(index.orders, len(index.columns))}
    there = {"type": shown["type"], "columns": list(shown["columns"])}
    return _differences(wanted, {**there, "orders": _orders(shown.get("orders") or (), len(there["columns"]))})


def _wanted_column(column: Column) -> dict[str, object]:
    wanted = column.model_dump(include={"type", "required", "array", "default", "format"})
    if column.type == "string" and not column.format:
        wanted["size"] = column.size
    if column.format == "enum":
        wanted["elements"] = list(column.elements)
    if column.type in _NUMBERS:
        wanted |= {"min": _limit(column.min), "max": _limit(column.max)}
    return wanted


def _shown_column(column: Column, shown: Document) -> dict[str, object]:
    there = {name: shown.get(name) for name in _wanted_column(column)}
    there["format"] = "" if column.type == "datetime" else shown.get("format") or ""
    if column.type in _NUMBERS:
        there |= {"min": _limit(shown.get("min")), "max": _limit(shown.get("max"))}
    return there


def _limit(value: float | None) -> float | None:
    return None if value is None or abs(value) >= _UNLIMITED else value


def _differences(wanted: Mapping[str, object], there: Mapping[str, object]) -> list[Difference]:
    return [Difference(name, there[name], value) for name, value in wanted.items() if there[name] != value]


def _orders(given: object, count: int) -> list[str]:
    orders = [str(order or "ASC").upper() for order in given] if isinstance(given, (list, tuple)) else []
    return orders + ["ASC"] * (count - len(orders))
