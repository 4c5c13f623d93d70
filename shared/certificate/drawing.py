"""A page as people see it on a screen. Imported by the renderer's process only.

https://pypdfium2.readthedocs.io
"""

import io

import pypdfium2

from shared.certificate.document import Problem, TemplateRejected

#: Pixels; a page that is very long gets narrower, so that no @page fills the memory.
WIDTH, MOST = 1000, 2000


def draw(pdf: bytes) -> bytes:
    """The first page of a PDF as PNG, about `WIDTH` wide. Raises TemplateRejected if it can't be read."""
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0]
            width, height = page.get_size()
            picture = page.render(scale=min(WIDTH / width, MOST / height)).to_pil()
    except (pypdfium2.PdfiumError, LookupError, ValueError, ZeroDivisionError) as error:
        raise TemplateRejected([Problem(None, "the page can't be drawn")]) from error
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
