"""A raw event becomes a `Completion`, under whatever names its fields come."""

from collections.abc import Iterable
from datetime import datetime

from functions.graphy_webhook.fields import read_fields
from shared.ids import stable_id
from shared.moments import moment
from shared.records import Completion, CompletionStatus
from shared.scores import scores_in


def _within(objects: Iterable[str], *names: str) -> list[str]:
    """These names alone, then inside each of these objects: `learneremail` is also the e-mail inside `learner`."""
    return [outer + name for outer in ("", *objects) for name in names]


_COURSES = ("course", "product")
_PEOPLE = ("learner", "user", "student", "customer", "participant")
_COMPLETED_AT = ("completedat", "completiondate", "completedon", "completeddate", "completedate", "completiontime")
#: Names of one field, without case, spaces and underscores; the first that is there counts.
_ALIASES = {
    "course_id": [*_within((*_COURSES, *_PEOPLE), "courseid", "productid"), *_COURSES],
    "email": _within(_PEOPLE, "email", "emailid", "emailaddress", "learneremail", "useremail", "studentemail"),
    "event_id": ["eventid", "id", "webhookid"],
    "completed_at": [*_within((*_COURSES, *_PEOPLE), *_COMPLETED_AT), "timestamp"],
}


def read(body: bytes, now: datetime, *, may_be_form: bool = False) -> Completion:
    """The completion that `body` reports, `unreadable` if it names no course or learner.

    Raises `BadRequest` if it is no JSON object, nor a form where it may be one.

    The same event always gets the same id: from its own id together with course and learner, since nobody promises that
    Graphy's event ids are unique, or, where it has none, from course, learner and time. Scores, credits and grade count
    too: what comes again with a better score is another attempt, not a repeat.
    """
    found = read_fields(body, may_be_form=may_be_form)
    fields = {name: next((found[each] for each in names if found.get(each)), "") for name, names in _ALIASES.items()}
    completed_at = moment(fields["completed_at"])
    missing = [name for name in ("course_id", "email") if not fields[name]]
    identity = fields["event_id"] or f"at {fields['completed_at']}"
    scores = scores_in(found)
    told = [f"{name}={value}" for name, value in scores.items() if value]
    parts = [body.hex()] if missing else [fields["course_id"], fields["email"].lower(), identity, *told]
    return Completion(
        id=stable_id("completion", *parts),
        event_id=identity[:255],
        course_id=fields["course_id"][:255],
        email=fields["email"][:320],
        completed_at=completed_at or now,
        received_at=now,
        payload=body.decode(),
        **scores,
        status=CompletionStatus.UNREADABLE if missing else CompletionStatus.RECEIVED,
        due_at=None if missing else now,
        reason=f"The event names no {' and no '.join(missing)}." if missing else None,
    )
