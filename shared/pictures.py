"""Pictures as `data:` addresses (https://www.rfc-editor.org/rfc/rfc2397), judged before they are printed or mailed."""

import base64
import binascii
import re
from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

from shared.raster import pixels

#: Bytes of the picture itself.
MAX_BYTES = 30_000
#: Of a logo, each way: a few bytes can hold what fills the memory of whoever draws them.
MAX_PIXELS = 5_000

_ADDRESS = re.compile(
    r"data:image/(?P<kind>png|jpe?g|svg\+xml)(?:;(?:charset=)?utf-?8)?(?P<base64>;base64)?,(?P<data>.+)",
    re.IGNORECASE | re.DOTALL,
)
_BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
#: Of SVG: what runs or embeds, and what crashes a renderer (see shared.certificate.allowed).
_REFUSED = {"script", "use", "foreignObject", "image", "iframe"}
#: In CSS and attributes, where `url(#shade)` names a part of the same drawing.
_FETCHES = re.compile(r"@import|url\s*\(\s*+(?!['\"]?#)", re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Picture:
    """A PNG, JPEG or SVG."""

    #: What follows `image/` in its type.
    kind: str
    content: bytes

    @property
    def address(self) -> str:
        """In base64, for nothing in that needs escaping."""
        return f"data:image/{self.kind};base64,{base64.b64encode(self.content).decode()}"


def picture(address: str) -> Picture:
    """One that is fit to be printed. Raises ValueError."""
    wanted = "must be a data:image/png, data:image/jpeg or data:image/svg+xml address"
    return _read(address, wanted, _BEGINNINGS.keys() | {"svg+xml"})


def logo(address: str) -> Picture:
    """One that is fit for mails: PNG or JPEG, of a size that can be told. Raises ValueError."""
    wanted = "must be a data:image/png or data:image/jpeg address, as mail programs draw no SVG"
    found = _read(address, wanted, _BEGINNINGS.keys())
    if max(pixels(found.content)) > MAX_PIXELS:
        raise ValueError(f"is wider or higher than {MAX_PIXELS:,} pixels")
    return found


def _read(address: str, wanted: str, kinds: Set[str]) -> Picture:
    found = _ADDRESS.fullmatch(address.strip())
    kind = found["kind"].lower().replace("jpg", "jpeg") if found else ""
    if not found or kind not in kinds:
        raise ValueError(wanted)
    data = _decoded(found["data"], bool(found["base64"]))
    if len(data) > MAX_BYTES:
        raise ValueError(f"the picture has {len(data):,} bytes, {MAX_BYTES:,} is the limit")
    if kind == "svg+xml":
        _check_drawing(data)
    elif not data.startswith(_BEGINNINGS[kind]):
        raise ValueError(f"is not a {kind.upper()} picture")
    return Picture(kind, data)


def _decoded(data: str, is_base64: bool) -> bytes:
    plain = unquote_to_bytes(data)
    if not is_base64:
        return plain
    try:
        return base64.b64decode(b"".join(plain.split()), validate=True)
    except binascii.Error:
        raise ValueError("its base64 can't be read") from None


def _check_drawing(data: bytes) -> None:
    """An SVG that fetches and runs nothing. Raises ValueError."""
    if b"<!ENTITY" in data.replace(b"\0", b""):
        raise ValueError("an SVG can't have entities")
    try:
        root = ET.fromstring(data)  # noqa: S314 - small, and without entities
    except (ET.ParseError, ValueError, LookupError):
        raise ValueError("is not a well-formed SVG") from None
    if root.tag != f"{_SVG}svg":
        raise ValueError('its first element is not <svg xmlns="http://www.w3.org/2000/svg">')
    for element in root.iter():
        _check_element(element)


def _check_element(element: ET.Element) -> None:
    tag = str(element.tag).removeprefix(_SVG)
    if tag in _REFUSED:
        raise ValueError(f"an SVG with <{tag}> is not printed")
    if any(map(_FETCHES.search, [*element.attrib.values(), (element.text or "") if tag == "style" else ""])):
        raise ValueError("an SVG that fetches something is not printed")
    for name, value in element.attrib.items():
        attribute = name.rpartition("}")[2].lower()
        if attribute.startswith("on") or (attribute == "href" and not value.strip().startswith("#")):
            raise ValueError(f"an SVG with {attribute}=… is not printed")
