"""How far learners are, enrolment and certificate side by side, in a handful of calls for a page of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from appwrite.query import Query

from shared.records import Certificate, Course, Enrollment, Learner, Organization
from shared.store import Store


def progress_in_course(store: Store, enrollments: Sequence[Enrollment]) -> list[dict[str, Any]]:
    """For each enrolment its learner, their organisation, and the one course in `courses`."""
    learners = store.find_many(Learner, {each.learner_id for each in enrollments})
    return _views(
        store, [learners[each.learner_id] for each in enrollments if each.learner_id in learners], enrollments
    )


def progress_of_learners(store: Store, learners: Sequence[Learner]) -> list[dict[str, Any]]:
    """For each learner their organisation and all their `courses`."""
    if not learners:
        return []
    theirs = [Query.equal("learner_id", [each.id for each in learners])]
    return _views(store, learners, list(store.every(Enrollment, theirs)))


def _views(store: Store, learners: Sequence[Learner], enrollments: Iterable[Enrollment]) -> list[dict[str, Any]]:
    by_learner: dict[str, list[Enrollment]] = defaultdict(list)
    for each in enrollments:
        by_learner[each.learner_id].append(each)
    every = [each for group in by_learner.values() for each in group]
    organizations = store.find_many(Organization, {each.organization_id for each in learners})
    courses = store.find_many(Course, {Course.id_for(each.course_id) for each in every})
    certificates = store.find_many(Certificate, map(_certificate_id, every))
    return [
        {
            "learner_info": {"learner_id": learner.id, "name": learner.name, "email": learner.email},
            "organization_info": _organization_info(learner, organizations.get(learner.organization_id)),
            "courses": [
                _course_info(each, courses.get(Course.id_for(each.course_id)), certificates.get(_certificate_id(each)))
                for each in by_learner[learner.id]
            ],
        }
        for learner in learners
    ]


def _organization_info(learner: Learner, organization: Organization | None) -> dict[str, Any]:
    return {
        "organization_id": learner.organization_id,
        "website": organization.website if organization else None,
        "name": organization.name if organization else None,
    }


def _course_info(enrollment: Enrollment, course: Course | None, certificate: Certificate | None) -> dict[str, Any]:
    """`certificate_status` is `none` until a completion came in."""
    shown = certificate.model_dump(mode="json") if certificate else {}
    return {
        "course_id": enrollment.course_id,
        "course_name": course.name if course else enrollment.course_id,
        "enrollment_status": enrollment.status,
        "enrollment_reason": enrollment.reason,
        "completed_at": shown.get("completed_at"),
        "certificate_number": shown.get("certificate_number"),
        "certificate_status": shown.get("status", "none"),
        "certificate_reason": shown.get("reason"),
    }


def _certificate_id(enrollment: Enrollment) -> str:
    return Certificate.id_for(enrollment.learner_id, enrollment.course_id)
