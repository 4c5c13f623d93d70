"""Ids, times and JSON in Appwrite's notation."""

import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

Clock = Callable[[], datetime]

ID_RULE = (
    "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. "
    "Can't start with a special char"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def is_id(text: object) -> bool:
    """Whether `text` may name a resource."""
    return isinstance(text, str) and len(text) <= 36 and _ID.fullmatch(text) is not None


def is_email(text: object) -> bool:
    """Whether `text` looks like one mail address."""
    return isinstance(text, str) and _EMAIL.fullmatch(text) is not None


def unique_id(now: datetime) -> str:
    """Make an id of 20 hexadecimal characters that sorts by time, as the server does for `unique()`."""
    return f"{int(now.timestamp()):08x}{now.microsecond:05x}{secrets.token_hex(4)[:7]}"


def timestamp(moment: datetime) -> str:
    """Write a time as Appwrite does: UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time, a naive one as UTC; ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("Time is out of range") from None


def parse_json(text: str) -> Any:
    """Read JSON as PHP does: no NaN, no lone surrogates, integers beyond 64 bits as floats; ValueError for the rest."""
    try:
        parsed = json.loads(text, parse_int=_php_int, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("JSON is nested too deeply") from None
    if "\\ud" in text.lower():
        json.dumps(parsed, ensure_ascii=False).encode()
    return parsed


def _php_int(digits: str) -> int | float:
    fits = len(digits) <= 20 and -(2**63) <= int(digits) < 2**63
    return int(digits) if fits else float(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
