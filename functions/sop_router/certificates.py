"""An SOP's certificates, one by one."""

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions
from shared.context import Ctx
from shared.identifiers import Website
from shared.portal.certificates import Download, OfLearner, download, find_certificate
from shared.portal.resend import Resent, resend

actions = Actions()


class OfOwnLearner(OfLearner):
    organization_website: Website | None = None


@actions("DOWNLOAD_CERTIFICATE", allow=signed_in)
def download_certificate(ctx: Ctx, payload: OfOwnLearner) -> Download:
    """A link to the PDF of a learner's certificate."""
    organization = organization_of(ctx, payload.organization_website)
    return download(ctx, find_certificate(ctx.store, payload, organization), organization)


@actions("RESEND_CERTIFICATE", allow=signed_in)
def resend_certificate(ctx: Ctx, payload: OfOwnLearner) -> Resent:
    """Mail a certificate to the organisation's contact again; render it again if that failed."""
    organization = organization_of(ctx, payload.organization_website)
    return resend(ctx, find_certificate(ctx.store, payload, organization), organization)
