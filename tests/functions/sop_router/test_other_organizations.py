"""To an SOP everything of another organisation is as if it did not exist, whichever action is asked and however."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.sop_router.api import api
from shared.access import public
from shared.actions import Action
from tests.functions.backend import Answer, Backend, Course
from tests.functions.courses import make_course

#: Fields that name nothing: they choose among what may be seen anyway.
CHOICES = {
    "limit",
    "offset",
    "cursor",
    "search",
    "status",
    "certificate_status",
    "activity_type",
    "from_date",
    "to_date",
    "issued_from",
    "issued_to",
    "wait_seconds",
    "days",
    "expired",
}
NAMES = {"learner_email", "course_id", "organization_website", "export_id"}
ACTIONS = [action for action in api if action.allow is not public]


class Walk:
    """Organisation A, whose SOP asks, and organisation B, which has one of everything."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.mine, self.other = make_course(backend), make_course(backend)
        [mine] = self.mine.enroll("Ana Lima")
        [theirs] = self.other.enroll("Zeferina Quux")
        self.mine.complete(mine)
        self.other.complete(theirs)
        backend.work()
        self.own = self._named(self.mine, mine)
        self.foreign = self._named(self.other, theirs)
        self.nobodys = {
            "learner_email": "nobody@nowhere.example",
            "course_id": "no-such-course",
            "organization_website": "nowhere.example",
            "export_id": "0" * 32,
        }
        self.secrets = [*self.foreign.values(), "Zeferina", self.other.sop, *self._secrets()]

    def _named(self, course: Course, email: str) -> dict[str, str]:
        export = self.backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", course_id=course.course_id)
        return {
            "learner_email": email,
            "course_id": course.course_id,
            "organization_website": course.website,
            "export_id": export.data["export_id"],
        }

    def _secrets(self) -> Iterator[str]:
        for row in self.backend.rows("certificates"):
            if row["course_id"] == self.other.course_id:
                yield from (row["$id"], row["certificate_number"], row["file_id"], row["organization_id"])

    def ask(self, action: Action, **payload: str) -> Answer:
        return self.backend.ask_sop(self.mine.sop, action.name, **payload)

    def shown(self, answer: Answer, asked: dict[str, str]) -> str:
        """The answer without what was asked for, which may be repeated, and without what differs each time."""
        text = json.dumps({**answer.body, "request_id": ""}, ensure_ascii=False)
        for value in asked.values():
            text = text.replace(value, "…")
        return text


@pytest.fixture(scope="module")
def walk(backend: Backend) -> Walk:
    return Walk(backend)


def combinations(action: Action) -> Iterator[list[str]]:
    """Each field that names something alone, then all of them together."""
    names = [name for name in action.payload.model_fields if name in NAMES]
    yield from ([name] for name in names)
    yield names


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_walk_knows_every_field_of(action: Action) -> None:
    assert action.payload.model_fields.keys() <= CHOICES | NAMES


@pytest.mark.parametrize(
    ("action", "names"),
    [
        pytest.param(action, names, id=f"{action.name}-{'+'.join(names)}")
        for action in ACTIONS
        for names in combinations(action)
        if names
    ],
)
def test_what_is_anothers_answers_like_what_does_not_exist(walk: Walk, action: Action, names: list[str]) -> None:
    required = [name for name, field in action.payload.model_fields.items() if field.is_required()]
    own = {name: walk.own[name] for name in required}
    theirs = {**own, **{name: walk.foreign[name] for name in names}}
    nobodys = {**own, **{name: walk.nobodys[name] for name in names}}
    answer = walk.ask(action, **theirs)
    shown = walk.shown(answer, theirs)
    assert shown == walk.shown(walk.ask(action, **nobodys), nobodys)
    assert not [secret for secret in walk.secrets if secret in shown]
    if "organization_website" in names or "export_id" in names:
        assert answer.status == 404


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_what_an_sop_sees_of_their_own_holds_nothing_of_others(walk: Walk, action: Action) -> None:
    own: dict[str, Any] = {name: walk.own[name] for name in action.payload.model_fields if name in NAMES}
    answer = walk.ask(action, **own)
    assert answer.status == 200, answer.body
    assert not [secret for secret in walk.secrets if secret in json.dumps(answer.body, ensure_ascii=False)]
