"""The metadata of PDFs that Chromium printed, here or inside a Gotenberg. Imported by the renderer's process only."""

import io

import pypdf
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject

from shared.certificate.document import Metadata, Problem, TemplateRejected
from shared.certificate.sanitise import printable


def describe(pdf: bytes, metadata: Metadata) -> bytes:
    """Its first page and nothing else of it, with the same metadata that plutoprint writes.

    What the browser says of itself and of the time is left behind, so equal input gives equal bytes.
    Raises TemplateRejected if it can't be read.
    """
    writer = pypdf.PdfWriter()
    try:
        writer.add_page(pypdf.PdfReader(io.BytesIO(pdf)).pages[0])
    except (PyPdfError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise TemplateRejected([Problem(None, "the engine's answer is no PDF")]) from error
    page = writer.pages[0]
    for name in ("/StructParents", "/Tabs"):  # they speak of a tree that stays behind
        page.pop(NameObject(name), None)
    issued = metadata.issued_at.strftime("D:%Y%m%d%H%M%S%z")
    issued = f"{issued[:-2]}'{issued[-2:]}'"
    described = {"/Title": metadata.title, "/Author": metadata.author, "/Subject": metadata.subject}
    described |= {"/Keywords": metadata.keywords}
    texts = {name: printable(text) for name, text in described.items()}
    writer.add_metadata({**texts, "/CreationDate": issued, "/ModDate": issued})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
