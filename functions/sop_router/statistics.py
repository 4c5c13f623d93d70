"""How many there are of everything in the caller's organisation, counted by the database."""

from typing import Annotated

from appwrite.query import Query

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.identifiers import Website
from shared.portal.figures import ACTIVE, COMPLETED, ENROLLED, GENERATED, NOT_COMPLETED, Figure, count
from shared.portal.learner_lists import Blank
from shared.records import Certificate, Enrollment, Learner

actions = Actions()


class AskStatistics(Payload):
    organization_website: Annotated[Website | None, Blank] = None


class OwnStatistics(Result):
    organization_website: str
    #: People.
    total_learners: int
    #: Those whom Graphy has taken into a course.
    active_learners: int
    #: Learners in courses that they have not completed yet; somebody in two courses counts twice.
    active_enrollments: int
    #: Learners in courses that they have completed.
    completed_courses: int
    #: Certificates whose PDF was made, also those of learners who have left or were erased.
    certificates_generated: int


@actions("LEARNER_STATISTICS", allow=signed_in)
def learner_statistics(ctx: Ctx, payload: AskStatistics) -> OwnStatistics:
    """How many learners the caller's organisation has, and how far they are."""
    organization = organization_of(ctx, payload.organization_website)
    mine = Query.equal("organization_id", [organization.id])
    figures: dict[str, Figure] = {
        "total_learners": (Learner, [mine]),
        "active_learners": (Learner, [mine, ACTIVE]),
        "active_enrollments": (Enrollment, [mine, ENROLLED, NOT_COMPLETED]),
        "completed_courses": (Enrollment, [mine, COMPLETED]),
        "certificates_generated": (Certificate, [mine, GENERATED]),
    }
    return OwnStatistics(organization_website=organization.website, **count(ctx.store, figures))
