"""What happened in the caller's organisation."""

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.activities import ActivityListing, ActivityLogs, list_activities

actions = Actions()


class OwnActivityLogs(ActivityLogs):
    organization_website: str


@actions("LIST_ACTIVITY_LOGS", allow=signed_in)
def list_activity_logs(ctx: Ctx, payload: ActivityListing) -> OwnActivityLogs:
    """What happened in the caller's organisation, the newest first; of admins only that they were admins is told."""
    organization = organization_of(ctx, payload.organization_website)
    listed = list_activities(ctx.store, payload, organization, for_sop=True)
    return OwnActivityLogs(organization_website=organization.website, logs=listed.logs, pagination=listed.pagination)
