"""The shape of `infra/appwrite_collections.json`, the one source of truth for tables and buckets."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.deploy.errors import DeployError


class Definition(BaseModel):
    """A part of the file; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Definition):
    """A column; a format makes a `string` an enum, an e-mail address or a URL."""

    key: str
    type: Literal["string", "integer", "bigint", "double", "boolean", "datetime"]
    required: bool
    array: bool = False
    #: Characters; needed for `string`, also with a format, where it counts in the row's width.
    size: int | None = None
    default: Any = None
    format: Literal["", "enum", "email", "url"] = ""
    elements: tuple[str, ...] = ()
    min: int | float | None = None
    max: int | float | None = None


class Index(Definition):
    """An index over columns, ascending where `orders` is silent."""

    key: str
    type: Literal["key", "unique", "fulltext"]
    columns: tuple[str, ...]
    orders: tuple[Literal["ASC", "DESC"], ...] = ()


class Table(Definition):
    """A table with everything in it."""

    id: str = Field(alias="$id")
    name: str
    permissions: tuple[str, ...]
    rowSecurity: bool  # noqa: N815 # Appwrite's own names, sent as they stand
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...]


class Bucket(Definition):
    """A storage bucket; `maximumFileSize` in bytes."""

    id: str = Field(alias="$id")
    name: str
    permissions: tuple[str, ...]
    fileSecurity: bool  # noqa: N815
    maximumFileSize: int  # noqa: N815
    allowedFileExtensions: tuple[str, ...]  # noqa: N815
    compression: Literal["none", "gzip", "zstd"]
    encryption: bool
    antivirus: bool


class Database(Definition):
    """The database of all tables."""

    id: str = Field(alias="$id")
    name: str


class Schema(Definition):
    """The whole file."""

    database: Database
    tables: tuple[Table, ...]
    buckets: tuple[Bucket, ...]


def load(path: Path) -> Schema:
    """The file's schema. Raises DeployError naming what is wrong with it."""
    try:
        return Schema.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise DeployError(f"{path.name}: {error}") from error
