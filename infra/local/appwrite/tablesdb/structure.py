"""Whether a row fits its table; the messages speak of documents and attributes, as the real server's do."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from infra.local.appwrite.collection import Document
from infra.local.appwrite.errors import SERVER_ERROR, Fault
from infra.local.appwrite.tablesdb.column_types import (
    FLOAT,
    INT32,
    INT64,
    LONGEST_VARCHAR,
    is_wide_integer,
    kind_of,
    size_of,
)
from infra.local.appwrite.values import is_email, parse_time, timestamp

STRUCTURE = Fault.of("row_invalid_structure", 400, "Invalid document structure: {}")
_DATE_RULE = "Value must be valid date between 1000-01-01 00:00:00 and 9999-12-31 23:59:59."


def fitting(columns: Iterable[Document], row: Mapping[str, Any]) -> dict[str, Any]:
    """The whole row ready to store, defaults in place of nulls; 400 `row_invalid_structure` if it doesn't fit."""
    known = list(columns)
    values = {column["key"]: row.get(column["key"]) for column in known}
    _check_required(known, values)
    _check_known(known, row)
    return {column["key"]: _stored(column, values[column["key"]], _default(column)) for column in known}


def fitting_part(columns: Iterable[Document], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Some columns of a row ready to store, as `update_rows` takes them: null stays null."""
    named = [column for column in columns if column["key"] in changes]
    _check_required(named, changes)
    _check_known(named, changes)
    return {column["key"]: _stored(column, changes[column["key"]], None) for column in named}


def _check_required(columns: Iterable[Document], row: Mapping[str, Any]) -> None:
    """400 for a required column without a value."""
    for column in columns:
        if column["required"] and row.get(column["key"]) is None:
            raise STRUCTURE(f'Missing required attribute "{column["key"]}"')


def _check_known(columns: Iterable[Document], row: Mapping[str, Any]) -> None:
    """400 for a value without a column."""
    known = {column["key"] for column in columns}
    for key in row:
        if key not in known:
            raise STRUCTURE(f'Unknown attribute: "{key}"')


def _default(column: Document) -> Any:
    return [] if column["array"] else column["default"]


def _stored(column: Document, value: Any, default: Any) -> Any:
    if value is None:
        return default
    _check_value(column, value)
    if column["type"] != "datetime":
        return value
    return [_time(item) for item in value] if column["array"] else _time(value)


def _time(value: str | None) -> str | None:
    return None if value is None else timestamp(parse_time(value))


def _check_value(column: Document, value: Any) -> None:
    """400 for a value that the column can't hold."""
    if column["array"] and not isinstance(value, list):
        raise STRUCTURE(f'Attribute "{column["key"]}" must be an array')
    items = enumerate(value) if column["array"] else [(None, value)]
    for index, item in items:
        if item is None and column["array"]:
            continue
        if wrong := flaw(column, item):
            place = column["key"] if index is None else f"{column['key']}['{index}']"
            # Ranges count as formats: every integer and float column has one.
            label = "format" if column.get("format") or "min" in column else "type"
            raise STRUCTURE(f'Attribute "{place}" has invalid {label}. {wrong}')


def flaw(column: Document, value: Any) -> str | None:
    """The rule that one value breaks."""
    return _FLAWS.get(kind_of(column).removesuffix("[]"), _text_flaw)(column, value)


def _text_flaw(column: Document, value: Any) -> str | None:
    size = size_of(column)
    if not isinstance(value, str) or len(value) > size:
        return f"Value must be a valid string and no longer than {size} chars"
    if LONGEST_VARCHAR < size <= 65_535 < len(value.encode()):
        # MariaDB counts a TEXT in bytes, and Appwrite does not see it coming.
        raise SERVER_ERROR
    return _format_flaw(column, value)


def _format_flaw(column: Document, value: str) -> str | None:
    if column.get("format") == "enum":
        elements = column["elements"]
        return None if value in elements else f"Value must be one of ({', '.join(elements)})"
    check, name = _FORMATS.get(column.get("format") or "", (None, ""))
    return f"Value must be a valid {name}" if check and not check(value) else None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc) and " " not in text


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


_FORMATS = {"email": (is_email, "email address"), "url": (_is_url, "URL"), "ip": (_is_ip, "IP address")}


def _integer_flaw(column: Document, value: Any) -> str | None:
    bits, most = (64, INT64) if is_wide_integer(column) else (32, INT32)
    if type(value) is not int or not -most - 1 <= value <= most:
        return f"Value must be a valid signed {bits}-bit integer between {-most - 1:,} and {most:,}"
    return _range_flaw(column, value)


def _float_flaw(column: Document, value: Any) -> str | None:
    if type(value) not in (int, float) or not -FLOAT <= value <= FLOAT:
        return "Value must be a valid float"
    return _range_flaw(column, value)


def _range_flaw(column: Document, value: float) -> str | None:
    low, high = column["min"], column["max"]
    return None if low <= value <= high else f"Value must be a valid range between {low:,} and {high:,}"


def _boolean_flaw(_: Document, value: Any) -> str | None:
    return None if isinstance(value, bool) else "Value must be a valid boolean"


def _date_flaw(_: Document, value: Any) -> str | None:
    try:
        return None if isinstance(value, str) and parse_time(value).year >= 1000 else _DATE_RULE
    except ValueError:
        return _DATE_RULE


_FLAWS = {"integer": _integer_flaw, "double": _float_flaw, "boolean": _boolean_flaw, "datetime": _date_flaw}
