"""The plutoprint engine. Imported only by the renderer's process, after `fontset.use_bundled_fonts`.

https://github.com/plutoprint/plutoprint
"""

import io

import plutoprint

from shared.certificate.document import Metadata
from shared.certificate.sanitise import printable
from shared.certificate.shims import shimmed


class _NothingFetched(plutoprint.ResourceFetcher):
    """Asked for every address but `data:`, which plutoprint reads by itself; answers each with nothing."""

    def fetch_url(self, url: str) -> plutoprint.ResourceData:  # noqa: ARG002 - the signature is plutoprint's
        return plutoprint.ResourceData(b"", "text/plain")


def render(page: str, metadata: Metadata) -> bytes:
    """Print the first page of sanitised HTML as PDF, A4 landscape without margins unless its @page says otherwise.

    What overflows the first page is not printed. Equal input gives equal bytes.
    Raises plutoprint.Error, and takes time and memory without bound: the process must have limits.
    """
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4.landscape(), plutoprint.PAGE_MARGINS_NONE)
    book.custom_resource_fetcher = _NothingFetched()
    book.load_html(shimmed(page))
    _describe(book, metadata)
    pdf = io.BytesIO()
    book.write_to_pdf_stream(pdf, page_start=1, page_end=1)
    return pdf.getvalue()


def _describe(book: plutoprint.Book, metadata: Metadata) -> None:
    issued = metadata.issued_at.replace(microsecond=0).isoformat()
    for field, value in (
        (plutoprint.PDF_METADATA_TITLE, metadata.title),
        (plutoprint.PDF_METADATA_AUTHOR, metadata.author),
        (plutoprint.PDF_METADATA_SUBJECT, metadata.subject),
        (plutoprint.PDF_METADATA_KEYWORDS, metadata.keywords),
        (plutoprint.PDF_METADATA_CREATION_DATE, issued),
        (plutoprint.PDF_METADATA_MODIFICATION_DATE, issued),
    ):
        book.set_metadata(field, printable(value))
