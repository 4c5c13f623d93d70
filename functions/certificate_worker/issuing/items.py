"""What of the claimed rows of the outbox is mailed, and what becomes of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from functions.certificate_worker.issuing.fitness import Held, Outdated, hold, problem, reasons
from functions.certificate_worker.issuing.parcels import Item, Parcel
from functions.certificate_worker.issuing.send import Fate, fail
from shared.claims import Claimed
from shared.context import Ctx
from shared.errors import AppError
from shared.records import Certificate, Delivery, Purpose


def items_of(ctx: Ctx, claimed: Sequence[Claimed[Delivery]]) -> tuple[list[Item], list[Certificate]]:
    """What can be mailed now, and the certificates whose mails were set aside because they can't be."""
    certificates = ctx.store.find_many(Certificate, {each.work.certificate_id for each in claimed})
    files = sorted({each.file_id for each in certificates.values() if each.file_id})
    sizes = ctx.files.sizes(files) if files else {}
    fit, set_aside = _sorted(ctx, claimed, certificates, sizes)
    why = reasons(ctx, [each.work for each in fit], certificates)
    items = []
    for each in fit:
        certificate = certificates[each.work.certificate_id]
        size = 0 if each.work.purpose is Purpose.REVOKED else sizes[certificate.file_id or ""]
        items.append(Item(each, certificate, size, why.get(each.work.id, "")))
    return items, set_aside


def still_fit(ctx: Ctx, load: Sequence[Parcel]) -> list[Parcel]:
    """`load` without what was revoked, replaced or erased while the mails before were being sent."""
    items = [item for parcel in load for item in parcel.items]
    certificates = ctx.store.find_many(Certificate, {each.certificate.id for each in items})
    sizes = {each.certificate.file_id: each.size for each in items if each.certificate.file_id}
    fit, _ = _sorted(ctx, [each.claimed for each in items], certificates, sizes)
    ids = {each.work.id for each in fit}
    kept = [replace(each, items=tuple(item for item in each.items if item.claimed.work.id in ids)) for each in load]
    return [each for each in kept if each.items]


def _fails(ctx: Ctx, claimed: Claimed[Delivery], why: AppError, certificate: Certificate | None) -> bool:
    """For good."""
    concerned = [certificate] if certificate else []
    return fail(ctx, [claimed.work.id], claimed.attempt, why, concerned) is Fate.SET_ASIDE


def _sorted(
    ctx: Ctx,
    claimed: Sequence[Claimed[Delivery]],
    certificates: Mapping[str, Certificate],
    sizes: Mapping[str, int],
) -> tuple[list[Claimed[Delivery]], list[Certificate]]:
    """Those that can be mailed; and the certificates of those whose failure somebody should hear of."""
    fit, held, set_aside = [], [], []
    for each in claimed:
        certificate = certificates.get(each.work.certificate_id)
        found = problem(each.work, certificate, sizes)
        if found is None:
            fit.append(each)
        elif isinstance(found, Held):
            held.append(each.work.id)
        elif _fails(ctx, each, found, certificate) and certificate:
            set_aside += [] if isinstance(found, Outdated) else [certificate]
    if held:
        hold(ctx, held)
    return fit, set_aside
