"""What a backup's folder says about itself. It is written last: a folder without it is not finished."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from infra.deploy.errors import DeployError

NAME = "manifest.json"


class Damaged(DeployError):
    """The folder does not hold what its manifest says; nothing has been written."""


class SchemaVersion(BaseModel):
    """What the rows were shaped by."""

    model_config = ConfigDict(frozen=True)

    #: Of infra/appwrite_collections.json.
    sha256: str
    #: Those that had been carried out, by name.
    migrations: tuple[str, ...]


class Manifest(BaseModel):
    """The file. Lists name the SHA-256 of what they list, so the digests here vouch for all of the folder."""

    model_config = ConfigDict(frozen=True)

    #: Of the folder's layout; a restore refuses what it does not know.
    format: Literal[1] = 1
    #: The version of this project that made it.
    tool: str
    environment: str
    project: str
    endpoint: str
    begun: AwareDatetime
    ended: AwareDatetime
    schema_version: SchemaVersion
    #: Lines of each list, by its path in the folder.
    counts: Mapping[str, int]
    #: Of each list, hex, by its path.
    sha256: Mapping[str, str]

    def write(self, folder: Path) -> None:
        part = folder / f"{NAME}.part"
        part.touch(mode=0o600)
        part.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
        part.replace(folder / NAME)


def read(folder: Path) -> Manifest:
    """Raises Damaged, also if there is none."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise Damaged(
            f"{folder} is no finished backup: it has no {NAME}. `make backup … TO={folder}` goes on."
        ) from None
    except ValidationError as error:
        raise Damaged(f"{folder / NAME} can't be read: {error}") from None


def measured(path: Path) -> tuple[int, str]:
    """Lines and SHA-256 of a list."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as content:
        for line in content:
            digest.update(line)
            lines += 1
    return lines, digest.hexdigest()
