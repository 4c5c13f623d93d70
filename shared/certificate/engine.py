"""The plutoprint engine. Imported only by the renderer's process, after `fontset.use_bundled_fonts`.

https://github.com/plutoprint/plutoprint
"""

import io

import plutoprint

from shared.certificate.shims import shimmed


class _NothingFetched(plutoprint.ResourceFetcher):
    """Asked for every address but `data:`, which plutoprint reads by itself; answers each with nothing."""

    def fetch_url(self, url: str) -> plutoprint.ResourceData:  # noqa: ARG002 - the signature is plutoprint's
        return plutoprint.ResourceData(b"", "text/plain")


def render(page: str) -> bytes:
    """Print the first page of sanitised HTML as PDF, A4 landscape without margins unless its @page says otherwise.

    What overflows the first page is not printed. The PDF says when it was made, until `description` has described it.
    Raises plutoprint.Error, and takes time and memory without bound: the process must have limits.
    """
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4.landscape(), plutoprint.PAGE_MARGINS_NONE)
    book.custom_resource_fetcher = _NothingFetched()
    book.load_html(shimmed(page))
    pdf = io.BytesIO()
    book.write_to_pdf_stream(pdf, page_start=1, page_end=1)
    return pdf.getvalue()
