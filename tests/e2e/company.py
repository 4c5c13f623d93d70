"""A training company at work on the deployed bundle."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infra.deploy import settings
from infra.deploy.server import Server
from infra.local import loopback
from infra.local.stack import ROOT, Stack
from scripts.main_job import Client, MainJob
from scripts.people import Person, people
from shared.webhooks import sign

TEMPLATE = (ROOT / "shared" / "certificate" / "templates" / "classic.html").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Company:
    """A training company at work on the stack, with one course for one organisation."""

    stack: Stack
    job: MainJob
    client: Client
    server: Server

    def enroll(self, count: int) -> list[Person]:
        learners = people(count, [self.client.website])
        self.job.upload_learners(learners)
        self.job.wait_until_enrolled(count, ignore)
        return learners

    def complete(self, learners: Sequence[Person]) -> None:
        """Through Graphy, or in its place where it does not know the webhook."""
        if self.stack.graphy_delivers:
            self.job.complete(learners)
            return
        for learner in learners:
            self.deliver({"course_id": self.job.course_id, "email": learner.email, "event_id": learner.email})

    def deliver(self, event: dict[str, Any]) -> int:
        """Deliver a signed event, to the webhook's own address if it has one; the status that it answered."""
        body = json.dumps(event).encode()
        secret = settings.parse(self.stack.env_file)["GRAPHY_WEBHOOK_SECRET"]
        headers = {"X-Graphy-Signature": f"sha256={sign(secret, body)}"}
        address = self.stack.addresses.get("graphy_webhook")
        if address is None:
            return int(self.job.appwrite.execute("graphy_webhook", event, headers)["status"])
        with loopback.session() as session:
            return session.post(address, body, headers=headers, timeout=30).status_code

    def rows(self, table: str) -> list[dict[str, Any]]:
        queries = ['{"method":"limit","values":[1000]}']
        rows: list[dict[str, Any]] = self.server.get(f"/tablesdb/certificates/tables/{table}/rows", queries=queries)[
            "rows"
        ]
        return rows

    def let_time_pass(self, *tables: str, column: str) -> None:
        """As if every lease had ended."""
        for table in tables:
            waiting = [json.dumps({"method": "isNotNull", "attribute": column})]
            path = f"/tablesdb/certificates/tables/{table}/rows"
            self.server.patch(path, data={column: "2026-01-01T00:00:00.000+00:00"}, queries=waiting)

    def kick(self) -> None:
        self.server.post("/functions/certificate_worker/executions", **{"async": True})


def ignore(done: int, total: int) -> None:
    """Nobody watches."""
