"""The mails that bring new versions, ordered before there is anything to bring."""

from collections.abc import Mapping, Sequence

from appwrite.query import Query

from shared.context import Ctx
from shared.outbox import delivery
from shared.records import Certificate, Delivery, DeliveryStatus, Organization, Purpose

_TAKEN = [DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED]


def order_mails(
    ctx: Ctx, certificates: Sequence[Certificate], after: Mapping[str, Certificate], *, notify: bool
) -> list[Delivery]:
    """One for each of up to 100 certificates, of the version that `after` names by their ids; answers them.

    They are not due: the worker makes them so. Before the rows are, so that no worker is done without knowing of them.
    Without `notify` only those get one that no mail has brought in any version.
    """
    told = set() if notify or not certificates else _told(ctx, [each.id for each in certificates])
    wanted = [each for each in certificates if each.id not in told]
    found = ctx.store.find_many(Organization, {each.organization_id for each in wanted})
    there = {each.id: each for each in found.values() if each.archived_at is None}
    mails = []
    for before in wanted:
        if before.organization_id in there:
            later = after[before.id]
            # What nobody has seen is not replaced but issued.
            purpose = Purpose.REPLACED if before.file_id or before.version > 1 else Purpose.ISSUED
            mails.append(delivery(later, there[before.organization_id], None, purpose, later.version))
    ctx.store.insert_missing(mails)
    return mails


def _told(ctx: Ctx, certificate_ids: list[str]) -> set[str]:
    """Those that a mail has brought."""
    taken = [Query.equal("certificate_id", certificate_ids), Query.equal("status", _TAKEN)]
    brought = ctx.store.every(Delivery, [*taken, Query.not_equal("purpose", Purpose.REVOKED)])
    return {each.certificate_id for each in brought}
