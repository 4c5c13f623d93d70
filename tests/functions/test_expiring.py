"""Certificates that expire soon are listed for admins, and for SOPs their own."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.functions.backend import Answer, Backend, Course
from tests.functions.courses import make_course


def set_validity(backend: Backend, email: str, days: float | None) -> str:
    """The certificate expires that many days from now; its number."""
    [row] = rows_of(backend, email)
    moment = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat()
    backend.set_row("certificates", row["$id"], expires_at=moment)
    return str(row["certificate_number"])


def rows_of(backend: Backend, email: str) -> list[dict[str, Any]]:
    return backend.rows("certificates", {"method": "equal", "attribute": "learner_email", "values": [email]})


class Shelf:
    """A course with certificates that expire at different times, their numbers by what is special about them."""

    def __init__(self, backend: Backend) -> None:
        self.backend, self.course = backend, make_course(backend)
        self.days: dict[str, float | None] = {
            "soon": 3.5,
            "at the edge": 29.9,
            "later": 45,
            "expired": -0.5,
            "long expired": -400,
            "for ever": None,
            "revoked": 5,
            "erased": 6,
        }
        emails = dict(zip(self.days, self.course.enroll(*(f"Learner {name}" for name in self.days)), strict=True))
        for email in emails.values():
            self.course.complete(email, secrets.token_hex(4))
        backend.work()
        self.numbers = {name: set_validity(backend, emails[name], days) for name, days in self.days.items()}
        for name, column in {"revoked": "revoked_at", "erased": "erased_at"}.items():
            [row] = rows_of(backend, emails[name])
            backend.set_row("certificates", row["$id"], **{column: datetime.now(UTC).isoformat()})

    def ask(self, **asked: Any) -> Answer:
        return self.backend.ask_admin("LIST_EXPIRING", **{"course_id": self.course.course_id, **asked})

    def names(self, answer: Answer) -> list[str]:
        by_number = {number: name for name, number in self.numbers.items()}
        return [by_number[each["certificate_number"]] for each in answer.data["certificates"]]


@pytest.fixture(scope="module")
def shelf(backend: Backend) -> Shelf:
    return Shelf(backend)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["soon", "at the edge"]),
        ({"days": 60}, ["soon", "at the edge", "later"]),
        ({"days": 3}, []),
        ({"days": 0}, []),
        ({"days": 0, "expired": True}, ["long expired", "expired"]),
        ({"expired": True}, ["long expired", "expired", "soon", "at the edge"]),
        ({"days": 3650, "expired": True}, ["long expired", "expired", "soon", "at the edge", "later"]),
    ],
)
def test_what_ends_within_the_days_is_listed_with_what_ends_first_at_the_top(
    shelf: Shelf, asked: dict[str, Any], names: list[str]
) -> None:
    """Never the revoked and the erased one, nor the one that is valid for ever."""
    assert shelf.names(shelf.ask(**asked)) == names


def test_each_entry_says_whose_it_is_how_long_it_lasts_and_where_to_look_it_up(shelf: Shelf) -> None:
    long_expired, expired, soon, _ = shelf.ask(expired=True).data["certificates"]
    assert [each["days_left"] for each in (long_expired, expired, soon)] == [-400 - 1, -1, 3]
    assert soon["learner_name"] == "Learner soon"
    assert soon["organization_website"] == shelf.course.website
    assert soon["course_id"] == shelf.course.course_id
    assert soon["verify_url"].startswith(f"http://verify.example/verify/{shelf.numbers['soon']}?c=")


def test_pages_follow_one_another(shelf: Shelf) -> None:
    first = shelf.ask(expired=True, limit=3)
    assert first.body["pagination"]["total"] == 4
    rest = shelf.ask(expired=True, limit=3, cursor=first.body["pagination"]["next_cursor"])
    assert shelf.names(first) + shelf.names(rest) == ["long expired", "expired", "soon", "at the edge"]
    assert rest.body["pagination"]["has_more"] is False


def test_an_sop_sees_their_own_and_nobody_elses(
    backend: Backend, shelf: Shelf, new_course: Callable[..., Course]
) -> None:
    mine = backend.ask_sop(shelf.course.sop, "LIST_EXPIRING")
    assert shelf.names(mine) == ["soon", "at the edge"]
    assert mine.data["organization_website"] == shelf.course.website
    other = new_course()
    assert backend.ask_sop(other.sop, "LIST_EXPIRING", course_id=shelf.course.course_id).data["certificates"] == []
    foreign = backend.ask_sop(other.sop, "LIST_EXPIRING", organization_website=shelf.course.website)
    assert (foreign.status, foreign.error["code"]) == (404, "NOT_FOUND")


def test_an_admin_may_ask_for_one_organization(
    backend: Backend, shelf: Shelf, new_course: Callable[..., Course]
) -> None:
    answer = backend.ask_admin("LIST_EXPIRING", organization_website=shelf.course.website)
    assert shelf.names(answer) == ["soon", "at the edge"]
    other = new_course()
    assert backend.ask_admin("LIST_EXPIRING", organization_website=other.website).data["certificates"] == []
    unknown = backend.ask_admin("LIST_EXPIRING", organization_website="nobody.example")
    assert (unknown.status, unknown.error["details"]) == (404, {"organization_website": "nobody.example"})


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"days": -1}, "days"),
        ({"days": 3651}, "days"),
        ({"days": "soon"}, "days"),
        ({"expired": "perhaps"}, "expired"),
        ({"organization_website": "no website"}, "organization_website"),
        ({"course_id": "x" * 129}, "course_id"),
        ({"limit": 0}, "limit"),
    ],
)
def test_bad_input_names_its_field(backend: Backend, payload: dict[str, Any], field: str) -> None:
    answer = backend.ask_admin("LIST_EXPIRING", **payload)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert list(answer.error["details"]["fields"]) == [field]
