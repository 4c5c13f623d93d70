"""What a PDF says about itself: the Info dictionary, XMP and the catalog. Imported by the renderer's process only.

pikepdf takes 1.5 ms for a certificate, pypdf 6; pikepdf's own writer of XMP, which needs lxml, 1.3 ms more.
"""

import io
import re
from dataclasses import replace
from typing import Any

import pikepdf

from shared.certificate.document import Metadata, Problem, TemplateRejected
from shared.certificate.sanitise import printable
from shared.certificate.xmp import packet

#: They speak of a tree that stays behind.
_OF_THE_TREE = ("/StructParents", "/Tabs")
_TEXTS = ("title", "author", "subject", "keywords", "number", "verify_url", "language")
_BREAK = re.compile(r"[\t\n\r]+")


def describe(pdf: bytes, metadata: Metadata) -> bytes:
    """The first page of an engine's PDF and nothing else of it, with the same metadata whichever the engine.

    What the engine says of itself and of the time is left behind, so equal input gives equal bytes.
    Raises TemplateRejected if it can't be read; a PDF that is cut off is not repaired.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as printed, pikepdf.new() as described:
            described.pages.append(printed.pages[0])
            _write(described, _in_lines(metadata))
            return _saved(described)
    except (pikepdf.exceptions.PikepdfError, LookupError, ValueError, TypeError) as error:
        raise TemplateRejected([Problem(None, "the engine's answer is no PDF")]) from error


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(
        out,
        min_version="1.7",
        # To fix it, pikepdf would read the XMP and write it anew.
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return out.getvalue()


def _in_lines(metadata: Metadata) -> Metadata:
    """Each text in one line, and without what no document can hold."""
    lines: dict[str, Any] = {name: _BREAK.sub(" ", printable(getattr(metadata, name))) for name in _TEXTS}
    return replace(metadata, **lines)


def _write(pdf: pikepdf.Pdf, told: Metadata) -> None:
    page = pdf.pages[0].obj
    for name in _OF_THE_TREE:
        if name in page:
            del page[name]
    xmp = pdf.make_stream(packet(told), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    pdf.Root.Metadata = xmp
    pdf.Root.Lang = told.language
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    for name, text in _info(told).items():
        pdf.docinfo[name] = text


def _info(told: Metadata) -> dict[str, str]:
    """What is empty is left out, as in XMP."""
    issued = told.issued_at.strftime("D:%Y%m%d%H%M%S%z")
    issued = f"{issued[:-2]}'{issued[-2:]}'"
    texts = {
        "/Title": told.title,
        "/Author": told.author,
        "/Subject": told.subject,
        "/Keywords": told.keywords,
        # Ours; readers show them among the custom properties.
        "/CertificateNumber": told.number,
        "/VerifyURL": told.verify_url,
    }
    return {name: text for name, text in texts.items() if text} | {"/CreationDate": issued, "/ModDate": issued}
