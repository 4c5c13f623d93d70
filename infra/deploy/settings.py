"""Where to deploy, with which key, and the functions' variables: an `env.<name>` file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from infra.deploy.errors import DeployError

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Target:
    """One project on one Appwrite. `endpoint` ends in /v1; `variables` is all else that the file says."""

    endpoint: str
    project: str
    key: str = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where trying uncommitted code is the point."""
        return urlsplit(self.endpoint).hostname in _LOOPBACK

    def chosen(self, names: tuple[str, ...]) -> dict[str, str]:
        """The variables of these names; an empty one stands for "not set". Raises DeployError naming those missing."""
        missing = [name for name in names if name not in self.variables]
        if missing:
            raise DeployError(f"Missing variables: {', '.join(missing)}. Leave one empty to use its default.")
        return {name: self.variables[name] for name in names}


def read(name: str, folder: Path) -> Target:
    """The target described by `env.<name>` or `.env.<name>` in `folder`. Raises DeployError."""
    found = [path for path in (folder / f"env.{name}", folder / f".env.{name}") if path.is_file()]
    if not found:
        raise DeployError(f"There is no env.{name} in {folder}: copy env.example to env.{name} and fill it in.")
    if len(found) > 1:
        raise DeployError(f"There are both env.{name} and .env.{name}: keep one of them.")
    return target(parse(found[0]), found[0].name)


def target(values: Mapping[str, str], source: str) -> Target:
    """The target that `values` describe. Raises DeployError, which says `source` and no values."""
    needed = ("APPWRITE_ENDPOINT", "APPWRITE_PROJECT", "APPWRITE_API_KEY")
    missing = [name for name in needed if not values.get(name)]
    if missing:
        raise DeployError(f"{source} does not set {', '.join(missing)}.")
    endpoint = values["APPWRITE_ENDPOINT"].rstrip("/")
    if urlsplit(endpoint).scheme not in {"http", "https"} or not endpoint.endswith("/v1"):
        raise DeployError(f"{source}: APPWRITE_ENDPOINT must be an address such as https://cloud.appwrite.io/v1.")
    variables = {name: value for name, value in values.items() if name not in needed}
    return Target(endpoint, values["APPWRITE_PROJECT"], values["APPWRITE_API_KEY"], variables)


def parse(path: Path) -> dict[str, str]:
    """The lines `NAME=value` of a file; `#` starts a comment line, quotes around a value are dropped."""
    values: dict[str, str] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator or not name.strip().isidentifier():
            raise DeployError(f"{path.name}, line {number}: expected NAME=value.")
        values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
