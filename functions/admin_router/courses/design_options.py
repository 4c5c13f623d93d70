"""A design made a course's own: its colour, its pictures, who signs. The outcome is a template like any other."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from shared.actions import Payload
from shared.certificate.designs import Options, design, names
from shared.certificate.document import MAX_TEMPLATE_BYTES
from shared.errors import InvalidPayload
from shared.pictures import picture

_Forgiven = BeforeValidator(lambda typed: None if typed == "" else typed)
_OneLine = AfterValidator(lambda text: text and " ".join(text.split()))
#: A `data:image/` address of a PNG, JPEG or SVG.
Picture = Annotated[
    str | None,
    Field(examples=["data:image/png;base64,iVBORw0KGgo="]),
    AfterValidator(lambda address: address and picture(address).address),
    _Forgiven,
]


class TemplateOptions(Payload):
    """What is left out, null or empty stays as the design has it. A misspelt option is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    #: Text in it is darkened until it can be read, text on it is white or black.
    accent_color: Annotated[str | None, Field(pattern=r"^#[0-9A-Fa-f]{6}$"), _Forgiven] = None
    heading: Annotated[str | None, Field(max_length=80), _OneLine, _Forgiven] = None
    logo: Picture = None
    #: Of the one who signs, best as an SVG or a PNG without background.
    signature: Picture = None
    signer_name: Annotated[str | None, Field(max_length=60), _OneLine, _Forgiven] = None
    signer_title: Annotated[str | None, Field(max_length=80), _OneLine, _Forgiven] = None


def designed(name: str, options: TemplateOptions | None) -> str:
    """The text of a design with its options. Raises `InvalidPayload`."""
    html = design(name, Options(**options.model_dump()) if options else None)
    if html is None:
        raise InvalidPayload(f"template_name: There are {', '.join(names())}.", names=names())
    size = len(html.encode())
    if options and size > MAX_TEMPLATE_BYTES:
        raise _too_large(options, size - MAX_TEMPLATE_BYTES)
    return html


def _too_large(options: TemplateOptions, excess: int) -> InvalidPayload:
    """Names the larger picture; the rest of a design is small."""
    sizes = {name: len(getattr(options, name) or "") for name in ("logo", "signature")}
    larger = max(sizes, key=lambda name: sizes[name])
    return InvalidPayload(
        f"template_options.{larger}: The pictures are too large together; make this one {excess:,} characters shorter.",
        characters=sizes,
        limit=MAX_TEMPLATE_BYTES,
    )
