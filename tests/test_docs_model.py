"""The data model in words, and the schema that is deployed."""

import json
import re
from typing import Any

import pytest

from infra.local.stack import ROOT
from tests.documents import Document

_SCHEMA = json.loads((ROOT / "infra" / "appwrite_collections.json").read_text(encoding="utf-8"))
_TABLES: dict[str, dict[str, Any]] = {table["$id"]: table for table in _SCHEMA["tables"]}
_TYPES = {"integer": "integer", "double": "number", "datetime": "time", "boolean": "boolean"}
_MODEL = Document("infra/README.md")
_WRITERS = {"A", "S", "H", "W", "D", "all"}


def test_every_table_is_described_and_no_other() -> None:
    assert re.findall(r"^### `(\w+)`$", _MODEL.prose, re.MULTILINE) == list(_TABLES)


@pytest.mark.parametrize("table", _TABLES)
def test_every_column_is_described_with_its_type_and_no_other(table: str) -> None:
    described = {cells[0]: cells[1] for cells in list(_MODEL.tables(f"### `{table}`"))[1:]}
    assert described == {_named(column): _type(column) for column in _TABLES[table]["columns"]}


@pytest.mark.parametrize("table", _TABLES)
def test_every_column_has_a_meaning_and_somebody_who_writes_it(table: str) -> None:
    for name, _, meaning, writers in list(_MODEL.tables(f"### `{table}`"))[1:]:
        assert meaning, name
        assert set(writers.split(", ")) <= _WRITERS, name


def test_the_buckets_are_described_with_their_limits() -> None:
    described = {cells[0]: cells[2] for cells in list(_MODEL.tables("## Buckets"))[1:]}
    assert described == {f"`{each['$id']}`": _files(each) for each in _SCHEMA["buckets"]}


def _named(column: dict[str, Any]) -> str:
    return f"`{column['key']}`{'' if column['required'] else '?'}"


def _type(column: dict[str, Any]) -> str:
    if column.get("format") == "enum":
        return r" \| ".join(f"`{each}`" for each in column["elements"])
    return _TYPES.get(column["type"]) or f"text {column['size']}"


def _files(bucket: dict[str, Any]) -> str:
    kinds = ", ".join(f"`{each}`" for each in bucket["allowedFileExtensions"])
    return f"≤ {bucket['maximumFileSize'] // 1_000_000} MB, {kinds}"
