"""How a mail looks: paragraphs and lists as plain text, and as HTML that mail programs understand."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from shared.pictures import Picture
from shared.raster import pixels

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#f3f4f6;font:16px/1.5 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;color:#1f2937">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="max-width:100%;background:#ffffff">
$logo<tr><td dir="auto" style="padding:20px 32px;background:#1f3a5f;color:#ffffff;font-size:20px">$heading</td></tr>
<tr><td style="padding:24px 32px">
$content
</td></tr></table>
</td></tr></table>
</body></html>
""")
#: On white, which logos are made for. Outlook heeds no widths and heights but these attributes.
_LOGO = Template("""\
<tr><td style="padding:20px 32px;background:#ffffff">\
<img src="$address" alt="$name" width="$width" height="$height" style="display:block;border:0"></td></tr>
""")
#: Pixels within which a logo is drawn; never larger than it is.
MAX_WIDTH, MAX_HEIGHT = 200, 60


@dataclass(frozen=True)
class Point:
    """An entry of a list; with a link, which is shown whole in plain text."""

    text: str
    link: str = ""


#: A paragraph, or a list.
Block = str | Sequence[Point]


@dataclass(frozen=True)
class Shown:
    """A logo, and the address that HTML shows it by."""

    picture: Picture
    address: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as it is drawn."""
        width, height = pixels(self.picture.content)
        scale = min(1, MAX_WIDTH / width, MAX_HEIGHT / height)
        return max(1, round(width * scale)), max(1, round(height * scale))


def plain_text(blocks: Sequence[Block]) -> str:
    return "\n\n".join(block if isinstance(block, str) else "\n".join(map(_plain, block)) for block in blocks) + "\n"


def _plain(point: Point) -> str:
    return f"- {point.text}: {point.link}" if point.link else f"- {point.text}"


def html(heading: str, blocks: Sequence[Block], logo: Shown | None = None) -> str:
    content = "\n".join(
        f'<p dir="auto">{escape(block)}</p>' if isinstance(block, str) else f"<ul>{''.join(map(_item, block))}</ul>"
        for block in blocks
    )
    top = _logo(logo, heading) if logo else ""
    return _PAGE.substitute(heading=escape(heading), content=content, logo=top)


def _logo(logo: Shown, name: str) -> str:
    width, height = logo.size
    return _LOGO.substitute(address=escape(logo.address), name=escape(name), width=width, height=height)


def _item(point: Point) -> str:
    text = escape(point.text)
    return (
        f'<li dir="auto"><a href="{escape(point.link)}">{text}</a></li>'
        if point.link
        else f'<li dir="auto">{text}</li>'
    )
