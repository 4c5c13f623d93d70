"""Learners are erased: their personal data goes, what proves that a certificate's number was issued stays.

    certificates without name and file, their mails --> completions, activity details --> exports
        --> former addresses, enrolments --> the learner --> certificates that came meanwhile

Each step can be done again and the learner goes late, so repeating the call finishes what was interrupted.
"""

from collections.abc import Iterable, Sequence

from appwrite.query import Query
from email_validator import validate_email

from functions.admin_router.lookup import get_organization
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import forget_learner
from shared.context import Ctx
from shared.erasure import AFTERWARDS, erase_certificates
from shared.errors import NotFound
from shared.exports import Export, ExportStatus
from shared.identifiers import EmailAddress, Website
from shared.people import learners_by_email
from shared.records import Certificate, Completion, Delivery, Enrollment, Learner, LearnerAlias
from shared.store import BATCH, batches

actions = Actions()

_MESSAGE = (
    "The learner was erased here. Graphy's interface offers no way to delete a learner: do that in Graphy itself. "
    "Mails that were sent can't be called back."
)
#: Addresses of one query.
_ADDRESSES = 10


class DeleteLearner(Payload):
    #: The address they have now.
    learner_email: EmailAddress
    organization_website: Website


class Deleted(Result):
    #: 1: a learner who is not there is `NOT_FOUND`.
    deleted_count: int
    message: str
    #: Numbers of certificates that are still known to have been issued, without name, address and file.
    certificates_kept: list[str]


@actions("DELETE_LEARNER", allow=admin)
def delete_learner(ctx: Ctx, payload: DeleteLearner) -> Deleted:
    """Erase a learner's personal data: rows, files, mails, what Graphy reported, and details in the activity log.

    Of each certificate stays that its number was issued, with a salted hash of name and address, which proves a claim
    to have been the learner. The same person uploaded again is a new learner. Graphy's public API can't delete a
    learner, so that remains to be done there.
    """
    learner = _find(ctx, payload)
    organizations = {learner.organization_id, *(each.organization_id for each in _erase_certificates(ctx, learner))}
    addresses = _addresses(ctx, learner)
    for some in batches(addresses, _ADDRESSES):
        ctx.store.delete_where(Completion, [Query.equal("email", some)])
    forget_learner(ctx.store, learner.id)
    _withdraw_exports(ctx, organizations, addresses)
    _remove(ctx, learner)
    # A completion that was being matched meanwhile may have made one more.
    kept = [each.certificate_number for each in _erase_certificates(ctx, learner)]
    ctx.audit.record("learner.erased", organization_id=learner.organization_id)
    ctx.log.info("learner erased", certificates_kept=len(kept))
    return Deleted(deleted_count=1, message=_MESSAGE, certificates_kept=kept)


def _find(ctx: Ctx, payload: DeleteLearner) -> Learner:
    organization = get_organization(ctx, payload.organization_website)
    learner = learners_by_email(ctx.store, [payload.learner_email]).get(payload.learner_email)
    if learner is None or learner.organization_id != organization.id:
        raise NotFound(
            "There is no such learner in this organization.",
            learner_email=payload.learner_email,
            organization_website=payload.organization_website,
        )
    return learner


def _erase_certificates(ctx: Ctx, learner: Learner) -> list[Certificate]:
    """All of theirs, with the mails about them."""
    certificates = list(ctx.store.every(Certificate, _of(learner)))
    erase_certificates(ctx, certificates, ctx.now() + AFTERWARDS)
    for ids in batches((each.id for each in certificates), BATCH):
        ctx.store.delete_where(Delivery, [Query.equal("certificate_id", ids)])
    return certificates


def _addresses(ctx: Ctx, learner: Learner) -> list[str]:
    """Those they have and had, each as people and as mail servers spell it: Graphy may report either."""
    former = [alias.email for alias in ctx.store.every(LearnerAlias, _of(learner))]
    return list(dict.fromkeys(spelled for email in [learner.email, *former] for spelled in (email, _ascii(email))))


def _ascii(email: str) -> str:
    return validate_email(email, check_deliverability=False).ascii_email or email


def _withdraw_exports(ctx: Ctx, organization_ids: Iterable[str], addresses: Sequence[str]) -> None:
    """ZIPs that may hold a certificate of theirs, and previews made with their address, are offered no longer.

    What an attempt that died left behind goes with the worker's housekeeping, within a day.
    """
    about = Query.or_queries(
        [
            Query.equal("organization_id", sorted(organization_ids)),
            *(Query.contains("request", some) for some in batches(addresses, _ADDRESSES)),
        ]
    )
    exports = list(ctx.store.every(Export, [about]))
    ctx.store.update_many(Export, [each.id for each in exports], expires_at=ctx.now())
    for export in exports:
        _remove_files(ctx, export)


def _remove_files(ctx: Ctx, export: Export) -> None:
    if export.status is ExportStatus.READY:
        for part in range(export.parts):
            ctx.exports.delete(export.file_id(part))


def _remove(ctx: Ctx, learner: Learner) -> None:
    ctx.store.delete_where(LearnerAlias, _of(learner))
    ctx.store.delete_where(Enrollment, _of(learner))
    ctx.store.delete(Learner, learner.id)


def _of(learner: Learner) -> list[str]:
    return [Query.equal("learner_id", [learner.id])]
