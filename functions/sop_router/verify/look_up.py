"""A number, or a number and a code, become what may be told.

An unknown number and a wrong code make the same calls in the same order and raise the same, so that nobody learns by
the answer, or by how long it took, which of the two it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from appwrite.query import Query

from functions.sop_router.verify.states import Known, State, UnknownCertificate, UnknownNumber, Verified, Withdrawn
from shared.context import Ctx
from shared.records import Certificate, CertificateStatus, CertificateVersion, Statement
from shared.store import BATCH

_ISSUED = {CertificateStatus.STORED, CertificateStatus.SENT, CertificateStatus.DELIVERED}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
#: Whose code is tried where there is no certificate.
_NOBODY = Statement(
    id="",
    certificate_number="",
    learner_name="",
    learner_email="",
    course_name="",
    organization_name="",
    completed_at=_LONG_AGO,
    issued_at=_LONG_AGO,
    template_id="",
)


@dataclass(frozen=True)
class _Found:
    """The certificate, and the version of it that a code belongs to."""

    certificate: Certificate
    version: Certificate | CertificateVersion
    replaced: Sequence[CertificateVersion]

    @property
    def erased(self) -> bool:
        return self.certificate.erased_at is not None

    def state(self, now: datetime) -> tuple[State, datetime | None]:
        """With its beginning."""
        certificate, version = self.certificate, self.version
        if certificate.revoked_at:
            return State.REVOKED, certificate.revoked_at
        if isinstance(version, CertificateVersion):
            return State.REPLACED, version.replaced_at
        if version.expires_at and version.expires_at < now:
            return State.EXPIRED, version.expires_at
        return State.VALID, None


def known(ctx: Ctx, number: str) -> Known:
    """Raises `UnknownNumber`."""
    certificate = _certificate(ctx, number)
    # While the newest version is being made, an older one has been handed out.
    if certificate is None or not (_is_issued(certificate) or _replaced(ctx, number, certificate)):
        raise UnknownNumber
    state, since = _Found(certificate, certificate, ()).state(ctx.now())
    return Known(number=number, state=state, since=since)


def verified(ctx: Ctx, number: str, code: str) -> Verified:
    """Raises `UnknownCertificate`."""
    return _told(ctx, _find(ctx, number, code))


def issued_file(ctx: Ctx, number: str, code: str) -> bytes:
    """The PDF. Raises `UnknownCertificate`; `Withdrawn` if it was revoked, replaced or erased."""
    found = _find(ctx, number, code)
    if not _is_handed_out(ctx, found) or found.version.file_id is None:
        raise Withdrawn(state=found.state(ctx.now())[0])
    return ctx.files.read(found.version.file_id)


def _find(ctx: Ctx, number: str, code: str) -> _Found:
    keys, certificate = ctx.verification.keys, _certificate(ctx, number)
    fits = keys.fits(certificate or _NOBODY, code)
    if certificate and fits and _is_issued(certificate):
        return _Found(certificate, certificate, _replaced(ctx, number, certificate) if certificate.version > 1 else ())
    replaced = _replaced(ctx, number, certificate)
    version = next((each for each in replaced if keys.fits(each, code)), None)
    if certificate is None or version is None:
        raise UnknownCertificate
    return _Found(certificate, version, replaced)


def _certificate(ctx: Ctx, number: str) -> Certificate | None:
    found = ctx.store.find_by(Certificate, "certificate_number", [number])
    return found[0] if found else None


def _replaced(ctx: Ctx, number: str, certificate: Certificate | None) -> list[CertificateVersion]:
    """Versions that were handed out before the present one, the newest first.

    The present one stands in the history too if whoever was about to replace it broke off.
    """
    queries = [Query.equal("certificate_number", [number]), Query.order_desc("version")]
    found = ctx.store.first(CertificateVersion, queries, BATCH)
    return [each for each in found if each.sha256 and certificate and each.version < certificate.version]


def _is_issued(certificate: Certificate) -> bool:
    """Before it has a PDF nobody can hold it."""
    return certificate.status in _ISSUED


def _is_handed_out(ctx: Ctx, found: _Found) -> bool:
    return not found.erased and found.state(ctx.now())[0] in {State.VALID, State.EXPIRED}


def _told(ctx: Ctx, found: _Found) -> Verified:
    certificate, version, erased = found.certificate, found.version, found.erased
    state, since = found.state(ctx.now())
    said = version.model_dump(include=_SAID) | _person(version, erased=erased) | _hashes(found)
    return Verified(
        number=version.certificate_number,
        state=state,
        since=since,
        reason=certificate.revoked_reason if state is State.REVOKED else None,
        erased=erased,
        newest_url=_newest_url(ctx, found) if state is State.REPLACED else None,
        pdf_url=_pdf_url(ctx, version) if _is_handed_out(ctx, found) else None,
        **said,
    )


_SAID = {
    "version",
    "course_name",
    "organization_name",
    "completed_at",
    "issued_at",
    "expires_at",
    "score",
    "max_score",
    "credits",
    "grade",
}


def _person(version: Statement, *, erased: bool) -> dict[str, str | None]:
    if erased:
        return {"learner_name": None, "learner_email": None}
    name, _, domain = version.learner_email.rpartition("@")
    return {"learner_name": version.learner_name, "learner_email": f"{name[:1]}…@{domain}"}


def _hashes(found: _Found) -> dict[str, str | list[str] | None]:
    if found.erased:
        return {"sha256": None, "newest_sha256": None, "replaced_sha256": []}
    newest = found.certificate if _is_issued(found.certificate) else None
    return {
        "sha256": found.version.sha256,
        "newest_sha256": newest.sha256 if newest else None,
        "replaced_sha256": [each.sha256 for each in found.replaced if each.sha256],
    }


def _newest_url(ctx: Ctx, found: _Found) -> str | None:
    """None while it is being made; and once it is erased, as its code can be checked then, but not made."""
    return None if found.erased or not _is_issued(found.certificate) else ctx.verification.link(found.certificate)


def _pdf_url(ctx: Ctx, version: Statement) -> str:
    address, _, query = ctx.verification.link(version).partition("?")
    return f"{address}/certificate.pdf?{query}"
