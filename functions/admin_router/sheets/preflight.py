"""What an upload does with each row of a file. The same judgement is shown before and followed in the upload."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from functions.admin_router.sheets.rows import Row, Sheet
from shared.people import learners_by_any_email, organizations_by_website
from shared.records import Course, Enrollment, Learner, Organization
from shared.store import Store


class Fate(StrEnum):
    """What becomes of a row."""

    #: The learner is not known yet.
    NEW = "new"
    #: The learner is known and comes to this course.
    NEW_TO_COURSE = "new_to_course"
    ALREADY_ENROLLED = "already_enrolled"
    #: The learner belongs to another organisation than the row says.
    MOVES_ORGANIZATION = "moves_organization"
    #: The learner stands in an earlier row.
    DUPLICATE = "duplicate"
    UNKNOWN_ORGANIZATION = "unknown_organization"
    ARCHIVED_ORGANIZATION = "archived_organization"
    #: A cell can't be used.
    INVALID = "invalid"


#: The row makes an enrolment.
ADDED = frozenset({Fate.NEW, Fate.NEW_TO_COURSE})
#: The row changes nothing, and somebody should look at it.
REJECTED = frozenset(Fate) - ADDED - {Fate.ALREADY_ENROLLED}


@dataclass(frozen=True)
class Known:
    """What the rows of a file refer to."""

    #: By website.
    organizations: dict[str, Organization]
    #: By address, a former one too.
    learners: dict[str, Learner]
    #: The learners' own organisations, by id.
    owners: dict[str, Organization]
    #: Ids of the learners that are in the course.
    enrolled: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    row: Row
    fate: Fate
    #: The column to look at, and what is wrong with it.
    field: str | None = None
    reason: str | None = None
    #: What else the sender should know.
    note: str | None = None
    #: The number of the earlier row.
    duplicate_of: int | None = None
    #: Of the organisation that the learner belongs to, if it is another.
    existing_website: str | None = None


def look_up(store: Store, course: Course, rows: Sequence[Row]) -> Known:
    """One call for 100 learners, and one for the enrolments of 100 that are known."""
    organizations = organizations_by_website(store, (row.organization_website for row in rows))
    learners = learners_by_any_email(store, (row.email for row in rows))
    enrollments = {Enrollment.id_for(each.id, course.course_id): each.id for each in learners.values()}
    enrolled = frozenset(enrollments[found] for found in store.find_many(Enrollment, enrollments))
    owners = {each.id: each for each in organizations.values()}
    others = {each.organization_id for each in learners.values()} - owners.keys()
    return Known(organizations, learners, owners | store.find_many(Organization, others), enrolled)


def judge(sheet: Sheet, known: Known) -> list[Verdict]:
    """The fate of every row, in the order of the file."""
    verdicts = [Verdict(each.row, Fate.INVALID, each.field, each.reason) for each in sheet.problems]
    first: dict[str, int] = {}
    for row in sheet.rows:
        learner = known.learners.get(row.email)
        earlier = first.setdefault(learner.id if learner else row.email, row.number)
        if earlier == row.number:
            verdicts.append(_verdict(row, learner, known))
        else:
            reason = f"This learner stands in row {earlier} already."
            verdicts.append(Verdict(row, Fate.DUPLICATE, "email", reason, duplicate_of=earlier))
    return sorted(verdicts, key=lambda verdict: verdict.row.number)


def _verdict(row: Row, learner: Learner | None, known: Known) -> Verdict:
    organization = known.organizations.get(row.organization_website)
    if organization is None:
        return Verdict(row, Fate.UNKNOWN_ORGANIZATION, "organization_website", "There is no such organization.")
    if learner and learner.organization_id != organization.id:
        return _moves(row, known.owners.get(learner.organization_id))
    note = _note(row, learner) if learner else None
    if learner and learner.id in known.enrolled:
        return Verdict(row, Fate.ALREADY_ENROLLED, note=note)
    if organization.archived_at:
        return Verdict(row, Fate.ARCHIVED_ORGANIZATION, "organization_website", "This organization is archived.")
    return Verdict(row, Fate.NEW_TO_COURSE if learner else Fate.NEW, note=note)


def _moves(row: Row, owner: Organization | None) -> Verdict:
    theirs = owner.website if owner else None
    reason = f"This learner belongs to {theirs or 'another organization'}."
    return Verdict(row, Fate.MOVES_ORGANIZATION, "organization_website", reason, existing_website=theirs)


def _note(row: Row, learner: Learner) -> str | None:
    """What the file says otherwise than what is stored, which an upload does not change."""
    notes = []
    if learner.email != row.email:
        notes.append(f"This is a former address; the learner keeps {learner.email}.")
    if learner.name != row.name:
        notes.append(f"The learner keeps the name {learner.name!r}.")
    return " ".join(notes) or None
