"""An SOP's learners."""

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.learner_lists import LearnerList, LearnerListing, list_learners

actions = Actions()


class OrgLearners(LearnerList):
    organization_website: str


@actions("LIST_ORG_LEARNERS", allow=signed_in)
def list_org_learners(ctx: Ctx, payload: LearnerListing) -> OrgLearners:
    """The learners of the caller's organisation with their courses and certificates.

    One entry for each learner; with `course_id`, `status`, `certificate_status` or days of issue one for each
    enrolment that fits.
    """
    organization = organization_of(ctx, payload.organization_website)
    listed = list_learners(ctx, payload, organization, for_sop=True)
    return OrgLearners(
        organization_website=organization.website,
        learners=listed.learners,
        summary=listed.summary,
        pagination=listed.pagination,
    )
