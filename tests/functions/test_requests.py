"""Every function's answers: one envelope, the right status, and nothing told to strangers."""

import json
from typing import Any

import pytest

from functions.admin_router.main import main as admin_main
from functions.certificate_worker.main import main as worker_main
from functions.graphy_webhook.main import main as webhook_main
from functions.sop_router.main import main as sop_main
from tests.functions.backend import PASSWORD, Backend, Course, Main, execute

ROUTERS = {"admin": admin_main, "sop": sop_main}
ALL = {**ROUTERS, "webhook": webhook_main, "worker": worker_main}
each_router = pytest.mark.parametrize("main", ROUTERS.values(), ids=ROUTERS)
each_function = pytest.mark.parametrize("main", ALL.values(), ids=ALL)


@each_function
def test_health_answers_anyone_and_names_the_parts(backend: Backend, main: Main) -> None:
    answer = execute(main, b'{"action": "health"}', {"x-appwrite-key": backend.key})
    assert answer.data["healthy"] is True
    assert answer.data["parts"]["database"] is True
    assert answer.body["request_id"] == "execution"


def test_the_workers_health_names_every_part(backend: Backend) -> None:
    answer = execute(worker_main, b'{"action": "health"}', {"x-appwrite-key": backend.key})
    assert answer.data["parts"] == dict.fromkeys(("database", "storage", "mail", "renderer", "graphy"), True)


def test_health_says_which_part_is_out_of_reach(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PORT", "9")
    monkeypatch.setenv("GRAPHY_API_KEY", "wrong")
    answer = execute(worker_main, b'{"action": "health"}', {"x-appwrite-key": backend.key})
    assert answer.data["healthy"] is False
    parts = answer.data["parts"]
    assert {name for name, reached in parts.items() if not reached} == {"mail", "graphy"}


@each_router
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BAD_REQUEST"),
        (b"{", "BAD_REQUEST"),
        (b"[]", "BAD_REQUEST"),
        (b"\xff{}", "BAD_REQUEST"),
        (b"{}", "BAD_REQUEST"),
        (b'{"action": 7}', "BAD_REQUEST"),
        (b'{"action": "NO_SUCH_ACTION"}', "UNKNOWN_ACTION"),
    ],
)
def test_a_body_that_names_no_action_is_refused_with_400(backend: Backend, main: Main, body: bytes, code: str) -> None:
    answer = execute(main, body, {"x-appwrite-key": backend.key})
    assert (answer.status, answer.error["code"]) == (400, code)
    assert answer.body["request_id"] == "execution"


def test_broken_utf_8_is_named_with_its_place(backend: Backend) -> None:
    answer = execute(admin_main, b'{"action": "\xff"}')
    assert answer.error["message"] == "The body is not valid UTF-8 at byte 12."


@each_router
def test_get_is_not_allowed_but_for_pages(backend: Backend, main: Main) -> None:
    answer = execute(main, method="GET", path="/no-page")
    assert (answer.status, answer.error["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_body_beyond_the_limit_is_refused(backend: Backend) -> None:
    answer = execute(admin_main, b'"' + b"x" * 3_000_000 + b'"')
    assert (answer.status, answer.error["code"]) == (413, "TOO_LARGE")


ADMIN_ACTIONS = ("ADD_ORGANIZATION", "CREATE_COURSE", "UPLOAD_LEARNERS_CSV", "VIEW_LEARNERS", "LIST_WEBHOOKS")
SOP_ACTIONS = ("LIST_ORG_LEARNERS", "DOWNLOAD_CERTIFICATE")


@pytest.mark.parametrize(
    ("main", "action"),
    [*((admin_main, name) for name in ADMIN_ACTIONS), *((sop_main, name) for name in SOP_ACTIONS)],
    ids=[*ADMIN_ACTIONS, *SOP_ACTIONS],
)
def test_without_a_jwt_nothing_is_done_and_nothing_is_told_of_the_payload(
    backend: Backend, main: Main, action: str
) -> None:
    answer = backend.call(main, action, None, {"limit": "not a number"})
    assert (answer.status, answer.error["code"], answer.error["details"]) == (401, "UNAUTHENTICATED", {})


@pytest.mark.parametrize("jwt", ["garbage", "a.b.c", "ü", "x" * 5000, "eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOiJhIn0."])
def test_a_jwt_that_appwrite_does_not_know_is_refused(backend: Backend, jwt: str) -> None:
    answer = execute(
        admin_main,
        json.dumps({"action": "LIST_WEBHOOKS", "jwt_token": jwt}).encode(),
        {"x-appwrite-key": backend.key},
    )
    assert (answer.status, answer.error["code"]) == (401, "UNAUTHENTICATED")


def test_the_platforms_own_headers_prove_nothing(backend: Backend) -> None:
    forged = {"x-appwrite-user-id": "admin", "x-appwrite-trigger": "schedule", "x-appwrite-key": backend.key}
    answer = execute(admin_main, b'{"action": "LIST_WEBHOOKS"}', forged)
    assert answer.status == 401


def test_the_runtimes_basic_authorization_is_nobody(backend: Backend) -> None:
    headers = {"authorization": "Basic b3ByOnNlY3JldA==", "x-appwrite-key": backend.key}
    assert execute(admin_main, b'{"action": "LIST_WEBHOOKS"}', headers).status == 401


def test_the_jwt_is_taken_from_all_three_places(backend: Backend) -> None:
    key, jwt = {"x-appwrite-key": backend.key}, backend.admin.jwt
    asked = b'{"action": "LIST_WEBHOOKS"}'
    assert execute(admin_main, asked, {**key, "Authorization": f"Bearer {jwt}"}).status == 200
    assert execute(admin_main, asked, {**key, "x-appwrite-user-jwt": jwt}).status == 200
    beside = json.dumps({"action": "LIST_WEBHOOKS", "jwt_token": jwt}).encode()
    assert execute(admin_main, beside, key).status == 200


def test_a_blocked_user_is_refused(backend: Backend, course: Course) -> None:
    person = backend.log_in(course.sop, PASSWORD)
    users = backend.server.get("/users", queries=[_equal("email", course.sop)])["users"]
    backend.server.patch(f"/users/{users[0]['$id']}/status", status=False)
    answer = backend.call(sop_main, "LIST_ORG_LEARNERS", person, {})
    assert (answer.status, answer.error["code"]) == (403, "FORBIDDEN")


def test_bad_fields_are_all_named_and_what_was_typed_is_not_repeated(backend: Backend) -> None:
    answer = backend.ask_admin("ADD_ORGANIZATION", website="nowhere", name="", sop_email="sop", sop_password="secret!")
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert set(answer.error["details"]["fields"]) == {"website", "name", "sop_email", "sop_password"}
    assert "secret!" not in json.dumps(answer.body)


@pytest.mark.parametrize("payload", ["text", [1], 7])
def test_a_payload_that_is_no_object_is_refused(backend: Backend, payload: Any) -> None:
    answer = backend.call(admin_main, "VIEW_LEARNERS", backend.admin, payload)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")


def test_text_that_is_no_unicode_is_refused_as_a_bad_field(backend: Backend) -> None:
    answer = backend.ask_admin("VIEW_LEARNERS", course_id="\ud800")
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")


def test_a_failure_of_ours_is_a_5xx_with_a_request_id_and_without_detail(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", "http://127.0.0.1:9/v1")
    answer = backend.ask_admin("LIST_WEBHOOKS")
    assert answer.status == 503
    assert answer.error == {
        "code": "UNAVAILABLE",
        "message": "A service this depends on can't be reached; try again later.",
        "details": {},
    }
    assert '"event": "request failed"' in answer.logs


def test_a_wrong_variable_is_logged_by_name_and_not_told(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_CSV_ROWS", "many")
    answer = backend.ask_admin("LIST_WEBHOOKS")
    assert (answer.status, answer.error["code"], answer.error["details"]) == (500, "MISCONFIGURED", {})
    assert "MAX_CSV_ROWS" in answer.logs


def _equal(attribute: str, value: str) -> str:
    return json.dumps({"method": "equal", "attribute": attribute, "values": [value]})
