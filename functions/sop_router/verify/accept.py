"""Whether a client would rather have JSON than a page: https://www.rfc-editor.org/rfc/rfc9110#name-accept"""

import re

_JSON = ("application/json", "application/*", "*/*")
_PAGE = ("text/html", "text/*", "*/*")


def prefers_json(accept: str) -> bool:
    """Only if JSON is wanted more, or as much and by name: browsers, and clients that take anything, get the page."""
    ranges = dict(filter(None, map(_read, accept.lower().split(","))))
    return _wanted(ranges, _JSON) > _wanted(ranges, _PAGE)


def _read(part: str) -> tuple[str, float] | None:
    name, *parameters = (each.strip() for each in part.split(";"))
    quality = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
    return (name, float(quality)) if re.fullmatch(r"[01](\.[0-9]{0,3})?", quality) else None


def _wanted(ranges: dict[str, float], names: tuple[str, ...]) -> tuple[float, int]:
    """The quality of the most specific range there is, and how specific it is."""
    return next(((ranges[name], -place) for place, name in enumerate(names) if name in ranges), (0, 0))
