"""Certificates that expire soon, as admins see them."""

from functions.admin_router.lookup import organization_if_named
from shared.access import admin
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.expiring import Expiring, ExpiringListing, list_expiring

actions = Actions()


@actions("LIST_EXPIRING", allow=admin)
def list_all_expiring(ctx: Ctx, payload: ExpiringListing) -> Expiring:
    """Certificates whose validity ends within some days, or has ended, what expires first at the top."""
    return list_expiring(ctx, payload, organization_if_named(ctx, payload.organization_website))
