"""QR codes as pictures for `<img src>`. For the worker alone: what draws them can't be installed for the routers.

By zxing-cpp, which takes a quarter of a millisecond for what pure Python needs ten (it tries all eight masks):
https://github.com/zxing-cpp/zxing-cpp
"""

import base64
import re

from zxingcpp import BarcodeFormat, create_barcode

#: A seventh of the symbol may be unreadable.
_CORRECTION = "M"
#: What stands between, and dark modules.
_RUN = re.compile(rb"([^\x00]*)(\x00+)")


def qr_code(text: str) -> str:
    """A `data:image/svg+xml` address: black on white, with the margin of four modules that readers need around it.

    Equal texts give equal pictures.
    """
    image = create_barcode(text, BarcodeFormat.QRCode, ec_level=_CORRECTION).to_image(scale=1, add_quiet_zones=True)
    side, _ = image.shape
    modules = bytes(memoryview(image))  # type: ignore[arg-type]  # it is a buffer, which its stub leaves out
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path stroke="#000" d="{_strokes(side, modules)}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _strokes(side: int, modules: bytes) -> str:
    """A line through the middle of each row, drawn where it is dark: half as long, and as fast to print, as squares."""
    rows = (modules[start : start + side] for start in range(0, len(modules), side))
    return "".join(f"M0 {y}.5{_dashes(row)}" for y, row in enumerate(rows) if b"\x00" in row)


def _dashes(row: bytes) -> str:
    return "".join(f"m{len(light)} 0h{len(dark)}" for light, dark in _RUN.findall(row))
