"""The parameters of a call, read by type; the answers to wrong ones are the real server's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from infra.local.appwrite import permissions
from infra.local.appwrite.errors import ARGUMENT_INVALID, ARGUMENT_MISSING
from infra.local.appwrite.values import ID_RULE, is_id, parse_time, unique_id


class _Required:
    """Marks a parameter that has no default."""


REQUIRED: Final = _Required()
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Params(dict[str, Any]):
    """What a call brought in its query, body and path, in that order of increasing weight."""

    def value(self, name: str, default: Any = REQUIRED) -> Any:
        """The raw value; an absent one and null are the default."""
        found = self.get(name)
        if found is not None:
            return found
        if default is REQUIRED:
            raise ARGUMENT_MISSING(name)
        return default

    def read(self, name: str, default: Any, valid: Callable[[Any], bool], rule: str) -> Any:
        """The value if it is `valid`, else 400 with the rule."""
        found = self.value(name, default)
        if found is not default and not valid(found):
            raise ARGUMENT_INVALID(name, rule)
        return found

    def text(self, name: str, default: Any = REQUIRED, *, longest: int = 128, shortest: int = 1) -> Any:
        """A string, its length in characters."""
        low = f" and at least {shortest} chars" if shortest else ""
        rule = f"Value must be a valid string{low} and no longer than {longest} chars"
        return self.read(name, default, lambda v: isinstance(v, str) and shortest <= len(v) <= longest, rule)

    def boolean(self, name: str, default: Any = REQUIRED) -> Any:
        """A boolean; forms and query strings spell it."""
        rule = "Value must be a valid boolean"
        found = self.read(name, default, lambda v: str(v).lower() in _BOOLEANS, rule)
        return found if found is default else _BOOLEANS[str(found).lower()]

    def number(self, name: str, default: Any = REQUIRED, *, low: float, high: float) -> Any:
        """An integer or a float within a range."""
        rule = f"Value must be a valid range between {low:,} and {high:,}"
        return self.read(name, default, lambda v: type(v) in (int, float) and low <= v <= high, rule)

    def texts(self, name: str, default: Any = REQUIRED, *, most: int = 100, longest: int = 4096) -> Any:
        """A list of strings."""
        rule = (
            f"Value must a valid array no longer than {most} items and "
            f"Value must be a valid string and at least 1 chars and no longer than {longest} chars"
        )
        return self.read(name, default, lambda v: _are_texts(v, most, longest), rule)

    def objects(self, name: str, default: Any = REQUIRED) -> Any:
        """A list of at most 100 JSON objects."""
        rule = "Value must a valid array no longer than 100 items and Value must be a valid JSON string"
        return self.read(name, default, lambda v: _is_list_of(dict, v) and len(v) <= 100, rule)

    def choice(self, name: str, default: Any = REQUIRED, *, among: Sequence[str]) -> Any:
        """One of the given strings."""
        return self.read(name, default, lambda v: v in among, f"Value must be one of ({', '.join(among)})")

    def object(self, name: str, default: Any = REQUIRED) -> Any:
        """A JSON object."""
        return self.read(name, default, lambda v: isinstance(v, dict), "Value must be a valid object")

    def time(self, name: str, default: Any = REQUIRED) -> datetime | Any:
        """An ISO 8601 time."""
        found = self.value(name, default)
        if not isinstance(found, str):
            return found
        try:
            return parse_time(found)
        except ValueError:
            raise ARGUMENT_INVALID(name, "Value must be valid date or null") from None

    def new_id(self, name: str, now: datetime) -> str:
        """The id for something new; `unique()` makes one."""
        found: str = self.read(name, REQUIRED, lambda v: v == "unique()" or is_id(v), ID_RULE)
        return unique_id(now) if found == "unique()" else found

    def permissions(self, default: Any = None, name: str = "permissions") -> list[str] | Any:
        """Permission strings, `write` spelled out."""
        found = self.texts(name, default, longest=1024)
        return found if found is default else permissions.expand(found)


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _are_texts(value: Any, most: int, longest: int) -> bool:
    return _is_list_of(str, value) and len(value) <= most and all(1 <= len(text) <= longest for text in value)
