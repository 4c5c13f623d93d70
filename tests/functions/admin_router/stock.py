"""A course with certificates that were issued, and what became of them."""

import secrets
from dataclasses import dataclass
from typing import Any

from tests.functions.backend import TEMPLATE, Answer, Backend, Course
from tests.functions.courses import make_course

Row = dict[str, Any]


@dataclass(frozen=True)
class Stock:
    course: Course
    #: By the learners' names.
    numbers: dict[str, str]

    @property
    def backend(self) -> Backend:
        return self.course.backend

    def rows(self) -> dict[str, Row]:
        """The certificates by their numbers' learners, whatever is printed on them now."""
        by_number = {number: name for name, number in self.numbers.items()}
        of_course = {"method": "equal", "attribute": "course_id", "values": [self.course.course_id]}
        return {by_number[row["certificate_number"]]: row for row in self.backend.rows("certificates", of_course)}

    def set(self, name: str, **columns: Any) -> None:
        self.backend.set_row("certificates", self.rows()[name]["$id"], **columns)

    def activities(self, activity: str) -> list[Row]:
        rows = self.backend.rows("activity_logs", {"method": "equal", "attribute": "activity", "values": [activity]})
        ids = {row["$id"] for row in self.rows().values()}
        return [row for row in rows if row["subject_id"] in ids or row["course_id"] == self.course.course_id]

    def deliveries(self, purpose: str) -> list[Row]:
        asked = {"method": "equal", "attribute": "recipient", "values": [self.course.sop]}
        return [row for row in self.backend.rows("deliveries", asked) if row["purpose"] == purpose]

    def everything(self) -> dict[str, Any]:
        """All that a bulk could change."""
        tables = ("certificates", "certificate_versions", "deliveries", "activity_logs")
        return {table: self.backend.rows(table) for table in tables}

    def wait(self) -> None:
        """Until a replacement that was interrupted may be taken over."""
        for row in self.rows().values():
            of_it = {"method": "equal", "attribute": "certificate_id", "values": [row["$id"]]}
            for version in self.backend.rows("certificate_versions", of_it):
                self.backend.set_row(
                    "certificate_versions", version["$id"], replaced_at="2026-01-01T00:00:00.000+00:00"
                )

    def new_template(self) -> None:
        answer = self.backend.ask_admin(
            "EDIT_COURSE",
            course_id=self.course.course_id,
            certificate_template_html=f"{TEMPLATE}<p>{secrets.token_hex(4)}</p>",
        )
        assert answer.status == 200


def stocked(backend: Backend, *names: str) -> Stock:
    """Certificates for these learners, delivered."""
    course = make_course(backend)
    emails = course.enroll(*names)
    for email in emails:
        course.complete(email, secrets.token_hex(4))
    backend.work()
    states = course.states()
    numbers = {name: states[email]["certificate_number"] for name, email in zip(names, emails, strict=True)}
    return Stock(course, numbers)


def fates(answer: Answer) -> dict[str, int]:
    """The counts that are not 0."""
    return {fate: count for fate, count in answer.data["counts"].items() if count}
