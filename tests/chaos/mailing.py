"""SendGrid and the mail server of the chaos test: what goes wrong there, and which mails they took."""

import base64
import email.policy
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from random import Random
from typing import Any

from infra.local.sendgrid import events
from tests.chaos.faults import HANG, Faults
from tests.functions.sendgrid import SendGrid
from tests.proxies import Call, Reply, proxy

_REFUSALS = {"busy": 429, "broken": 500, "away": 503}
#: Of a thousand: refused; not taken, and taken, without an answer; taken after the worker stopped waiting.
SENDGRID = ("busy",) * 90 + ("broken",) * 90 + ("away",) * 90 + ("lose",) * 40 + ("drop",) * 80 + ("hang",) * 40


@dataclass(frozen=True)
class Take:
    """A mail that a provider took."""

    provider: str
    mail_id: str
    recipient: str
    #: SHA-256 of its PDFs.
    files: frozenset[str]
    #: Whether the provider said so.
    answered: bool = True


@dataclass
class Post:
    """Both providers, and what they took since somebody asked."""

    sendgrid: SendGrid
    mails: Path
    faults: Faults
    #: SendGrid takes no key now, so that all goes to the mail server.
    locked: bool = False
    #: What SendGrid took, as it was posted, without the files.
    known: list[dict[str, Any]] = field(default_factory=list)
    _new: list[Take] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def treat(self, call: Call) -> Reply | None:
        """A mail on its way to SendGrid."""
        with self.faults.under_way():
            fault = self.faults.of("mail")
            if self.locked:
                return Reply(401)
            if fault in _REFUSALS:
                return Reply(_REFUSALS[fault])
            if fault == "hang":
                self.faults.over.wait(HANG)
            if fault == "lose":
                return None
            reply = call.forward()
            if reply is not None and reply.status == 202:
                self._note(json.loads(call.body), answered=fault is None)
        return reply if fault is None else None

    def taken(self) -> list[Take]:
        """By either, since this was asked last."""
        paths = sorted(set(self.mails.glob("*.eml")) - self._seen)
        self._seen.update(paths)
        with self._lock:
            new, self._new = self._new, []
        return [*new, *map(_kept, paths)]

    def tell(self, random: Random) -> None:
        """Some of what became of the mails so far, more than once and in any order, until the hook takes it."""
        with self._lock:
            about = [mail for mail in self.known if random.random() < 0.5]
        told = [events.event(mail, name) for mail in about for name in ("processed", "deferred", "delivered")]
        random.shuffle(told := [*told, *random.choices(told, k=len(told) // 3)])
        if told:
            again(lambda: self.sendgrid.post(told).status == 200)

    def tell_all(self) -> None:
        told = [events.event(mail, "delivered") for mail in self.known]
        for start in range(0, len(told), 100):
            assert self.sendgrid.post(told[start : start + 100]).status == 200

    def _note(self, mail: dict[str, Any], *, answered: bool) -> None:
        contents = [base64.b64decode(each["content"]) for each in mail.pop("attachments", ())]
        [person] = mail["personalizations"][0]["to"]
        take = Take("sendgrid", mail["custom_args"]["mail_id"], person["email"], _digests(contents), answered)
        assert mail["headers"]["Message-ID"].startswith(f"<{take.mail_id}@")
        with self._lock:
            self.known.append(mail)
            self._new.append(take)


@contextmanager
def posting(sendgrid: SendGrid, mails: Path, faults: Faults) -> Iterator[tuple[Post, str]]:
    """What is told of the mails, and SendGrid's address."""
    post = Post(sendgrid, mails, faults)
    with proxy(sendgrid.url, post.treat) as address:
        try:
            yield post, address
        finally:
            faults.over.set()


def again(attempt: Callable[[], bool]) -> None:
    """As Graphy and SendGrid do: until they hear that they were heard."""
    if not any(attempt() for _ in range(50)):
        raise AssertionError("never accepted")


def _kept(path: Path) -> Take:
    with path.open("rb") as file:
        message = BytesParser(EmailMessage, policy=email.policy.default).parse(file)
    contents = [part.get_payload(decode=True) for part in message.iter_attachments()]
    mail_id = message["Message-ID"].strip("<>").partition("@")[0]
    return Take("smtp", mail_id, message["To"], _digests(each for each in contents if isinstance(each, bytes)))


def _digests(contents: Iterable[bytes]) -> frozenset[str]:
    return frozenset(hashlib.sha256(each).hexdigest() for each in contents)
