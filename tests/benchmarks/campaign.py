"""A course with learners who are all enrolled: their completions, queued or to be sent, and how far they are."""

import secrets
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from appwrite.query import Query

from scripts.main_job import NothingMoves
from scripts.people import Person, people
from shared.ids import stable_id
from shared.records import Certificate, CertificateStatus, Completion, Delivery
from shared.store import Store
from tests.benchmarks import seeds

ORGANIZATIONS = 20
#: Seconds between two looks at how far the worker is.
_PAUSE = 0.5
#: Seconds without progress after which waiting is given up.
_PATIENCE = 120
_UNDER_WAY = (CertificateStatus.QUEUED, CertificateStatus.RENDERING, CertificateStatus.STORED)
#: Completions that are inserted in a second, at the least.
_SEEDED = 500


@dataclass(frozen=True)
class Campaign:
    """Learners of some organisations in one course, seeded row by row: no admin has to upload them first."""

    store: Store
    name: str
    count: int
    #: In place of the worker's own, None for those.
    engines: str | None = None

    @classmethod
    def seeded(cls, store: Store, count: int, engines: str | None = None) -> "Campaign":
        campaign = cls(store, f"bench-{secrets.token_hex(4)}", count, engines)
        rows = defaultdict(list)
        for row in seeds.rows(campaign.name, campaign.learners, engines):
            rows[row.table].append(row)
        for records in rows.values():
            store.insert_missing(records)
        return campaign

    @cached_property
    def learners(self) -> list[Person]:
        return people(self.count, [f"{number:02d}.{self.name}.example" for number in range(ORGANIZATIONS)])

    def event(self, learner: Person) -> Mapping[str, str]:
        """What Graphy posts when a learner is through."""
        event_id = stable_id("event", learner.email)
        return {"course_id": self.name, "email": learner.email, "event_id": event_id, "completed_at": "2026-11-20"}

    def queue_all(self) -> datetime:
        """Insert a completion for each learner, all due at the same moment; wait for it and answer it."""
        due_at = datetime.now(UTC) + timedelta(seconds=2 + self.count / _SEEDED)
        self.store.insert_missing(seeds.completion(self.event(learner), due_at) for learner in self.learners)
        left = (due_at - datetime.now(UTC)).total_seconds()
        if left < 0:
            raise NothingMoves("The queue was filled too slowly to start all of it at once.")
        time.sleep(left)
        return due_at

    def wait(self, begun: datetime) -> float:
        """Wait until all are issued and mailed; seconds from `begun` to the last mail.

        Raises NothingMoves, also if one failed.
        """
        self._wait_until_idle()
        done = self.store.count(Certificate, [self._course, _not_failed()])
        if done != self.count:
            raise NothingMoves(f"{done} of {self.count} certificates were issued and mailed.")
        last = self.store.first(Delivery, [self._organizations, Query.order_desc("sent_at")], 1)[0].sent_at
        assert last, "issued but not mailed"
        return (last - begun).total_seconds()

    def engines_used(self) -> set[str | None]:
        """What printed the certificates, by a sample."""
        return {each.engine for each in self.store.first(Certificate, [self._course], 25)}

    @property
    def recipients(self) -> set[str]:
        return {f"sop@{learner.website}" for learner in self.learners}

    @property
    def _course(self) -> str:
        return str(Query.equal("course_id", self.name))

    @property
    def _organizations(self) -> str:
        return str(Query.equal("organization_id", [seeds.organization_id(each) for each in self._websites]))

    def _wait_until_idle(self) -> None:
        left, since = -1, time.monotonic()
        while now := self.left():
            if now != left:
                left, since = now, time.monotonic()
            elif time.monotonic() - since > _PATIENCE:
                raise NothingMoves(f"{left} of {self.count} certificates still wait.")
            time.sleep(_PAUSE)

    def left(self) -> int:
        """How many completions and certificates the worker is not through with."""
        completions = self.store.count(Completion, [self._course, Query.is_not_null("due_at")])
        states = Query.equal("status", [str(each) for each in _UNDER_WAY])
        return completions + self.store.count(Certificate, [self._course, states])

    @property
    def _websites(self) -> list[str]:
        return sorted({learner.website for learner in self.learners})


def _not_failed() -> str:
    return str(Query.not_equal("status", CertificateStatus.FAILED))
