"""Nobody's mail waits behind all mails of somebody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.certificate_worker import passes
from functions.certificate_worker.issuing import deliver, parcels
from tests.functions.backend import Backend, Course
from tests.functions.certificate_worker.outbox import due_again


def test_the_mail_of_one_organization_goes_out_with_the_first_of_anothers_many(
    backend: Backend, course: Course, new_course: Callable[..., Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_course()
    for each, names in ((course, [f"Person {number}" for number in range(9)]), (other, ["Ana Lima"])):
        for email in each.enroll(*names):
            each.complete(email, f"evt-{email}")
    monkeypatch.setattr(parcels, "MOST_FILES", 1)
    backend.catcher.refuse_next(10)
    backend.work()
    due_again(backend, course, mail_id=None)
    due_again(backend, other, "2026-02-01T00:00:00.000+00:00", mail_id=None)
    monkeypatch.setattr(deliver, "BATCH", 4)
    monkeypatch.setattr(passes, "TIME_LIMIT", timedelta())
    backend.work()
    assert (len(backend.mails_to(course.sop)), len(backend.mails_to(other.sop))) == (3, 1)
