"""Who reaches the course's passing score gets a certificate; who does not waits, is seen, and is never lost."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.certificate_worker.graphy.missed import store_missed
from functions.certificate_worker.issuing.not_passed import NotPassed, set_aside
from shared.context import Ctx
from shared.graphy import CourseProgress, LearnerProgress
from shared.log import Log
from shared.records import Completion
from shared.records import Course as CourseRecord
from shared.runtime import Request
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course

BELOW = "The score is 6 of 10 (60 %); the course is passed from 70 %."


@pytest.fixture
def course(backend: Backend, new_course: Callable[..., Course]) -> Course:
    """Passed from 70 %."""
    course = new_course()
    require(course, 70)
    return course


def require(course: Course, passing_score: object) -> dict[str, Any]:
    answer = course.backend.ask_admin("EDIT_COURSE", course_id=course.course_id, passing_score=passing_score)
    shown: dict[str, Any] = answer.data["course"]
    return shown


def complete(course: Course, email: str, event_id: str = "evt", name: str | None = None, **told: Any) -> str:
    """One attempt, looked at by the worker; the completion's id."""
    event = {"course_id": name or course.course_id, "email": email, "event_id": event_id}
    answer = course.backend.deliver({**event, "completed_at": "2026-11-20T10:00:00Z", **told})
    assert answer.status == 202
    course.backend.work()
    return str(answer.data["completion_id"])


def rows(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def completion(backend: Backend, completion_id: str) -> dict[str, Any]:
    [row] = rows(backend, "completions", "$id", completion_id)
    return row


def enrollment(backend: Backend, email: str) -> dict[str, Any]:
    [row] = rows(backend, "enrollments", "learner_email", email)
    return row


def certificates(backend: Backend, email: str) -> list[dict[str, Any]]:
    return rows(backend, "certificates", "learner_email", email)


def test_a_certificate_says_what_its_completion_brought(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    complete(course, email, result={"score": 8.50, "maxScore": "10"}, credit_hours="2.5", grade="A+")
    [certificate] = certificates(backend, email)
    told = {"score": "8.5", "max_score": "10", "credits": "2.5", "grade": "A+"}
    assert {name: certificate[name] for name in told} == told
    shown = course.states()[email]
    assert {name: shown[name] for name in told} == told
    assert (shown["certificate_status"], shown["certificate_reason"]) == ("sent", None)


def test_below_the_passing_score_nothing_is_issued_and_the_score_is_kept(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = complete(course, email, score=6, max_score=10)
    row = completion(backend, completion_id)
    assert (row["status"], row["reason"], row["due_at"]) == ("not_passed", BELOW, None)
    assert (row["score"], row["max_score"]) == ("6", "10")
    assert certificates(backend, email) == []
    assert backend.mails_to(course.sop) == []


def test_the_very_threshold_passes(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    complete(course, email, score="7,0", max_score=10)
    assert len(certificates(backend, email)) == 1


@pytest.mark.parametrize(
    "told", [{}, {"score": ""}, {"score": "good"}, {"score": -80}, {"score": 80, "max_score": 0}, {"score": "NaN"}]
)
def test_a_score_that_is_not_known_is_not_enough(backend: Backend, course: Course, told: dict[str, Any]) -> None:
    [email] = course.enroll("Ana Lima")
    row = completion(backend, complete(course, email, **told))
    assert row["status"] == "not_passed"
    assert row["reason"].endswith("; the course is passed from 70 %.")
    assert certificates(backend, email) == []


def test_without_a_passing_score_no_score_is_needed(backend: Backend, course: Course) -> None:
    require(course, None)
    worst, none = course.enroll("Ana Lima", "Ben Oke")
    complete(course, worst, score=0)
    complete(course, none)
    assert [len(certificates(backend, each)) for each in (worst, none)] == [1, 1]


def test_who_did_not_pass_is_seen_in_all_lists(backend: Backend, course: Course) -> None:
    ana, ben, cara = course.enroll("Ana Lima", "Ben Oke", "Cara Diaz")
    completion_id = complete(course, ana, score=6, max_score=10)
    complete(course, ben, score=9, max_score=10)
    [webhook] = backend.ask_admin("LIST_WEBHOOKS", status="not_passed", search=ana).data["webhooks"]
    assert (webhook["id"], webhook["reason"], webhook["score"], webhook["max_score"]) == (
        completion_id,
        BELOW,
        "6",
        "10",
    )
    states = course.states()
    assert (states[ana]["completed"], states[ana]["certificate_status"]) == (True, "not_passed")
    assert states[ana]["certificate_reason"] == BELOW
    assert states[cara]["certificate_status"] == "none"
    listed = backend.ask_admin("LIST_LEARNERS", course_id=course.course_id, status="not_passed").data["learners"]
    assert [each["learner_info"]["email"] for each in listed] == [ana]
    by_sop = backend.ask_sop(course.sop, "LIST_ORG_LEARNERS", status="not_passed").data["learners"]
    assert [each["courses"][0]["certificate_reason"] for each in by_sop] == [BELOW]
    csv = backend.ask_admin("DOWNLOAD_LEARNERS_CSV", course_id=course.course_id).data["csv_data"]
    assert sum(",not_passed," in line for line in csv.splitlines()) == 1


def test_who_did_not_pass_is_counted(backend: Backend, course: Course) -> None:
    ana, ben, _ = course.enroll("Ana Lima", "Ben Oke", "Cara Diaz")
    before = backend.ask_admin("LEARNER_STATISTICS").data["not_passed_enrollments"]
    complete(course, ana, score=6, max_score=10)
    complete(course, ben, score=9, max_score=10)
    shown = backend.ask_admin("COURSE_STATISTICS", course_id=course.course_id).data["course"]["enrollments"]
    assert (shown["completed"], shown["not_passed"]) == (2, 1)
    assert backend.ask_admin("LEARNER_STATISTICS").data["not_passed_enrollments"] == before + 1


@pytest.mark.parametrize("passing_score", [60, None])
def test_a_threshold_that_is_lowered_or_removed_issues_to_those_who_waited(
    backend: Backend, course: Course, passing_score: int | None
) -> None:
    ana, ben = course.enroll("Ana Lima", "Ben Oke")
    waiting = complete(course, ana, score=6, max_score=10)
    unknown = complete(course, ben)
    with counted() as calls:
        require(course, passing_score)
    assert calls.count("POST", "/executions") == 1
    backend.work()
    assert completion(backend, waiting)["status"] == "matched"
    state = course.states()[ana]
    assert (state["certificate_status"], state["certificate_reason"]) == ("sent", None)
    assert enrollment(backend, ana)["not_passed"] is None
    passed = passing_score is None
    assert (completion(backend, unknown)["status"] == "matched") is passed
    assert bool(certificates(backend, ben)) is passed


def test_a_threshold_that_is_still_too_high_leaves_the_reason_up_to_date(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    waiting = complete(course, email, score=6, max_score=10)
    require(course, 65)
    backend.work()
    reason = "The score is 6 of 10 (60 %); the course is passed from 65 %."
    assert completion(backend, waiting)["reason"] == reason
    assert course.states()[email]["certificate_reason"] == reason


def test_a_raised_threshold_takes_nothing_back(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    complete(course, email, score=8, max_score=10)
    before = certificates(backend, email)
    require(course, 90)
    worse = complete(course, email, "again", score=5, max_score=10)
    assert completion(backend, worse)["status"] == "not_passed"
    assert certificates(backend, email) == before
    assert course.states()[email]["certificate_status"] == "sent"
    assert enrollment(backend, email)["not_passed"] is None
    assert backend.ask_admin("LIST_LEARNERS", course_id=course.course_id, status="not_passed").data["learners"] == []


def test_whoever_waited_under_another_name_of_the_course_is_found_too(backend: Backend, course: Course) -> None:
    ana, ben = course.enroll("Ana Lima", "Ben Oke")
    product = f"product-of-{course.course_id}"
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, graphy_product_id=product)
    complete(course, ana, name=f" {product.upper()} ", score=6, max_score=10)
    complete(course, ben, name=product, score=6, max_score=10)
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, graphy_product_id=f"new-{product}", passing_score=60)
    backend.work()
    assert [len(certificates(backend, each)) for each in (ana, ben)] == [1, 1]


def test_other_courses_are_left_alone(backend: Backend, course: Course, new_course: Callable[..., Course]) -> None:
    other = new_course()
    require(other, 70)
    [email] = other.enroll("Ana Lima")
    waiting = complete(other, email, score=6, max_score=10)
    require(course, None)
    assert completion(backend, waiting)["due_at"] is None


def test_the_same_threshold_again_finishes_what_broke_off(backend: Backend, course: Course) -> None:
    """The course was changed, and whoever did it died before the completions were made due."""
    [email] = course.enroll("Ana Lima")
    complete(course, email, score=6, max_score=10)
    backend.set_row("courses", CourseRecord.id_for(course.course_id), passing_score=60)
    require(course, 60)
    backend.work()
    assert len(certificates(backend, email)) == 1


def test_an_edit_of_something_else_tries_nothing_again(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    waiting = complete(course, email, score=6, max_score=10)
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, name="Renamed")
    assert completion(backend, waiting)["due_at"] is None


def test_a_retry_judges_again_by_the_present_threshold(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    waiting = complete(course, email, score=6, max_score=10)
    backend.ask_admin("RETRY_WEBHOOK", completion_id=waiting)
    backend.work()
    assert completion(backend, waiting)["status"] == "not_passed"
    backend.set_row("courses", CourseRecord.id_for(course.course_id), passing_score=60)
    answer = backend.ask_admin("RETRY_WEBHOOK", completion_id=waiting).data
    assert (answer["retried"], answer["webhooks"][0]["status"]) == (1, "received")
    backend.work()
    assert len(certificates(backend, email)) == 1


@pytest.mark.parametrize(
    "again",
    [{"event_id": "second"}, {"event_id": "first"}, {"event_id": None, "completed_at": "2026-11-21T10:00:00Z"}],
)
def test_a_better_attempt_is_another_completion_and_issues(
    backend: Backend, course: Course, again: dict[str, Any]
) -> None:
    """Also under the same event id, which Graphy may use once for each learner."""
    [email] = course.enroll("Ana Lima")
    first = complete(course, email, "first", score=6, max_score=10)
    second = complete(course, email, **{"score": 9, "max_score": 10, **again})
    assert first != second
    assert completion(backend, first)["status"] == "not_passed"
    [certificate] = certificates(backend, email)
    assert certificate["score"] == "9"
    assert (course.states()[email]["certificate_status"], enrollment(backend, email)["not_passed"]) == ("sent", None)


def test_the_same_attempt_again_is_a_repeat(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    assert complete(course, email, score=6, max_score=10) == complete(course, email, maxScore="10", score="6")
    assert len(rows(backend, "completions", "email", email)) == 1


def test_of_attempts_that_wait_together_the_best_is_printed(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    for number, score in enumerate((6, 8, 9.5, 9, 5)):
        event = {"course_id": course.course_id, "email": email, "event_id": f"evt {number}"}
        backend.deliver({**event, "score": score, "max_score": 10})
    backend.work()
    [certificate] = certificates(backend, email)
    assert (certificate["score"], certificate["event_id"]) == ("9.5", "evt 2")
    statuses = {row["score"]: row["status"] for row in rows(backend, "completions", "email", email)}
    assert statuses == {"6": "not_passed", "5": "not_passed", "8": "matched", "9": "matched", "9.5": "matched"}
    assert enrollment(backend, email)["not_passed"] is None


def test_the_best_is_printed_too_where_more_waits_than_one_batch_holds(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    strangers = [f"{number}@{course.website}" for number in range(110)]
    for each, score in [(email, 8), *((stranger, 9) for stranger in strangers), (email.upper(), 9)]:
        backend.deliver(
            {"course_id": course.course_id, "email": each, "event_id": f"evt {score}", "percentage": score * 10}
        )
    backend.work()
    [certificate] = certificates(backend, email)
    assert certificate["score"] == "90"


def test_of_failed_attempts_the_last_one_is_shown(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    for score, day in ((6, 20), (5, 10)):
        event = {"course_id": course.course_id, "email": email, "event_id": f"evt {day}"}
        backend.deliver({**event, "completed_at": f"2026-10-{day}", "score": score, "max_score": 10})
    backend.work()
    assert course.states()[email]["certificate_reason"] == BELOW


def test_who_is_not_enrolled_yet_is_judged_once_they_are(backend: Backend, course: Course) -> None:
    email = f"late@{course.website}"
    waiting = complete(course, email, score=6, max_score=10)
    assert completion(backend, waiting)["status"] == "unmatched"
    csv = f"name,email,organization_website\nLate,{email},{course.website}\n"
    backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=csv)
    backend.work()
    assert completion(backend, waiting)["status"] == "not_passed"


def test_many_with_the_same_score_are_set_aside_together(backend: Backend, course: Course) -> None:
    def calls_for(learners: int) -> int:
        emails = course.enroll(*["Ana Lima"] * learners)
        backend.work()
        for email in emails:
            event = {"course_id": course.course_id, "email": email, "event_id": "evt", "score": 6}
            backend.deliver(event)
        with counted() as calls:
            backend.work()
        assert {enrollment(backend, each)["not_passed"] for each in emails} == {
            "The score is 6 %; the course is passed from 70 %."
        }
        return calls.count()

    assert calls_for(30) <= calls_for(2) + 1


def not_passed(backend: Backend, course: Course, email: str, completion_id: str, judged_by: float) -> NotPassed:
    """As a worker has it in hand that read the course when that was its threshold."""
    [course_row] = rows(backend, "courses", "course_id", course.course_id)
    [learner] = rows(backend, "learners", "email", email)
    record = CourseRecord.from_row(course_row).model_copy(update={"passing_score": judged_by})
    return NotPassed(Completion.from_row(completion(backend, completion_id)), record, learner["$id"], "Too low.")


def set_aside_late(backend: Backend, found: NotPassed) -> None:
    set_aside(context(backend), [found])


def context(backend: Backend) -> Ctx:
    log = Log(lambda _: None, lambda _: None, "test")
    return Ctx.from_request(Request("POST", "/", {"x-appwrite-key": backend.key}, b"", "test", log))


def test_a_threshold_lowered_while_a_worker_judges_is_not_missed(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = complete(course, email, score=6, max_score=10)
    found = not_passed(backend, course, email, completion_id, judged_by=70)
    require(course, 60)
    backend.set_row("completions", completion_id, due_at=None)
    set_aside_late(backend, found)
    assert completion(backend, completion_id)["due_at"] is not None
    backend.work()
    assert len(certificates(backend, email)) == 1


def test_a_certificate_issued_while_a_worker_judges_another_attempt_is_what_is_seen(
    backend: Backend, course: Course
) -> None:
    [email] = course.enroll("Ana Lima")
    worse = complete(course, email, "worse", score=6, max_score=10)
    found = not_passed(backend, course, email, worse, judged_by=70)
    complete(course, email, "better", score=9, max_score=10)
    set_aside_late(backend, found)
    assert enrollment(backend, email)["not_passed"] is None
    assert completion(backend, worse)["due_at"] is None


@pytest.mark.parametrize(
    ("told", "status"), [({"score": 9, "max_score": 10}, "matched"), ({"score": 6, "max_score": 10}, "not_passed")]
)
def test_graphys_own_completions_with_scores_are_judged(
    backend: Backend, course: Course, told: dict[str, Any], status: str
) -> None:
    [email] = course.enroll("Ana Lima")
    backend.work()
    find_missed(course, email, told)
    [row] = rows(backend, "completions", "email", email)
    assert (row["event_id"], row["status"], row["score"]) == ("reconciled", status, str(told["score"]))


def find_missed(course: Course, email: str, told: dict[str, Any]) -> None:
    """Graphy says so, but no webhook came."""
    course.backend.control_graphy(
        "complete", {"course_id": course.course_id, "emails": [email], "silent": True, "result": told}
    )
    sweep_again(course.backend)


def sweep_again(backend: Backend) -> None:
    [sweep] = backend.rows("sweeps")
    backend.set_row("sweeps", sweep["$id"], due_at="2026-01-01T00:00:00.000+00:00", position=0)
    backend.work()


def test_a_better_attempt_of_which_no_webhook_told_is_found(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    backend.work()
    complete(course, email, score=6, max_score=10)
    find_missed(course, email, {"score": 9, "max_score": 10})
    [certificate] = certificates(backend, email)
    assert certificate["score"] == "9"


@pytest.mark.parametrize("told", [{}, {"score": 6, "max_score": 10}])
def test_what_a_webhook_told_and_was_not_enough_is_not_found_once_more(
    backend: Backend, course: Course, told: dict[str, Any]
) -> None:
    [email] = course.enroll("Ana Lima")
    backend.work()
    complete(course, email, score=6, max_score=10)
    find_missed(course, email, told)
    sweep_again(backend)
    assert len(rows(backend, "completions", "email", email)) == 1


def test_each_better_attempt_that_graphy_shows_is_found_once(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    found = []
    for score in (5, 5, 6, 4, 9, 9):
        progress = CourseProgress(course.course_id, {"completed": True, "score": score, "maxscore": 10})
        found.append(store_missed(context(backend), [LearnerProgress(email, (progress,))]))
        backend.work()
    assert found == [1, 0, 1, 0, 1, 0]
    [certificate] = certificates(backend, email)
    assert certificate["score"] == "9"
