"""What must have come out of the chaos test.

A mail arrives at least once. It arrives again, whole and under the same id, only if

* the provider did not say that it took it (a time-out, a broken connection): nobody knows, so it is sent again; or
* the provider said so, but nothing lived to write it down: its worker was killed right then, or Appwrite took the note
  in none of the attempts. A worker sends one mail after another, so each such accident can repeat one mail;

and never if the outbox calls it taken. Its certificates come in no other mail, except where it was set aside and
somebody had it sent again.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader

from functions.certificate_worker.issuing.send import NOTE_PAUSES
from shared.records import Certificate, Completion, Delivery, DeliveryStatus, Enrollment
from tests.chaos.mailing import Take
from tests.chaos.world import Turn, World
from tests.functions.backend import Course


def judge(world: World, reported: list[tuple[Course, str]]) -> None:
    """Exactly one certificate for each, whose file opens, and which was mailed to the right person."""
    rows = list(world.ctx.store.every(Certificate))
    assert sorted(row.learner_email for row in rows) == sorted(email for _, email in reported)
    assert len({row.certificate_number for row in rows}) == len(rows)
    assert {row.status for row in world.ctx.store.every(Completion)} == {"matched"}
    assert {row.status for row in world.ctx.store.every(Enrollment)} == {"enrolled"}
    for row in rows:
        content = world.ctx.files.read(str(row.file_id))
        assert hashlib.sha256(content).hexdigest() == row.sha256
        assert len(PdfReader(BytesIO(content)).pages) == 1
    takes = judge_repeats(world.turns)
    judge_letters(rows, list(world.ctx.store.every(Delivery)), takes)
    sop = {course.course_id: course.sop for course, _ in reported}
    recipients = {sha: take.recipient for take in takes for sha in take.files}
    assert all(recipients[str(row.sha256)] == sop[row.course_id] for row in rows)


def judge_repeats(turns: Sequence[Turn]) -> list[Take]:
    """All that was taken, none of it once more without one of the reasons above."""
    first: dict[str, Take] = {}
    marked: set[str] = set()
    for turn in turns:
        ids = [take.mail_id for take in turn.takes]
        assert len(set(ids)) == len(ids), "twice before its pause, or its lease, ended"
        assert not marked.intersection(ids), "again, although the outbox said that it was taken"
        for take in turn.takes:
            before = first.setdefault(take.mail_id, take)
            assert (before.recipient, before.files) == (take.recipient, take.files), "another mail under the same id"
        lost = [take for take in turn.takes if take.answered and take.mail_id not in turn.marked]
        assert len(lost) <= turn.deaths + turn.unheard // (1 + len(NOTE_PAUSES)), (
            "nobody died, and yet it was not written down"
        )
        marked |= turn.marked
    return [take for turn in turns for take in turn.takes]


def judge_letters(certificates: Sequence[Certificate], outbox: Sequence[Delivery], takes: Sequence[Take]) -> None:
    """Each certificate in one mail, of which it knows whether it arrived."""
    mails: dict[str, set[str]] = defaultdict(set)
    for take in takes:
        for sha in take.files:
            mails[sha].add(take.mail_id)
    set_aside = {row.mail_id for row in outbox if row.status is DeliveryStatus.FAILED}
    arrived = {take.mail_id for take in takes if take.provider == "sendgrid"}
    planned = defaultdict(set)
    for row in outbox:
        planned[row.certificate_id].add(row.mail_id)
    for certificate in certificates:
        brought = mails.pop(str(certificate.sha256), set())
        assert brought <= planned[certificate.id]
        assert len(brought - set_aside) == 1, [row for row in outbox if row.certificate_id == certificate.id]
        assert certificate.status == ("delivered" if brought & arrived else "sent")
    assert not mails
