"""What a look-up answers."""

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from shared.actions import Result
from shared.errors import AppError, BadRequest, NotFound


class State(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    #: A newer version has been issued under the same number.
    REPLACED = "replaced"


class Known(Result):
    """What a number alone tells: that there is such a certificate, and its state."""

    number: str
    state: State
    #: When it expired, was revoked, or was replaced.
    since: datetime | None


class Verified(Known):
    """All that the certificate says, for whoever holds its code."""

    #: Of a revocation.
    reason: str | None
    version: int
    #: None = the learner was erased.
    learner_name: str | None
    #: `a…@example.com`: enough to compare it with a certificate that prints it, and no address to collect.
    learner_email: str | None
    course_name: str
    organization_name: str
    completed_at: datetime
    issued_at: datetime
    expires_at: datetime | None
    score: str | None
    max_score: str | None
    credits: str | None
    grade: str | None
    #: Whether name, address and file of the learner were erased.
    erased: bool
    #: Of the PDF of this version, hex.
    sha256: str | None
    #: Of the PDF of the version that counts.
    newest_sha256: str | None
    #: Of the PDFs of all versions that were replaced.
    replaced_sha256: list[str]
    #: Where the newest version is verified, if this one was replaced.
    newest_url: str | None
    #: The PDF, if it still counts.
    pdf_url: str | None


class UnknownCertificate(NotFound):
    """There is no certificate with this number and code."""

    code = "UNKNOWN_CERTIFICATE"


class UnknownNumber(UnknownCertificate):
    """There is no certificate with this number."""


class MistypedNumber(BadRequest):
    """This number looks mistyped: its check character does not fit."""

    code = "MISTYPED_NUMBER"


class NumberMissing(BadRequest):
    """The number of a certificate is missing: `/verify/{number}?c={code}`."""

    code = "NUMBER_MISSING"


class NoPage(NotFound):
    """There is no such page."""


class Withdrawn(AppError):
    """The file of this certificate is handed out no longer."""

    status, code = HTTPStatus.GONE, "WITHDRAWN"
