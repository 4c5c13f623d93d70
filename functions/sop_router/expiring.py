"""Certificates of an SOP's organisation that expire soon."""

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.expiring import Expiring, ExpiringListing, list_expiring

actions = Actions()


class OwnExpiring(Expiring):
    organization_website: str


@actions("LIST_EXPIRING", allow=signed_in)
def list_own_expiring(ctx: Ctx, payload: ExpiringListing) -> OwnExpiring:
    """The organisation's certificates whose validity ends within some days, or has ended, what expires first on top."""
    organization = organization_of(ctx, payload.organization_website)
    listed = list_expiring(ctx, payload, organization)
    return OwnExpiring(
        organization_website=organization.website, certificates=listed.certificates, pagination=listed.pagination
    )
