"""What is stored of a delivery, and what is answered."""

import pytest

from tests.functions.backend import Backend, Course

EVENT = {"course_id": "unknown-course", "email": "nobody@nowhere.example", "completed_at": "2026-11-20"}


def statuses(backend: Backend, event_id: str) -> list[str]:
    equal = {"method": "equal", "attribute": "event_id", "values": [event_id]}
    return [row["status"] for row in backend.rows("completions", equal)]


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=" + "0" * 64, "garbage"])
def test_without_the_right_signature_nothing_is_stored(backend: Backend, signature: str | None) -> None:
    answer = backend.deliver({**EVENT, "event_id": "forged"}, signature)
    assert (answer.status, answer.error["code"]) == (401, "INVALID_SIGNATURE")
    assert statuses(backend, "forged") == []


def test_a_replayed_delivery_changes_nothing(backend: Backend) -> None:
    first = backend.deliver({**EVENT, "event_id": "replayed"})
    second = backend.deliver({**EVENT, "event_id": "replayed"})
    assert (first.data["repeated"], second.data["repeated"]) == (False, True)
    assert first.data["completion_id"] == second.data["completion_id"]
    assert len(statuses(backend, "replayed")) == 1


def test_an_unknown_course_or_learner_is_kept_and_seen_as_unmatched(backend: Backend, course: Course) -> None:
    assert backend.deliver({**EVENT, "event_id": "no-course"}).status == 202
    assert backend.deliver({**EVENT, "course_id": course.course_id, "event_id": "no-learner"}).status == 202
    backend.work()
    listed = backend.ask_admin("LIST_WEBHOOKS", status="unmatched", limit=100)
    reasons = {each["event_id"]: each["reason"] for each in listed.data["webhooks"]}
    assert reasons["no-course"] == "There is no course unknown-course."
    assert reasons["no-learner"] == "There is no learner with this e-mail address."
    assert listed.body["pagination"]["total"] >= 2


def test_an_unmatched_completion_is_matched_once_its_learner_is_there(backend: Backend, course: Course) -> None:
    email = f"late@{course.website}"
    backend.deliver({"course_id": course.course_id, "email": email.upper(), "event_id": "early"})
    backend.work()
    assert statuses(backend, "early") == ["unmatched"]
    backend.ask_admin(
        "UPLOAD_LEARNERS_CSV",
        course_id=course.course_id,
        csv_data=f"name,email,organization_website\nLate,{email},{course.website}\n",
    )
    [row] = [row for row in backend.rows("completions") if row["event_id"] == "early"]
    backend.set_row("completions", row["$id"], due_at=row["received_at"])
    backend.work()
    assert statuses(backend, "early") == ["matched"]
    assert course.states()[email]["certificate_status"] == "sent"


def test_signed_json_without_course_or_learner_is_kept_as_unreadable(backend: Backend) -> None:
    answer = backend.deliver({"event_id": "strange", "what": "course finished"})
    assert (answer.status, answer.data["status"]) == (202, "unreadable")
    assert statuses(backend, "strange") == ["unreadable"]


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"\xff"])
def test_what_is_no_json_object_is_refused(backend: Backend, body: bytes) -> None:
    assert (answer := backend.deliver(body)).status == 400, answer.body


def test_an_event_too_large_to_keep_is_refused(backend: Backend) -> None:
    answer = backend.deliver({**EVENT, "padding": "x" * 60_000})
    assert (answer.status, answer.error["code"]) == (413, "TOO_LARGE")


def test_graphys_own_product_id_means_the_course(backend: Backend, course: Course) -> None:
    product = f"product-of-{course.course_id}"
    backend.ask_admin(
        "CREATE_COURSE",
        course_id=f"{course.course_id}-b",
        name="By product",
        graphy_product_id=product,
        certificate_template_html="<p>{{ learner_name }}</p>",
    )
    email = f"ana@{course.website}"
    backend.ask_admin(
        "UPLOAD_LEARNERS_CSV",
        course_id=f"{course.course_id}-b",
        csv_data=f"name,email,organization_website\nAna,{email},{course.website}\n",
    )
    backend.deliver({"course_id": product, "email": email, "event_id": "by-product"})
    backend.work()
    assert statuses(backend, "by-product") == ["matched"]
