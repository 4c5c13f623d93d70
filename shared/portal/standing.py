"""Whether a certificate holds, as lists show it and are narrowed to it."""

from datetime import datetime
from enum import StrEnum

from appwrite.query import Query

from shared.config import Misconfigured
from shared.context import Ctx
from shared.record import wire_time
from shared.records import Certificate, Statement


class CertificateState(StrEnum):
    """Of several that fit, the first."""

    REVOKED = "revoked"
    #: Not printed yet, or that failed.
    PENDING = "pending"
    #: Its validity has ended; it is offered as before.
    EXPIRED = "expired"
    VALID = "valid"

    @classmethod
    def of(cls, certificate: Certificate, now: datetime) -> "CertificateState":
        if certificate.revoked_at:
            return cls.REVOKED
        if certificate.file_id is None and certificate.erased_at is None:
            return cls.PENDING
        return cls.EXPIRED if is_expired(certificate, now) else cls.VALID

    def queries(self, now: datetime) -> list[str]:
        """For certificates in this state."""
        if self is CertificateState.REVOKED:
            return [Query.is_not_null("revoked_at")]
        unrevoked, printed = Query.is_null("revoked_at"), [Query.is_not_null("file_id"), Query.is_not_null("erased_at")]
        if self is CertificateState.PENDING:
            return [unrevoked, Query.is_null("file_id"), Query.is_null("erased_at")]
        at = wire_time(now)
        lasting = [Query.is_null("expires_at"), Query.greater_than_equal("expires_at", at)]
        ends = Query.less_than("expires_at", at) if self is CertificateState.EXPIRED else Query.or_queries(lasting)
        return [unrevoked, Query.or_queries(printed), ends]


def is_expired(certificate: Statement, now: datetime) -> bool:
    return certificate.expires_at is not None and certificate.expires_at < now


def verify_url(ctx: Ctx, certificate: Certificate) -> str | None:
    """Where it can be looked up, with its code.

    None while it is not printed, when its learner was erased, which nobody can tell the code after, and where the
    function's variables lack what it is made of.
    """
    if certificate.file_id is None or certificate.code_sha256:
        return None
    try:
        return ctx.verification.link(certificate)
    except Misconfigured:
        return None
