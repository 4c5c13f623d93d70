"""A completion finds its course and its learner under every name that Graphy may use for them."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.records import Course as CourseRecord
from shared.records import LearnerAlias
from tests.functions.backend import Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


def rows(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def completion(backend: Backend, event_id: str) -> dict[str, Any]:
    [row] = rows(backend, "completions", "event_id", event_id)
    return row


def certificates(backend: Backend, email: str) -> list[dict[str, Any]]:
    return rows(backend, "certificates", "learner_email", email)


def set_course(course: Course, **columns: Any) -> None:
    course.backend.set_row("courses", CourseRecord.id_for(course.course_id), **columns)


def set_organization(course: Course, **columns: Any) -> None:
    [organization] = rows(course.backend, "organizations", "website", course.website)
    course.backend.set_row("organizations", organization["$id"], **columns)


def deliver(course: Course, email: str, event_id: str, name: str | None = None) -> None:
    event = {"course_id": name or course.course_id, "email": email, "event_id": event_id}
    assert course.backend.deliver(event).status == 202


@pytest.mark.parametrize("spell", [str.upper, str.title, lambda name: f"  {name} "])
def test_case_and_spaces_do_not_count_in_names_of_products_and_learners(
    backend: Backend, course: Course, spell: Callable[[str], str]
) -> None:
    product = f"product-of-{course.course_id}"
    set_course(course, graphy_product_id=product)
    by_product, by_course = course.enroll("Ana Lima", "Ben Oke")
    deliver(course, spell(by_product), f"product {product}", spell(product))
    deliver(course, spell(by_course), f"course {product}", spell(course.course_id))
    backend.work()
    assert completion(backend, f"product {product}")["status"] == "matched"
    assert completion(backend, f"course {product}")["status"] == "matched"


def test_a_batch_may_name_more_courses_than_one_query_holds(backend: Backend, course: Course) -> None:
    product = f"zz-{course.course_id}"
    set_course(course, graphy_product_id=product)
    [email] = course.enroll("Ana Lima")
    for number in range(70):
        deliver(course, f"somebody@{course.website}", f"{product} {number}", f"unknown-{number}-{'é' * 100}")
    deliver(course, email, product, product)
    backend.work()
    assert completion(backend, product)["status"] == "matched"
    assert completion(backend, f"{product} 69")["status"] == "unmatched"


def test_a_learner_is_known_by_a_former_address(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    [learner] = rows(backend, "learners", "email", email)
    former = f"before-{email}"
    backend.server.post(
        "/tablesdb/certificates/tables/learner_aliases/rows",
        rowId=LearnerAlias.id_for(former),
        data={"email": former, "learner_id": learner["$id"]},
    )
    deliver(course, former.upper(), f"former {email}")
    backend.work()
    [certificate] = certificates(backend, email)
    assert certificate["learner_id"] == learner["$id"]


def test_an_archived_course_still_issues_to_those_it_has(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    set_course(course, archived_at=PAST)
    deliver(course, email, f"archived course {email}")
    backend.work()
    assert len(certificates(backend, email)) == 1


def test_completions_of_an_archived_organization_wait_until_it_is_restored(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    set_organization(course, archived_at=PAST)
    deliver(course, email, f"archived {email}")
    backend.work()
    waiting = completion(backend, f"archived {email}")
    assert (waiting["status"], waiting["reason"]) == ("unmatched", "The learner's organization is archived.")
    assert certificates(backend, email) == []
    set_organization(course, archived_at=None)
    backend.set_row("completions", waiting["$id"], due_at=PAST)
    backend.work()
    assert len(certificates(backend, email)) == 1


def test_of_two_completions_that_wait_together_the_first_is_printed(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    for event_id, day in ((f"first {email}", 10), (f"second {email}", 20)):
        event = {"course_id": course.course_id, "email": email, "event_id": event_id}
        backend.deliver({**event, "completed_at": f"2026-10-{day}T00:00:00Z"})
    backend.work()
    [certificate] = certificates(backend, email)
    assert certificate["event_id"] == f"first {email}"
    assert certificate["completed_at"].startswith("2026-10-10")
    assert completion(backend, f"second {email}")["status"] == "matched"
