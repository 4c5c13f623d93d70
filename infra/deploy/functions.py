"""The shape of `infra/appwrite_functions.json`: what each function is, and what it is given."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from infra.deploy.definitions import Definition
from infra.deploy.errors import DeployError


class Link(Definition):
    """An address below that of a function, whose `domain` is repeated since not every deploy looks at all functions."""

    function: str
    domain: str
    path: str


class Function(Definition):
    """A function; the fields named as Appwrite's are sent as they stand."""

    id: str = Field(alias="$id")
    name: str
    runtime: str
    entrypoint: str
    commands: str
    execute: tuple[str, ...]
    events: tuple[str, ...]
    schedule: str
    timeout: int
    enabled: bool
    logging: bool
    scopes: tuple[str, ...]
    buildSpecification: str  # noqa: N815
    runtimeSpecification: str  # noqa: N815
    #: Names of the variables that it gets, plain and secret.
    variables: tuple[str, ...]
    secrets: tuple[str, ...]
    #: What its upload does without: patterns of paths.
    exclude: tuple[str, ...]
    #: The first part of its address; without one it can be reached through the API only.
    domain: str = ""
    #: Whether people open its address in a browser, whose pages then call Appwrite themselves.
    pages: bool = False
    #: What variables hold if nobody sets them.
    links: Mapping[str, Link] = Field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """The body of create and update. All of it every time: update resets what is left out, and without the
        specifications some servers choose the largest machine."""
        return self.model_dump(exclude={"id", "variables", "secrets", "exclude", "domain", "pages", "links"})


class Functions(Definition):
    """The whole file."""

    functions: tuple[Function, ...]


def load(path: Path) -> tuple[Function, ...]:
    """The file's functions. Raises DeployError naming what is wrong with it."""
    try:
        return Functions.model_validate_json(path.read_bytes()).functions
    except ValidationError as error:
        raise DeployError(f"{path.name}: {error}") from error
