"""The calls of Graphy's API that are made here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

import requests

from shared.graphy import answers
from shared.graphy.answers import ALREADY_ASSIGNED, LEARNER_EXISTS, GraphyError, GraphyRefused, GraphyUnavailable
from shared.graphy.learners import LearnersPage, read_page

#: Learners of one page.
PAGE = 100


@dataclass(frozen=True)
class Graphy:
    """One merchant's Graphy. A call is made once: whether to repeat it is the caller's to decide, and safe.

    `base_url` ends before the version (`https://api.ongraphy.com/public`); `timeout` is in seconds, to connect and to
    wait. Neither the key nor a learner's data is in any error raised here. All calls raise GraphyUnavailable,
    GraphyBusy, GraphyRefused.
    """

    base_url: str
    merchant_id: str
    api_key: str = field(repr=False)
    session: requests.Session = field(repr=False)
    timeout: tuple[float, float] = (5, 20)

    def add_learner(self, email: str, name: str) -> None:
        """Create a learner; one who exists is left as they are."""
        self._call("POST", "v1/learners", {"email": email, "name": name}, done_already=LEARNER_EXISTS)

    def assign(self, email: str, product_id: str) -> None:
        """Enrol a learner in a product; once is enough."""
        self._call("POST", "v1/assign", {"email": email, "productId": product_id}, done_already=ALREADY_ASSIGNED)

    def learners(self, skip: int, limit: int = PAGE) -> LearnersPage:
        """Some learners with their courses, after the first `skip` of them."""
        asked = {"courseInfo": "true", "limit": str(limit), "skip": str(skip)}
        return read_page(self._call("GET", "v2/learners", asked))

    def reachable(self) -> bool:
        """Whether Graphy answers and takes the key."""
        try:
            self._call("GET", "v1/products", {"limit": "1"})
        except GraphyError:
            return False
        return True

    def _call(
        self, method: str, path: str, fields: Mapping[str, str], done_already: int | None = None
    ) -> dict[str, Any]:
        sent = {"mid": self.merchant_id, "key": self.api_key, **fields}
        query, form = (sent, None) if method == "GET" else (None, sent)
        url = f"{re.sub(r'(/v[0-9]+)?/*$', '', self.base_url)}/{path}"
        try:
            # A redirect would carry the key to whoever it names.
            answer = self.session.request(
                method, url, params=query, data=form, timeout=self.timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            # Not chained: the original's text may hold the URL, and with it the key.
            raise GraphyUnavailable(f"Graphy did not answer: {type(error).__name__}") from None
        try:
            return answers.read(answer, done_already)
        except GraphyRefused as refusal:
            # Graphy may quote what it was sent.
            raise GraphyRefused(refusal.code, self._without_secrets(refusal.message)) from None

    def _without_secrets(self, message: str) -> str:
        for secret in {self.api_key, quote_plus(self.api_key), quote(self.api_key)} - {""}:
            message = message.replace(secret, "***")
        return message[:500]
