"""Two people at the same learners at the same time."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from shared.context import _appwrite
from tests.functions.admin_router.rows import insert, organization_of
from tests.functions.backend import Backend, Course

HEADER = "name,email,organization_website\n"


def test_a_learner_whom_somebody_adds_elsewhere_meanwhile_is_not_moved(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    rival = organization_of(backend, new_course())
    mine = organization_of(backend, course)
    raced, lost = f"raced@{course.website}", f"lost@{course.website}"

    def add_them() -> None:
        insert(backend, "learners", secrets.token_hex(16), email=raced, name="R", organization_id=rival["$id"])
        insert(backend, "learners", secrets.token_hex(16), email=lost, name="L", organization_id=mine["$id"])

    text = HEADER + "".join(
        f"P,{email},{course.website}\n" for email in (raced, lost, f"free@{course.website}", f"own@{course.website}")
    )
    with once_after("GET", "/tables/learners/rows", add_them):
        answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text).data
    assert [row["fate"] for row in answer["learners"]] == ["moves_organization", "new_to_course", "new", "new"]
    assert set(course.states()) == {lost, f"free@{course.website}", f"own@{course.website}"}


def test_two_uploads_of_one_file_at_the_same_time_enroll_everybody_once(backend: Backend, course: Course) -> None:
    emails = [f"p{number}@{course.website}" for number in range(4)]
    text = HEADER + "".join(f"P,{email},{course.website}\n" for email in emails)
    asked = {"course_id": course.course_id, "csv_data": text}
    answers = []
    with once_after(
        "GET",
        "/tables/learners/rows",
        lambda: answers.append(backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data["summary"]),
    ):
        answers.append(backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data["summary"])
    assert [summary["added"] for summary in answers] == [4, 0]
    assert [summary["already_enrolled"] for summary in answers] == [0, 4]
    assert sorted(course.states()) == sorted(emails)


@contextmanager
def once_after(method: str, ending: str, act: Callable[[], None]) -> Iterator[None]:
    """Do something right after the first such call to Appwrite was answered."""
    hooks = _appwrite.hooks["response"]

    def watch(response: requests.Response, *_: Any, **__: Any) -> None:
        if response.request.method == method and response.url.split("?")[0].endswith(ending) and watch in hooks:
            hooks.remove(watch)
            act()

    hooks.append(watch)
    yield
    assert watch not in hooks
