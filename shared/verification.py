"""Verification codes: the secret in a certificate's link and QR code, which only whoever holds the certificate knows.

    code = HMAC-SHA256(key, what is printed), 128 bits, in Crockford's base 32

So a code fits one version of one certificate, and no longer fits if a printed field of its row is changed. It is
stored nowhere. Keys come from the variable VERIFY_KEYS, `id:secret`, the newest first: the first signs, and each
certificate names its own, so a new key is put before the others, which stay while their certificates shall be
verifiable.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from shared.certificate.number import ALPHABET, READ_AS
from shared.config import Misconfigured, Settings
from shared.record import wire_time
from shared.records import Statement

#: What a code binds, in the order in which it is hashed. Never changed: codes that are printed depend on it.
BOUND = (
    "certificate_number",
    "version",
    "learner_name",
    "learner_email",
    "course_name",
    "organization_name",
    "completed_at",
    "issued_at",
    "expires_at",
    "score",
    "max_score",
    "credits",
    "grade",
)
#: Characters of a code: 128 bits, five in each.
LENGTH = 26
#: Characters of a key's secret.
SHORTEST = 32

_KEY = re.compile(rf"([A-Za-z0-9_-]{{1,16}}):([^\s,]{{{SHORTEST},}})")
_ZERO = bytes(16)


@dataclass(frozen=True)
class Keys:
    """The secrets by their ids, the one that signs first."""

    secrets: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Keys":
        """Raises ValueError, which does not repeat `text`."""
        found = [_KEY.fullmatch(each.strip()) for each in text.split(",")]
        if not all(found):
            raise ValueError(
                f"expected id:secret with at least {SHORTEST} characters in each secret, and commas between"
            )
        pairs = [(match[1], match[2].encode()) for match in found if match]
        if len(dict(pairs)) < len(pairs):
            raise ValueError("two keys have the same id")
        return cls(dict(pairs))

    @property
    def current(self) -> str:
        """The id of the key that signs."""
        return next(iter(self.secrets))

    def code(self, statement: Statement) -> str:
        """Raises `Misconfigured` if its key was taken away."""
        secret = self._secret(statement)
        if secret is None:
            raise Misconfigured(f"VERIFY_KEYS lacks the key {statement.key_id}, which certificates were issued with.")
        return _written(_digest(secret, statement))

    def fits(self, statement: Statement, code: str) -> bool:
        """Whether `code`, as `normalized` spells it, is that of `statement`; takes as long for a wrong one."""
        secret = self._secret(statement)
        made = _written(_digest(secret or _ZERO, statement))
        # Of an erased certificate only the hash of the code is left.
        right = statement.code_sha256 or digest_of(made)
        return hmac.compare_digest(digest_of(code), right) and (secret is not None or statement.code_sha256 is not None)

    def _secret(self, statement: Statement) -> bytes | None:
        """A certificate that names no key is older than the keys, and counts as of the oldest."""
        return self.secrets.get(statement.key_id or list(self.secrets)[-1])


@dataclass(frozen=True)
class Verification:
    """The keys, and where people look certificates up."""

    keys: Keys
    #: Without a slash at its end.
    url: str

    @classmethod
    def of(cls, settings: Settings) -> "Verification":
        """Raises `Misconfigured` naming the variable that is missing or not valid."""
        if not settings.verify_url:
            raise Misconfigured("VERIFY_URL is not set: a certificate has to say where it can be looked up.")
        try:
            keys = Keys.parse(settings.verify_keys.get_secret_value())
        except ValueError as error:
            raise Misconfigured(f"VERIFY_KEYS: {error}.") from None
        return cls(keys, settings.verify_url.rstrip("/"))

    def link(self, statement: Statement) -> str:
        """What the QR code holds. Whoever has it sees what the certificate says."""
        return f"{self.url}/{statement.certificate_number}?c={quote(self.keys.code(statement))}"


def normalized(typed: str) -> str:
    """A code as a person may have typed it, in the spelling of `Keys.code`."""
    return re.sub(r"[\s-]", "", typed.upper().translate(READ_AS))


def digest_of(code: str) -> str:
    """What is kept of a code when what it was made of is erased: `Statement.code_sha256`."""
    return hashlib.sha256(code.encode()).hexdigest()


def _digest(secret: bytes, statement: Statement) -> bytes:
    bound = [_plain(getattr(statement, name)) for name in BOUND]
    return hmac.digest(secret, json.dumps(["certificate", *bound], ensure_ascii=True).encode(), "sha256")


def _plain(value: object) -> object:
    """Appwrite keeps milliseconds."""
    return wire_time(value) if isinstance(value, datetime) else value


def _written(digest: bytes) -> str:
    """The first 128 bits."""
    bits = int.from_bytes(digest[:16]) << 2
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))
