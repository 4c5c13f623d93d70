"""The engine `http`: a Gotenberg (https://gotenberg.dev/docs/convert-with-chromium/convert-html-to-pdf)."""

from collections.abc import Callable
from http import HTTPStatus

import requests

from shared.certificate.document import Metadata, Problem, RendererUnavailable, TemplateRejected
from shared.certificate.warm import Limits

#: Inches; A4 landscape, as Chromium itself rounds it, unless the page has a size of its own.
_FIELDS = {
    "paperWidth": "11.6933",
    "paperHeight": "8.2633",
    "marginTop": "0",
    "marginBottom": "0",
    "marginLeft": "0",
    "marginRight": "0",
    "preferCssPageSize": "true",
    "printBackground": "true",
    "nativePageRanges": "1",
    "skipNetworkIdleEvent": "true",
}
_CONNECT_SECONDS = 3
_PIECE = 1 << 16
#: What says something about this page; all else is about the service.
_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


class Gotenberg:
    """An `Engine` that is somewhere else. It reads its HTML from a file, so what it gets must be sanitised."""

    def __init__(self, describe: Callable[[bytes, Metadata], bytes], limits: Limits, address: str) -> None:
        self._describe = describe
        self._limits = limits
        self._address = f"{address.rstrip('/')}/forms/chromium/convert/html"
        self._session = requests.Session()

    def render(self, page: str, metadata: Metadata) -> bytes:
        """Raises TemplateRejected, RendererUnavailable."""
        try:
            pdf = self._asked(page)
        except requests.RequestException as error:
            # The error's own text holds the address, which may hold a password.
            raise RendererUnavailable(f"no answer from the HTML to PDF service: {type(error).__name__}") from None
        return self._describe(pdf, metadata)

    def close(self) -> None:
        self._session.close()

    def _asked(self, page: str) -> bytes:
        with self._session.post(
            self._address,
            files={"files": ("index.html", page.encode(), "text/html")},
            data=_FIELDS,
            timeout=(_CONNECT_SECONDS, self._limits.print_seconds),
            stream=True,
            allow_redirects=False,
        ) as answer:
            if answer.status_code in _REFUSED:
                raise TemplateRejected([Problem(None, f"the HTML to PDF service refused it ({answer.status_code})")])
            if answer.status_code != HTTPStatus.OK:
                raise RendererUnavailable(f"the HTML to PDF service answered {answer.status_code}")
            return self._read(answer)

    def _read(self, answer: requests.Response) -> bytes:
        limit = self._limits.pdf_mb << 20
        received = bytearray()
        for piece in answer.iter_content(_PIECE):
            received += piece
            if len(received) > limit:
                raise TemplateRejected([Problem(None, f"its PDF has more than {self._limits.pdf_mb} MB")])
        return bytes(received)
