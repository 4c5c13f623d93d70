"""Certificates may be revoked or replaced while the worker has them in hand."""

from collections.abc import Sequence

from appwrite.query import Query

from shared.context import Ctx
from shared.records import Certificate, CertificateStatus


def unrevoked(ctx: Ctx, certificates: Sequence[Certificate]) -> list[Certificate]:
    """The others are not due any more; whoever reinstates them makes them due again."""
    revoked = [each.id for each in certificates if each.revoked_at]
    if revoked:
        still = Query.is_not_null("revoked_at")
        ctx.store.update_where(Certificate, [Query.equal("$id", revoked), still], due_at=None)
    return [each for each in certificates if each.revoked_at is None]


def is_replaced(ctx: Ctx, printed: Certificate, stored: Certificate) -> bool:
    """Whether `printed`, which was just stored, is an older version by now; then the newer one is queued again."""
    if stored.version == printed.version:
        return False
    ctx.store.update(
        Certificate,
        stored.id,
        status=CertificateStatus.QUEUED,
        file_id=None,
        sha256=None,
        engine=None,
        due_at=ctx.now(),
    )
    return True
