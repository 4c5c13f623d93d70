"""What the functions log: one line of JSON for each event, that lead from a delivery to its mail."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from functions.admin_router.main import main as admin_main
from functions.certificate_worker.main import main as worker_main
from functions.graphy_webhook.main import main as webhook_main
from infra.tracing.story import Line, lines, story
from shared import log as logging
from shared.log import Log
from shared.webhooks import sign
from tests.functions.backend import PASSWORD, SECRET, Answer, Backend, Course, Main, execute


class Runs:
    """Executions with ids of their own, and what they logged."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.lines: list[Line] = []

    def run(self, name: str, main: Main, execution_id: str, body: bytes = b"", **headers: str) -> Answer:
        ids = {"x-appwrite-key": self.backend.key, "x-appwrite-execution-id": execution_id, **headers}
        answer = execute(main, body, ids)
        self.lines += lines(name, [{"logs": answer.logs, "errors": ""}])
        return answer

    def complete(self, course: Course, email: str, execution_id: str, event_id: str = "evt") -> Answer:
        event = {"course_id": course.course_id, "email": email, "event_id": event_id}
        body = json.dumps(event).encode()
        signature = {"x-graphy-signature": sign(SECRET, body)}
        return self.run("graphy_webhook", webhook_main, execution_id, body, **signature)

    def work(self, execution_id: str) -> Answer:
        return self.run("certificate_worker", worker_main, execution_id)

    def story(self, name: str) -> list[Line]:
        """Without the kicks, which reach no worker here."""
        return [line for line in story(self.lines, name) if line.facts["event"] != "kick failed"]

    def events(self, name: str) -> list[tuple[str, str, object]]:
        told = self.story(name)
        return [(line.function_id, line.facts["event"], line.facts.get("outcome")) for line in told]


@pytest.fixture
def runs(backend: Backend) -> Runs:
    return Runs(backend)


def ends(answer: Answer) -> dict[str, Any]:
    """The line that ends an execution, which is the last of its log."""
    every = [json.loads(line) for line in answer.logs.splitlines()]
    [end] = [line for line in every if line["event"] == "request done"]
    return dict(end)


MAILED = [
    ("graphy_webhook", "completion stored", None),
    ("graphy_webhook", "request done", "done"),
    ("certificate_worker", "completion matched", "queued"),
    ("certificate_worker", "certificate stored", "stored"),
    ("certificate_worker", "certificate mailed", "sent"),
]


def test_a_completion_is_followed_from_the_webhook_to_the_mail(runs: Runs, course: Course) -> None:
    [first, second] = course.enroll("Ana Lima", "Ben Oke")
    runs.work("enrolling")
    runs.complete(course, first, "hook-1")
    runs.complete(course, second, "hook-2")
    runs.work("pass-1")
    assert runs.events("hook-1") == MAILED
    [matched, stored, mailed] = [line.facts for line in runs.story("hook-1")][2:]
    assert {each["request_id"] for each in (matched, stored, mailed)} == {"pass-1"}
    assert {each["trace_id"] for each in (matched, stored, mailed)} == {"hook-1"}
    assert matched["certificate_id"] == stored["certificate_id"] == mailed["certificate_id"]
    assert stored["attempt"] == mailed["attempt"] == 1
    assert min(stored["render_ms"], stored["store_ms"], mailed["ms"]) > 0
    assert (stored["engine"], mailed["provider"]) == ("plutoprint", "smtp")


def test_the_story_is_found_by_completion_by_certificate_and_by_a_repeat_of_the_delivery(
    runs: Runs, course: Course
) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = runs.complete(course, email, "hook-3").data["completion_id"]
    runs.work("pass-1")
    asked = {"method": "equal", "attribute": "trace_id", "values": ["hook-3"]}
    [certificate] = runs.backend.rows("certificates", asked)
    assert runs.events(completion_id) == runs.events(certificate["$id"]) == MAILED
    runs.complete(course, email, "hook-4")
    repeat = [("graphy_webhook", "completion repeated", None), ("graphy_webhook", "request done", "done")]
    assert runs.events("hook-4") == runs.events("hook-3") == [*MAILED, *repeat]


def test_the_rows_name_the_delivery_and_when_it_came(runs: Runs, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    runs.complete(course, email, "the-hook")
    runs.work("pass-1")
    asked = {"method": "equal", "attribute": "trace_id", "values": ["the-hook"]}
    [completion], [certificate] = (runs.backend.rows(table, asked) for table in ("completions", "certificates"))
    assert certificate["learner_email"] == email
    assert certificate["received_at"] == completion["received_at"]


def test_a_completion_that_waits_says_why_by_code(runs: Runs, course: Course) -> None:
    runs.complete(course, "nobody@nowhere.example", "stranger")
    other = Course(course.backend, "no-such-course", course.website, course.sop)
    runs.complete(other, "nobody@nowhere.example", "elsewhere")
    runs.work("pass-1")
    codes = {
        line.facts["trace_id"]: line.facts["code"]
        for line in runs.lines
        if line.facts["event"] == "completion unmatched" and line.facts["trace_id"] in {"stranger", "elsewhere"}
    }
    assert codes == {"stranger": "UNKNOWN_LEARNER", "elsewhere": "UNKNOWN_COURSE"}


def test_a_mail_that_nobody_takes_is_told_with_code_and_ids(
    runs: Runs, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    [email] = course.enroll("Ana Lima")
    runs.complete(course, email, "unmailed")
    monkeypatch.setenv("SMTP_PORT", "9")
    runs.work("pass-1")
    *_, line = runs.story("unmailed")
    assert (line.facts["event"], line.facts["code"], line.facts["outcome"]) == ("mail not sent", "unreachable", "later")
    assert len(line.facts["certificate_ids"]) == len(line.facts["deliveries"]) == 1
    course.backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id)


def test_a_rejected_template_is_told_with_the_certificate(runs: Runs, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    [row] = course.backend.rows("courses", {"method": "equal", "attribute": "course_id", "values": [course.course_id]})
    course.backend.set_row("templates", row["template_id"], html="{{ nothing.here }}")
    runs.complete(course, email, "rejected")
    runs.work("pass-1")
    told = [(event, outcome) for _, event, outcome in runs.events("rejected")][-2:]
    assert told == [("template rejected", "failed"), ("certificate failed", "failed")]


@pytest.mark.parametrize(
    ("body", "signed", "said"),
    [
        (b'{"course_id": "none", "email": "a@b.example", "event_id": "x"}', True, ("completion", 202, "done", None)),
        (b"{}", False, ("completion", 401, "refused", "INVALID_SIGNATURE")),
        (b'{"action": "health"}', False, ("health", 200, "done", None)),
    ],
)
def test_the_webhooks_executions_end_with_one_line(
    runs: Runs, body: bytes, signed: bool, said: tuple[object, ...]
) -> None:
    signature = {"x-graphy-signature": sign(SECRET, body)} if signed else {}
    answer = runs.run("graphy_webhook", webhook_main, "the-request", body, **signature)
    end = ends(answer)
    assert (end["action"], end["status"], end["outcome"], end.get("code")) == said
    assert end["request_id"] == answer.body["request_id"] == "the-request"
    assert end["ms"] > 0
    assert ("completion_id" in end) == signed


def test_an_action_is_named_once_it_is_known_and_what_strangers_typed_is_not(backend: Backend) -> None:
    assert ends(backend.ask_admin("LIST_WEBHOOKS"))["action"] == "LIST_WEBHOOKS"
    unknown = backend.ask_admin("ANA_LIMA")
    assert (ends(unknown)["action"], ends(unknown)["code"]) == (None, "UNKNOWN_ACTION")
    assert "ANA_LIMA" not in unknown.logs


def test_a_failure_of_ours_ends_with_failed(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", "http://127.0.0.1:9/v1")
    end = ends(backend.ask_admin("LIST_WEBHOOKS"))
    assert (end["outcome"], end["status"], end["code"]) == ("failed", 503, "UNAVAILABLE")


def test_the_whole_main_job_logs_json_with_a_time_and_nothing_of_anybody(runs: Runs, course: Course) -> None:
    backend = runs.backend
    names = ("Zebulon Quartermain", "Anaïs Müller", "Xanthippe O'Brien")
    rows = "".join(f"{name},{number}@{course.website},{course.website}\n" for number, name in enumerate(names))
    csv = f"name,email,organization_website\n{rows}"
    said = [backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=csv).logs]
    said.append(runs.work("enrolling").logs)
    for number, _ in enumerate(names):
        said.append(runs.complete(course, f"{number}@{course.website}", f"private-{number}").logs)
    said += [runs.work("pass-1").logs, runs.work("pass-2").logs]
    email = f"0@{course.website}"
    said.append(backend.ask_sop(course.sop, "LIST_ORG_LEARNERS").logs)
    said.append(
        backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", learner_email=email, course_id=course.course_id).logs
    )
    said.append(execute(admin_main, b'{"action": "Zebulon"}', {"x-appwrite-key": backend.key}).logs)
    text = "\n".join(said)
    assert text.count('"certificate mailed"') == 3
    for line in filter(None, text.splitlines()):
        facts = json.loads(line)
        assert datetime.fromisoformat(facts["time"]).tzinfo
        assert facts["request_id"]
    private = [
        "Zebulon",
        "Quartermain",
        "Ana",
        "Müller",
        "M\\u00fcller",
        "Xanthippe",
        "Brien",
        course.sop,
        course.website,
    ]
    for each in (*private, "training.example", SECRET, PASSWORD, backend.key, backend.admin.jwt, "graphy-key"):
        assert each not in text, each
    assert not re.search(r"[\w.]+@[\w.]+", text)


def test_an_address_that_somebody_else_quotes_does_not_reach_the_log() -> None:
    written: list[str] = []
    log = Log(written.append, written.append, "id")
    log.warning("mail provider passed over", reasons=("mx.example said: 450 <ana.lima@acme.example>: greylisted",))
    assert "ana.lima" not in written[0]
    assert json.loads(written[0])["reasons"] == ["mx.example said: 450 <(address)>: greylisted"]


def test_a_pass_ends_before_its_log_is_longer_than_the_platform_keeps(
    runs: Runs, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    [email] = course.enroll("Ana Lima")
    runs.complete(course, email, "hook-1")
    monkeypatch.setattr(logging, "ROOM", 10)
    done = runs.work("pass-1")
    # One round; the next is another execution's.
    assert '"kick failed"' in done.logs
    assert [line for line in done.logs.splitlines() if '"certificate mailed"' in line]
