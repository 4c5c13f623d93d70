"""Who may replace a version of a certificate: whoever inserts its row into the history.

A: insert version 1 -> 201   certificate says version 2
B: insert version 1 -> 409   BUSY

A: insert version 1 -> 201   dies
B: insert version 1 -> 409   looks: it still is version 1, and A has had its time: takes over, if no C does
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from shared.context import Ctx
from shared.ids import stable_id
from shared.record import wire_time
from shared.records import Certificate, CertificateVersion, Claim

#: More than an execution may last, and its calls to Appwrite after that.
_STALE = timedelta(minutes=2)
#: How long a claim of what was left unfinished is kept.
_KEPT = timedelta(days=1)


def kept(certificate: Certificate, reason: str, ctx: Ctx) -> CertificateVersion:
    """The present version, for the history."""
    statement = certificate.model_dump(include=set(CertificateVersion.model_fields) - {"id", "reason"})
    version_id = CertificateVersion.id_for(certificate.id, certificate.version)
    return CertificateVersion(
        **statement, id=version_id, certificate_id=certificate.id, replaced_at=ctx.now(), reason=reason
    )


def win(ctx: Ctx, versions: Sequence[CertificateVersion]) -> set[str]:
    """The ids of the certificates that are ours to replace, of up to 100."""
    won = ctx.store.insert_missing(versions)
    lost = {each.id: each for each in versions if each.id not in won}
    ours = {each.certificate_id for each in versions if each.id in won}
    return ours | (_take_over(ctx, lost) if lost else set())


def give_back(ctx: Ctx, versions: Sequence[CertificateVersion]) -> None:
    """They were not replaced after all."""
    for each in versions:
        ctx.store.delete(CertificateVersion, each.id)


def _take_over(ctx: Ctx, lost: Mapping[str, CertificateVersion]) -> set[str]:
    present = ctx.store.find_many(Certificate, {each.certificate_id for each in lost.values()})
    there = ctx.store.find_many(CertificateVersion, lost)
    taken = set()
    for version_id, left in there.items():
        certificate, is_stale = present.get(left.certificate_id), left.replaced_at < ctx.now() - _STALE
        if certificate and certificate.version == left.version and is_stale and _claim(ctx, left):
            wanted = lost[version_id]
            ctx.store.update(CertificateVersion, version_id, replaced_at=wanted.replaced_at, reason=wanted.reason)
            taken.add(certificate.id)
    return taken


def _claim(ctx: Ctx, left: CertificateVersion) -> bool:
    claim = Claim(
        id=stable_id("takeover", left.id, wire_time(left.replaced_at)),
        subject_id=left.id,
        attempt=1,
        owner="admin",
        expires_at=ctx.now() + _KEPT,
    )
    return bool(ctx.store.insert_missing([claim]))
