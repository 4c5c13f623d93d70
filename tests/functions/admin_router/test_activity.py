"""Who changed what: told to admins in full, to SOPs as far as it is theirs, and never changed afterwards."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import ROOT
from tests.functions.backend import ADMIN, Backend, Course

Logs = list[dict[str, Any]]
WRITES = {"update", "update_many", "update_where", "delete", "delete_where"}


def logs(backend: Backend, **asked: Any) -> Logs:
    found: Logs = backend.ask_admin("LIST_ACTIVITY_LOGS", **asked).data["logs"]
    return found


@pytest.fixture
def learner(backend: Backend, course: Course) -> str:
    """Renamed twice."""
    [email] = course.enroll("Ana Lima")
    for name in ("Ana One", "Ana Two"):
        asked = {"learner_email": email, "organization_website": course.website, "name": name}
        assert backend.ask_admin("UPDATE_LEARNER", **asked).status == 200
    return email


def test_a_change_names_who_when_what_before_and_after_and_the_request(
    backend: Backend, course: Course, learner: str
) -> None:
    newest, older = logs(backend, organization_website=course.website, activity_type="learner.edited")
    assert newest["changes"] == {"name": ["Ana One", "Ana Two"]}
    assert older["changes"] == {"name": ["Ana Lima", "Ana One"]}
    assert newest["at"] >= older["at"]
    assert newest["actor"].keys() == {"id", "email", "role"}
    assert (newest["actor"]["email"], newest["actor"]["role"]) == (ADMIN, "admin")
    assert newest["actor"]["id"]
    assert (newest["activity_type"], newest["status"], newest["request_id"]) == (
        "learner.edited",
        "success",
        "execution",
    )
    assert newest["organization_website"] == course.website
    [entry] = backend.ask_admin("LIST_LEARNERS", search=learner).data["learners"]
    assert newest["learner_id"] == entry["learner_info"]["learner_id"]
    assert newest["learner_name"] == entry["learner_info"]["name"]


def test_an_sop_sees_what_happened_in_their_organization_but_not_which_admin_did_it(
    backend: Backend, new_course: Callable[..., Course], course: Course, learner: str
) -> None:
    answer = backend.ask_sop(course.sop, "LIST_ACTIVITY_LOGS", activity_type="learner.edited")
    assert answer.data["organization_website"] == course.website
    assert answer.body["pagination"]["total"] == 2
    assert [each["changes"]["name"][1] for each in answer.data["logs"]] == ["Ana Two", "Ana One"]
    assert {json.dumps(each["actor"]) for each in answer.data["logs"]} == {
        json.dumps({"role": "admin", "id": None, "email": None})
    }
    assert {each["learner_name"] for each in answer.data["logs"]} == {"Ana Two"}
    assert ADMIN not in json.dumps(answer.body)
    other = new_course()
    foreign = backend.ask_sop(other.sop, "LIST_ACTIVITY_LOGS")
    assert course.website not in json.dumps(foreign.body)


def test_activities_are_narrowed_by_name_noun_outcome_course_and_day(
    backend: Backend, course: Course, learner: str
) -> None:
    of = {"organization_website": course.website}
    today = logs(backend, **of)[0]["at"][:10]
    assert {each["activity_type"] for each in logs(backend, activity_type="learner", **of)} == {"learner.edited"}
    assert logs(backend, activity_type="learn", **of) == []
    assert logs(backend, activity_type="learner.edited", status="failed", **of) == []
    assert len(logs(backend, activity_type="learner", status="success", **of)) == 2
    assert len(logs(backend, activity_type="learner", from_date=today, to_date=today, **of)) == 2
    assert logs(backend, from_date="2998-01-01", **of) == []
    assert logs(backend, to_date="2000-01-01", **of) == []
    assert logs(backend, course_id="no-such-course", **of) == []
    [uploaded] = logs(backend, course_id=course.course_id, activity_type="learners.uploaded")
    assert uploaded["course_id"] == course.course_id


def test_pages_that_follow_a_cursor_are_not_moved_by_what_happens_meanwhile(
    backend: Backend, course: Course, learner: str
) -> None:
    asked = {"organization_website": course.website, "activity_type": "learner", "limit": 1}
    first = backend.ask_admin("LIST_ACTIVITY_LOGS", **asked)
    rename = {"learner_email": learner, "organization_website": course.website, "name": "Ana Three"}
    assert backend.ask_admin("UPDATE_LEARNER", **rename).status == 200
    cursor = first.body["pagination"]["next_cursor"]
    [second] = logs(backend, cursor=cursor, **asked)
    assert second["changes"]["name"] == ["Ana Lima", "Ana One"]


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"organization_website": "nowhere.example"}, 404, "organization_website"),
        ({"activity_type": "course%"}, 422, "activity_type"),
        ({"activity_type": "course.edited.twice"}, 422, "activity_type"),
        ({"status": "maybe"}, 422, "status"),
        ({"from_date": "yesterday"}, 422, "from_date"),
        ({"from_date": "0001-01-01"}, 422, "from_date"),
        ({"to_date": "9999-12-31"}, 422, "to_date"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_field(
    backend: Backend, asked: dict[str, str], status: int, word: str
) -> None:
    answer = backend.ask_admin("LIST_ACTIVITY_LOGS", **asked)
    assert answer.status == status
    assert word in str(answer.error)


def test_empty_filters_filter_nothing(backend: Backend, learner: str) -> None:
    names = ("activity_type", "status", "organization_website", "course_id", "from_date", "to_date")
    assert logs(backend, **dict.fromkeys(names, ""))


def test_only_erasure_writes_to_what_was_logged_before() -> None:
    assert set(_writes_to_the_log()) == {("shared/audit.py", "forget_learner", "update_where")}


def test_only_the_audit_module_makes_rows_of_the_log_and_only_retention_removes_them() -> None:
    makers = {path for path, node in _nodes() if _called(node) == "Activity"}
    named = {path for path, node in _nodes() if isinstance(node, ast.Constant) and node.value == "activity_logs"}
    retention = "functions/certificate_worker/retention/activities.py"
    assert (makers, named) == ({"shared/audit.py"}, {"shared/audit.py", retention})


def _sources() -> Iterator[Path]:
    for folder in ("shared", "functions"):
        yield from (ROOT / folder).rglob("*.py")


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(ROOT)), node


def _called(node: ast.AST) -> str | None:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def _writes_to_the_log() -> Iterator[tuple[str, str, str]]:
    """File, function and method of each call that changes or removes rows of the log."""
    for path, function in _nodes():
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            kind = node.args[0]
            if node.func.attr in WRITES and isinstance(kind, ast.Name) and kind.id == "Activity":
                yield path, function.name, node.func.attr
