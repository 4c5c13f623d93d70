"""Who may deliver SendGrid's events: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from cryptography.exceptions import InvalidSignature as Forged
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from shared.config import Misconfigured
from shared.errors import AppError, InvalidSignature

SIGNATURE_HEADER = "x-twilio-email-event-webhook-signature"
TIMESTAMP_HEADER = "x-twilio-email-event-webhook-timestamp"
#: How far SendGrid's clock may be from ours.
TOLERANCE = timedelta(minutes=10)


class StaleTimestamp(AppError):
    """The event was signed too long ago."""

    status, code = HTTPStatus.UNAUTHORIZED, "STALE_TIMESTAMP"


def verify_event(key: str, body: bytes, headers: Mapping[str, str], now: datetime) -> None:
    """Raises `InvalidSignature` unless the headers sign timestamp and raw body with `key`, base64 of a P-256 key's DER.

    Raises `StaleTimestamp` if that was too long ago; `Misconfigured` if the key is missing or none: then nobody may.
    """
    public, timestamp = _key(key), headers.get(TIMESTAMP_HEADER, "")
    try:
        signature = base64.b64decode(headers.get(SIGNATURE_HEADER, ""), validate=True)
        public.verify(signature, timestamp.encode() + body, ECDSA(SHA256()))
        signed_at = datetime.fromtimestamp(int(timestamp), UTC)
    except (binascii.Error, Forged, ValueError, OverflowError, OSError):
        raise InvalidSignature from None
    if abs(now - signed_at) > TOLERANCE:
        raise StaleTimestamp


def _key(text: str) -> EllipticCurvePublicKey:
    if not text:
        raise Misconfigured("SENDGRID_EVENT_KEY is not set: no event is accepted.")
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except ValueError:
        raise Misconfigured("SENDGRID_EVENT_KEY is not a public key as SendGrid shows it.") from None
    if not isinstance(key, EllipticCurvePublicKey):
        raise Misconfigured("SENDGRID_EVENT_KEY is not an elliptic-curve key.")
    return key
