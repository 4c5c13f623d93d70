"""What tests of the functions share: the running parts, and the calls that the outside world makes."""

import asyncio
import json
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from functions.admin_router.main import main as admin_main
from functions.certificate_worker.main import main as worker_main
from functions.graphy_webhook.main import main as webhook_main
from functions.sop_router.main import main as sop_main
from infra.deploy.server import Server
from infra.local.appwrite.compute.open_runtimes.context import Context
from infra.local.appwrite.compute.open_runtimes.frames import Request
from infra.local.appwrite.compute.open_runtimes.logger import Logger
from infra.local.mail.catcher import Catcher
from scripts.callers import Appwrite
from scripts.delivered import Mailed, mailed
from shared.runtime import Context as PlatformContext
from shared.webhooks import sign

ADMIN, PASSWORD = "admin@training.example", "a long password"
SECRET = "the webhook secret"
#: Of verification codes.
KEY = "0123456789abcdef" * 2
TEMPLATE = "<h1>{{ learner_name }}</h1><p>{{ course_name }}, {{ completion_date }}, {{ certificate_number }}</p>"

Main = Callable[[PlatformContext], Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Answer:
    """What a function answered, and what it logged."""

    status: int
    body: dict[str, Any]
    logs: str

    @property
    def data(self) -> dict[str, Any]:
        assert self.body["ok"] is True, self.body
        assert self.body["status"] == self.status
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def error(self) -> dict[str, Any]:
        assert self.body["ok"] is False, self.body
        assert self.body["status"] == self.status
        error: dict[str, Any] = self.body["error"]
        return error


def execute(
    main: Main, body: bytes = b"", headers: dict[str, str] | None = None, method: str = "POST", path: str = "/"
) -> Answer:
    """One execution as the runtime makes it."""
    logger = Logger(enabled=True)
    frame = Request(method, path, {"x-appwrite-execution-id": "execution", **(headers or {})}, body, 30)
    output = asyncio.run(main(Context(frame, logger)))
    return Answer(output["statusCode"], json.loads(output["body"]), logger.logs + logger.errors)


@dataclass(frozen=True)
class Person:
    """Somebody who signed in."""

    jwt: str

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.jwt}"}


@dataclass
class Backend:
    """The running parts, and the calls that the outside world makes."""

    server: Server
    appwrite: Appwrite
    key: str
    graphy: str
    catcher: Catcher
    mails: Path
    admin: Person
    people: dict[str, Person] = field(default_factory=dict)

    def log_in(self, email: str, password: str = PASSWORD) -> Person:
        if email not in self.people:
            self.people[email] = Person(self.appwrite.log_in(email, password))
        return self.people[email]

    def call(self, main: Main, action: str, person: Person | None, payload: object) -> Answer:
        body = json.dumps({"action": action, "payload": payload}).encode()
        return execute(main, body, {**(person.headers() if person else {}), "x-appwrite-key": self.key})

    def ask_admin(self, action: str, **payload: Any) -> Answer:
        return self.call(admin_main, action, self.admin, payload)

    def ask_sop(self, email: str, action: str, **payload: Any) -> Answer:
        return self.call(sop_main, action, self.log_in(email), payload)

    def deliver(self, event: object, signature: str | None = "right") -> Answer:
        """Graphy's webhook, signed unless told otherwise."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        headers = {"x-appwrite-key": self.key}
        if signature is not None:
            headers["X-Graphy-Signature"] = f"sha256={sign(SECRET, body)}" if signature == "right" else signature
        return execute(webhook_main, body, headers)

    def work(self) -> Answer:
        """One pass of the worker, as its schedule starts it."""
        return execute(worker_main, b"", {"x-appwrite-key": self.key, "x-appwrite-trigger": "schedule"})

    def control_graphy(self, command: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.graphy}/_control/{command}", json=body, timeout=10).raise_for_status()

    def rows(self, table: str, *queries: dict[str, Any]) -> list[dict[str, Any]]:
        """Up to 500 rows as Appwrite shows them."""
        sent = [json.dumps(query) for query in [*queries, {"method": "limit", "values": [500]}]]
        rows: list[dict[str, Any]] = self.server.get(f"/tablesdb/certificates/tables/{table}/rows", queries=sent)[
            "rows"
        ]
        return rows

    def set_row(self, table: str, row_id: str, **columns: Any) -> None:
        self.server.patch(f"/tablesdb/certificates/tables/{table}/rows/{row_id}", data=columns)

    def as_user(self, person: Person, method: str, path: str, **body: Any) -> requests.Response:
        """A call to Appwrite itself with somebody's JWT."""
        headers = {"x-appwrite-project": self.appwrite.project, "x-appwrite-jwt": person.jwt}
        return requests.request(method, self.appwrite.endpoint + path, json=body, headers=headers, timeout=10)

    def mails_to(self, recipient: str) -> list[Mailed]:
        return [each for each in mailed(self.mails) if each.recipient == recipient]


@dataclass(frozen=True)
class Course:
    """A course with an organisation whose learners take it."""

    backend: Backend
    course_id: str
    website: str
    sop: str

    def enroll(self, *names: str) -> list[str]:
        """Upload learners of these names; their e-mail addresses."""
        emails = [f"{secrets.token_hex(4)}@{self.website}" for _ in names]
        rows = "".join(f"{name},{email},{self.website}\n" for name, email in zip(names, emails, strict=True))
        answer = self.backend.ask_admin(
            "UPLOAD_LEARNERS_CSV", course_id=self.course_id, csv_data=f"name,email,organization_website\n{rows}"
        )
        assert answer.data["summary"]["added"] == len(names)
        return emails

    def complete(self, email: str, event_id: str = "evt") -> Answer:
        return self.backend.deliver(
            {
                "course_id": self.course_id,
                "email": email,
                "event_id": event_id,
                "completed_at": "2026-11-20T10:00:00Z",
            }
        )

    def states(self) -> dict[str, dict[str, Any]]:
        """How far each learner is, by e-mail address."""
        answer = self.backend.ask_admin("VIEW_LEARNERS", course_id=self.course_id, limit=100)
        return {each["learner_info"]["email"]: each["courses"][0] for each in answer.data["learners"]}
