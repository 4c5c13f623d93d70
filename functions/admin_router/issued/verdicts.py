"""What becomes of one certificate: told before anything is done, and by what does it. Nothing is read or written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.records import Certificate, CertificateStatus


class Fate(StrEnum):
    #: It is done.
    DONE = "done"
    #: It is so already: nothing changes, nobody is told again.
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a certificate, and why."""

    fate: Fate
    #: Stable, as errors have it.
    code: str
    #: For people.
    message: str


def revocation(certificate: Certificate) -> Verdict:
    """Any may be revoked, also while it is being made, and when its learner was erased."""
    if certificate.revoked_at:
        day = f"{certificate.revoked_at:%d %B %Y}"
        return Verdict(Fate.ALREADY, "REVOKED", f"It was revoked already, on {day}; nothing was changed.")
    return Verdict(Fate.DONE, "REVOKED", "It is revoked.")


def reinstatement(certificate: Certificate) -> Verdict:
    if certificate.revoked_at is None:
        return Verdict(Fate.ALREADY, "NOT_REVOKED", "It is not revoked; nothing was changed.")
    return Verdict(Fate.DONE, "REINSTATED", "It is valid again, as it was before.")


def replacement(certificate: Certificate, wanted: Mapping[str, Any]) -> Verdict:
    """`wanted` holds columns of the certificate as the new version shall have them.

    One that failed may be replaced: that mends it. One that is being made may not, as nobody knows which of the two
    versions came out.
    """
    if certificate.erased_at:
        return Verdict(Fate.REFUSED, "ERASED", "Its learner was erased, so nothing can be printed anew.")
    if certificate.revoked_at:
        return Verdict(Fate.REFUSED, "REVOKED", f"It was revoked: {certificate.revoked_reason} Reinstate it first.")
    if not changed(certificate, wanted):
        return Verdict(Fate.ALREADY, "UNCHANGED", _UNCHANGED[certificate.status is CertificateStatus.FAILED])
    if certificate.file_id is None and certificate.status is not CertificateStatus.FAILED:
        return Verdict(Fate.REFUSED, "NOT_READY", "It is being printed; replace it when that is done.")
    return Verdict(Fate.DONE, "REPLACED", f"Version {certificate.version + 1} takes its place.")


def changed(certificate: Certificate, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `wanted` that differ."""
    return {column: value for column, value in wanted.items() if value != getattr(certificate, column)}


_UNCHANGED = {
    False: "It says so already; nothing was changed.",
    True: "It would say the same; RESEND_CERTIFICATE tries to print it again.",
}
