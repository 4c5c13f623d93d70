"""Certificates: downloaded, and mailed again."""

from shared.access import admin
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.certificates import Download, OfLearner, download, find_certificate
from shared.portal.resend import Resent, resend
from shared.records import Organization

actions = Actions()


@actions("DOWNLOAD_CERTIFICATE", allow=admin)
def download_certificate(ctx: Ctx, payload: OfLearner) -> Download:
    """A link to the PDF of a learner's certificate, whatever their organisation."""
    certificate = find_certificate(ctx.store, payload)
    return download(ctx, certificate, ctx.store.find(Organization, certificate.organization_id))


@actions("RESEND_CERTIFICATE", allow=admin)
def resend_certificate(ctx: Ctx, payload: OfLearner) -> Resent:
    """Mail a certificate to its organisation's contact again; render it again if that failed."""
    certificate = find_certificate(ctx.store, payload)
    return resend(ctx, certificate, ctx.store.find(Organization, certificate.organization_id))
