"""Lists of learners for both routers: what may be asked, and which table the database pages over for it."""

from collections.abc import Sequence
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
from shared.record import Record
from shared.records import Certificate, CertificateStatus, Enrollment, Learner, Organization
from shared.store import Page

#: Portals send an empty text where nothing is to be filtered.
Blank = BeforeValidator(lambda value: None if isinstance(value, str) and not value.strip() else value)


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
    """Learners, one entry for each with all their courses; with `course_id`, `status` or `certificate_status` one
    entry for each enrolment that fits."""

    course_id: Annotated[str | None, Blank] = Field(
        None, max_length=128, validation_alias=AliasChoices("course_id", "course")
    )
    organization_website: Annotated[Website | None, Blank] = None
    #: Part of the name or the address.
    search: Annotated[str | None, Blank] = Field(None, max_length=100)
    status: Annotated[LearnerStatus | None, Blank] = None
    #: Lists those that have a certificate in this state.
    certificate_status: Annotated[CertificateStatus | None, Blank] = None

    @property
    def by_enrollment(self) -> bool:
        return bool(self.course_id or self.status or self.certificate_status)

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if self.status and self.certificate_status:
            raise ValueError("status and certificate_status can't be asked for together")
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
    if asked.certificate_status is None:
        queries += asked.status.queries() if asked.status else []
        page = view.ctx.store.page(Enrollment, queries, asked.limit, asked.offset, asked.cursor)
        return page, progress_in_course(page.items, view)
    queries.append(Query.equal("status", [asked.certificate_status.value]))
    certificates = view.ctx.store.page(Certificate, queries, asked.limit, asked.offset, asked.cursor)
    return certificates, progress_in_course(_enrollments(certificates.items, view), view)


def _enrollments(certificates: Sequence[Certificate], view: View) -> list[Enrollment]:
    """In the same order; learners who were erased, or now belong to others than `view` shows, have none."""
    ids = [Enrollment.id_for(each.learner_id, each.course_id) for each in certificates]
    found = view.ctx.store.find_many(Enrollment, ids)
    return [found[each] for each in ids if each in found and view.covers(found[each].organization_id)]
