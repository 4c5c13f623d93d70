"""Whether every certificate was issued, stored and mailed, judged by the files themselves: PDFs and `.eml`s."""

import email.policy
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Mailed:
    """One PDF in one mail."""

    recipient: str
    filename: str
    sha256: str
    message_id: str


def mailed(folder: Path) -> Iterator[Mailed]:
    """Every PDF attached to a message in `folder`."""
    parser = BytesParser(EmailMessage, policy=email.policy.default)
    for path in sorted(folder.glob("*.eml")):
        with path.open("rb") as file:
            message = parser.parse(file)
        for part in message.iter_attachments():
            if part.get_content_type() == "application/pdf":
                content = part.get_payload(decode=True)
                digest = hashlib.sha256(content if isinstance(content, bytes) else b"").hexdigest()
                yield Mailed(message["To"], part.get_filename() or "", digest, message["Message-ID"])


def missing(states: Sequence[Mapping[str, Any]], downloads: Path, mails: Path) -> list[str]:
    """What each learner lacks: a certificate that was mailed, its PDF among `downloads`, one mail with that PDF."""
    sent = Counter(each.sha256 for each in mailed(mails))
    return [f"{state['email']}: {lack}" for state in states if (lack := _lack(state, downloads, sent))]


def _lack(state: Mapping[str, Any], downloads: Path, sent: Mapping[str, int]) -> str | None:
    if state["certificate_status"] not in {"sent", "delivered"}:
        return (
            f"certificate {state['certificate_status']} ({state['certificate_reason'] or state['enrollment_reason']})"
        )
    path = downloads / f"{state['certificate_number']}.pdf"
    if not path.is_file():
        return "not downloaded"
    content = path.read_bytes()
    if not content.startswith(b"%PDF-"):
        return "what was downloaded is no PDF"
    mails = sent[hashlib.sha256(content).hexdigest()]
    return None if mails == 1 else f"mailed {mails} times"
