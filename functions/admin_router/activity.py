"""Who changed what, as admins see it."""

from functions.admin_router.lookup import organization_if_named
from shared.access import admin
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.activities import ActivityListing, ActivityLogs, list_activities

actions = Actions()


@actions("LIST_ACTIVITY_LOGS", allow=admin)
def list_activity_logs(ctx: Ctx, payload: ActivityListing) -> ActivityLogs:
    """Who changed what and when, the newest first."""
    return list_activities(ctx.store, payload, organization_if_named(ctx, payload.organization_website))
