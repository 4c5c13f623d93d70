"""A local SendGrid for tests of the functions, and what they ask of it."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from functions.graphy_webhook.main import main as webhook_main
from infra.local.sendgrid import events
from infra.local.sendgrid.app import Settings, create_app
from infra.local.sendgrid.events import Signer
from infra.local.web import serving
from tests.functions.backend import Answer, Backend, execute

KEY = "SG.local"


@dataclass(frozen=True)
class SendGrid:
    """One that runs, and the hook that its events go to."""

    url: str
    signer: Signer
    backend: Backend

    def fail(self, fault: str, calls: int | None = None) -> None:
        self._control("faults", {"fault": fault, "calls": calls})

    def heal(self) -> None:
        self._control("heal", {})

    def mails(self) -> list[dict[str, Any]]:
        """What was taken, as it was posted."""
        mails: list[dict[str, Any]] = requests.get(f"{self.url}/_control/mails", timeout=10).json()
        return mails

    def mails_to(self, recipient: str) -> list[dict[str, Any]]:
        return [mail for mail in self.mails() if mail["personalizations"] == [{"to": [{"email": recipient}]}]]

    def calls(self) -> int:
        return int(requests.get(f"{self.url}/_control/state", timeout=10).json()["calls"])

    def tell(self, mail: dict[str, Any], name: str, **details: Any) -> Answer:
        """An event about a mail, posted to the hook."""
        return self.post([events.event(mail, name, **details)])

    def post(self, told: Any, timestamp: int | None = None, headers: Mapping[str, str] = {}) -> Answer:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        signed = {**self.signer.headers(body, timestamp), **headers, "x-appwrite-key": self.backend.key}
        return execute(webhook_main, body, signed, path="/sendgrid")

    def _control(self, command: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.url}/_control/{command}", json=body, timeout=10).raise_for_status()


@contextmanager
def sendgrid_first(backend: Backend, environ: pytest.MonkeyPatch, folder: Path) -> Iterator[SendGrid]:
    """SendGrid is asked before the mail server while the block runs."""
    data = folder / secrets.token_hex(4)
    with serving(create_app(Settings(data, KEY))) as url:
        running = SendGrid(url, Signer(data / "event-key.pem"), backend)
        environ.setenv("SENDGRID_API_KEY", KEY)
        environ.setenv("SENDGRID_API_BASE", url)
        environ.setenv("SENDGRID_EVENT_KEY", running.signer.public)
        yield running
