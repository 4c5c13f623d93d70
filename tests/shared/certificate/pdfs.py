"""Read a PDF back."""

import io

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def links(pdf: bytes) -> set[str]:
    """Where a click on the first page leads to."""
    return {str(each.get_object()["/A"]["/URI"]) for each in read(pdf).pages[0].get("/Annots", [])}


def fonts(pdf: bytes) -> set[str]:
    """Names without the subset's prefix: `NotoSerif-Regular`."""
    return {str(font["/BaseFont"]).rpartition("+")[2].lstrip("/") for font in _fonts(pdf).values()}


def glyphs(pdf: bytes, font: str) -> list[bytes]:
    """The glyphs of a two-byte font that the first page shows, by their numbers in the subset."""
    names = {name for name, found in _fonts(pdf).items() if str(found["/BaseFont"]).endswith(font)}
    reader = read(pdf)
    shown, current = b"", None
    for operands, operator in ContentStream(reader.pages[0].get_contents(), reader).operations:
        if operator == b"Tf":
            current = str(operands[0])
        elif operator in {b"Tj", b"TJ"} and current in names:
            pieces = operands[0] if operator == b"TJ" else operands
            shown += b"".join(piece.original_bytes for piece in pieces if hasattr(piece, "original_bytes"))
    return [shown[start : start + 2] for start in range(0, len(shown), 2)]


def _fonts(pdf: bytes) -> dict[str, DictionaryObject]:
    resources = read(pdf).pages[0]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    found = resources.get("/Font", DictionaryObject()).get_object()
    return {name: font.get_object() for name, font in found.items()}
