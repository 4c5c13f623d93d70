"""Lists of learners for both routers: what may be asked, and which table the database pages over for it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from appwrite.query import Query
from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from shared.actions import Result
from shared.context import Ctx
from shared.identifiers import Website
from shared.listing import Listing, ListResult, Pagination, containing
from shared.portal.figures import NOT_PASSED
from shared.portal.progress import LearnerProgress, View, progress_in_course, progress_of_learners
from shared.record import Record, wire_time
from shared.records import Certificate, CertificateStatus, Enrollment, Learner, Organization
from shared.store import Page

#: Portals send an empty text where nothing is to be filtered.
Blank = BeforeValidator(lambda value: None if isinstance(value, str) and not value.strip() else value)


_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
Day = Annotated[Annotated[date, Field(ge=_FIRST, le=_LAST)] | None, Blank]


class LearnerStatus(StrEnum):
    """Of an enrolment."""

    QUEUED = "queued"
    ENROLLING = "enrolling"
    #: On Graphy, whether completed or not.
    ENROLLED = "enrolled"
    FAILED = "failed"
    #: On Graphy and not completed yet.
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    #: Completed, with a score that was not enough for a certificate.
    NOT_PASSED = "not_passed"

    def queries(self) -> list[str]:
        if self is LearnerStatus.COMPLETED:
            return [Query.equal("completed", [True])]
        if self is LearnerStatus.NOT_PASSED:
            return [NOT_PASSED]
        if self is LearnerStatus.IN_PROGRESS:
            return [Query.equal("status", ["enrolled"]), Query.equal("completed", [False])]
        return [Query.equal("status", [self.value])]


class LearnerListing(Listing):
    """Learners, one entry for each with all their courses; with `course_id`, `status`, `certificate_status` or a day
    of issue one entry for each enrolment that fits."""

    course_id: Annotated[str | None, Blank] = Field(
        None, max_length=128, validation_alias=AliasChoices("course_id", "course")
    )
    organization_website: Annotated[Website | None, Blank] = None
    #: Part of the name or the address.
    search: Annotated[str | None, Blank] = Field(None, max_length=100)
    status: Annotated[LearnerStatus | None, Blank] = None
    #: Lists those that have a certificate in this state.
    certificate_status: Annotated[CertificateStatus | None, Blank] = None
    #: The first and the last day (UTC) of issue: lists those whose certificate was issued then.
    issued_from: Day = None
    issued_to: Day = None

    @property
    def by_certificate(self) -> bool:
        return bool(self.certificate_status or self.issued_from or self.issued_to)

    @property
    def by_enrollment(self) -> bool:
        return bool(self.course_id or self.status or self.by_certificate)

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if self.status and self.by_certificate:
            raise ValueError("status can't be asked for together with certificate_status or days of issue")
        return self


class ListSummary(Result):
    #: Entries in all, counted up to 5000.
    total_learners: int
    #: What one entry stands for.
    entries: Literal["learner", "enrollment"]


class LearnerList(ListResult):
    learners: list[LearnerProgress]
    summary: ListSummary


def list_learners(
    ctx: Ctx, asked: LearnerListing, organization: Organization | None, *, for_sop: bool = False
) -> LearnerList:
    """The page of `asked`, of `organization` if one is given. The database pages; nothing else is read but the page."""
    view = View(ctx, organization, for_sop)
    if asked.by_enrollment:
        page, learners = _by_enrollment(asked, view)
    else:
        page, learners = _by_learner(asked, view)
    return LearnerList(
        learners=learners,
        summary=ListSummary(total_learners=page.total, entries="enrollment" if asked.by_enrollment else "learner"),
        pagination=Pagination.of(page),
    )


def _by_learner(asked: LearnerListing, view: View) -> tuple[Page[Record], list[LearnerProgress]]:
    queries = [*view.within(), *containing(asked.search, "name", "email")]
    page = view.ctx.store.page(Learner, queries, asked.limit, asked.offset, asked.cursor)
    return page, progress_of_learners(page.items, view)


def _by_enrollment(asked: LearnerListing, view: View) -> tuple[Page[Record], list[LearnerProgress]]:
    queries = view.within() + ([Query.equal("course_id", [asked.course_id])] if asked.course_id else [])
    queries += containing(asked.search, "learner_name", "learner_email")
    if not asked.by_certificate:
        queries += asked.status.queries() if asked.status else []
        page = view.ctx.store.page(Enrollment, queries, asked.limit, asked.offset, asked.cursor)
        return page, progress_in_course(page.items, view)
    queries += _of_certificates(asked)
    certificates = view.ctx.store.page(Certificate, queries, asked.limit, asked.offset, asked.cursor)
    return certificates, progress_in_course(_enrollments(certificates.items, view), view)


def _of_certificates(asked: LearnerListing) -> list[str]:
    queries = [Query.equal("status", [asked.certificate_status.value])] if asked.certificate_status else []
    if asked.issued_from:
        first = datetime.combine(asked.issued_from, time.min, UTC)
        queries.append(Query.greater_than_equal("issued_at", wire_time(first)))
    if asked.issued_to:
        last = datetime.combine(asked.issued_to, time.max, UTC)
        queries.append(Query.less_than_equal("issued_at", wire_time(last)))
    return queries


def _enrollments(certificates: Sequence[Certificate], view: View) -> list[Enrollment]:
    """In the same order; learners who were erased, or now belong to others than `view` shows, have none."""
    ids = [Enrollment.id_for(each.learner_id, each.course_id) for each in certificates]
    found = view.ctx.store.find_many(Enrollment, ids)
    return [found[each] for each in ids if each in found and view.covers(found[each].organization_id)]
