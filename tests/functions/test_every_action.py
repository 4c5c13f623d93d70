"""Whatever fits or breaks an action's schema, no action fails by our fault, and what it answers fits its own schema."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.admin_router.api import api as admin_api
from functions.admin_router.main import main as admin_main
from functions.sop_router.api import api as sop_api
from functions.sop_router.main import main as sop_main
from scripts import api_docs
from shared.actions import Action
from tests.functions.backend import TEMPLATE, Backend, Course, Main, Person
from tests.functions.courses import make_course
from tests.functions.payloads import fitting

EXAMPLES = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
EVERY_ACTION = [
    *(pytest.param(admin_main, action, id=f"admin-{action.name}") for action in admin_api),
    *(pytest.param(sop_main, action, id=f"sop-{action.name}") for action in sop_api),
]


@pytest.fixture(scope="module")
def known(backend: Backend) -> dict[str, Any]:
    """Things that exist, by the names of the fields that ask for them."""
    course = make_course(backend)
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.work()
    return {**_ids(backend, course, email), **_texts(course), "sop": backend.log_in(course.sop)}


def _ids(backend: Backend, course: Course, email: str) -> dict[str, Any]:
    [organization] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    [completion] = [row for row in backend.rows("completions") if row["email"] == email]
    [certificate] = [row for row in backend.rows("certificates") if row["learner_email"] == email]
    return {
        "course_id": course.course_id,
        "organization_id": organization["$id"],
        "organization_website": course.website,
        "website": course.website,
        "sop_email": course.sop,
        "learner_email": email,
        "email": email,
        "completion_id": completion["$id"],
        "certificate_number": certificate["certificate_number"],
        "completion_ids": [completion["$id"]],
    }


def _texts(course: Course) -> dict[str, Any]:
    row = f"New Person,new@{course.website},{course.website}"
    return {
        "csv_data": f"name,email,organization_website\n{row}\n",
        "certificate_template_html": TEMPLATE,
        "name": "A name",
    }


@pytest.mark.parametrize(("main", "action"), EVERY_ACTION)
def test_no_payload_makes_an_action_fail_by_our_fault(
    backend: Backend, known: dict[str, Any], main: Main, action: Action
) -> None:
    """Half of the fields that name something name what exists, so that actions get beyond "there is no such thing"."""
    schema = action.payload.model_json_schema()
    names = sorted(known.keys() & schema.get("properties", {}).keys())

    @EXAMPLES
    @given(fitting(schema), st.sets(st.sampled_from(names) if names else st.nothing()))
    def answers(payload: Any, real: set[str]) -> None:
        asked = {**payload, **{name: known[name] for name in real}, "wait_seconds": 0}
        _check(backend.call(main, action.name, _caller(backend, known, main), asked), action)

    answers()


@pytest.mark.parametrize(("main", "action"), EVERY_ACTION)
def test_fields_of_any_other_type_are_refused_and_never_a_failure_of_ours(
    backend: Backend, known: dict[str, Any], main: Main, action: Action
) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=4,
    )
    fields = {name: values for name in action.payload.model_fields if name != "wait_seconds"}

    @EXAMPLES
    @given(st.fixed_dictionaries({}, optional=fields))
    def answers(payload: Any) -> None:
        _check(backend.call(main, action.name, _caller(backend, known, main), payload), action)

    answers()


def _caller(backend: Backend, known: dict[str, Any], main: Main) -> Person:
    person: Person = backend.admin if main is admin_main else known["sop"]
    return person


def _check(answer: Any, action: Action) -> None:
    assert answer.status < 500, (answer.body, answer.logs)
    if answer.body["ok"]:
        action.result.model_validate(answer.data)
    else:
        assert set(answer.error) == {"code", "message", "details"}


@pytest.mark.parametrize("router", api_docs.ROUTERS)
def test_the_written_schemas_are_current(router: str) -> None:
    path = api_docs.ROOT / "functions" / router / "actions.json"
    assert path.read_text(encoding="utf-8") == api_docs.described(router), "run make api-docs"


@pytest.mark.parametrize("router", api_docs.ROUTERS)
def test_every_action_has_a_description_and_typed_fields(router: str) -> None:
    for name, action in json.loads(api_docs.described(router))["actions"].items():
        assert action["description"], name
        assert action["data"].get("properties"), name
