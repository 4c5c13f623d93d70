"""The main job as its real callers do it, step by step: an admin, the learning platform, and an organisation's SOP."""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from scripts.callers import TIMEOUT, Appwrite, Portal
from scripts.people import Person
from scripts.screen import Advance

#: Seconds without any progress after which waiting is given up.
PATIENCE = 120
POLL_SECONDS = 0.5


class NothingMoves(Exception):
    """What was waited for did not come."""


@dataclass(frozen=True)
class Client:
    """An organisation that buys the course, and its single point of contact."""

    website: str
    name: str
    sop_email: str
    sop_password: str = field(repr=False)


@dataclass(frozen=True)
class MainJob:
    """One course for the learners of some organisations."""

    appwrite: Appwrite
    admin: Portal
    #: The learning platform's own address.
    graphy: str
    course_id: str
    course_name: str

    def add_organizations(self, clients: Sequence[Client]) -> None:
        for client in clients:
            self.admin.call(
                "ADD_ORGANIZATION",
                website=client.website,
                name=client.name,
                sop_email=client.sop_email,
                sop_password=client.sop_password,
            )

    def create_course(self, template: str) -> None:
        """In both systems: the course must exist on the learning platform before anybody can be enrolled in it."""
        self._control("products", {"products": [{"id": self.course_id, "title": self.course_name}]})
        self.admin.call(
            "CREATE_COURSE", course_id=self.course_id, name=self.course_name, certificate_template_html=template
        )

    def upload_learners(self, learners: Sequence[Person]) -> dict[str, int]:
        """How many rows met which fate."""
        answer = self.admin.call("UPLOAD_LEARNERS_CSV", course_id=self.course_id, csv_data=as_csv(learners))
        summary: dict[str, int] = answer["data"]["summary"]
        return summary

    def wait_until_enrolled(self, count: int, advance: Advance) -> None:
        self._wait("enrollment_status", ("enrolled", "failed"), count, advance)

    def complete(self, learners: Sequence[Person]) -> None:
        """The learners finish the course; the platform posts one signed completion for each."""
        self._control("complete", {"course_id": self.course_id, "emails": [learner.email for learner in learners]})

    def wait_until_delivered(self, count: int, advance: Advance) -> None:
        self._wait("certificate_status", ("sent", "delivered", "failed"), count, advance)

    def states(self) -> list[dict[str, Any]]:
        """Each learner's `email`, with how far enrolment and certificate are."""
        items = self.admin.every("VIEW_LEARNERS", "learners", course_id=self.course_id)
        return [{"email": item["learner_info"]["email"], **item["courses"][0]} for item in items]

    def _wait(self, column: str, final: tuple[str, ...], count: int, advance: Advance) -> None:
        """Poll until `count` learners are in a `final` state."""
        through, since = -1, time.monotonic()
        while through < count:
            now = sum(state[column] in final for state in self.states())
            if now > through:
                through, since = now, time.monotonic()
                advance(through, count)
            elif time.monotonic() - since > PATIENCE:
                raise NothingMoves(f"{count - through} of {count} learners still wait ({column}).")
            else:
                time.sleep(POLL_SECONDS)

    def _control(self, command: str, body: dict[str, Any]) -> None:
        answer = self.appwrite.session.post(f"{self.graphy}/_control/{command}", json=body, timeout=TIMEOUT)
        answer.raise_for_status()


def download_all(portal: Portal, folder: Path, course_id: str) -> Iterator[Path]:
    """An SOP lists their learners and downloads the certificate of each."""
    for item in portal.every("LIST_ORG_LEARNERS", "learners"):
        email = item["learner_info"]["email"]
        certificate = portal.call("DOWNLOAD_CERTIFICATE", learner_email=email, course_id=course_id)["data"]
        answer = requests.get(certificate["download_url"], timeout=TIMEOUT)
        answer.raise_for_status()
        path = folder / certificate["filename"]
        path.write_bytes(answer.content)
        yield path


def as_csv(learners: Sequence[Person]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("name", "email", "organization_website"))
    writer.writerows((learner.name, learner.email, learner.website) for learner in learners)
    return text.getvalue()
