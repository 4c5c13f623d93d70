"""Who is alive in the chaos test, what goes wrong, and what is written down about each turn."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from appwrite.query import Query

from functions.certificate_worker.issuing.slots import Slot
from shared.config import Settings
from shared.context import Ctx
from shared.log import Log
from shared.record import Work
from shared.records import Certificate, Claim, Completion, Delivery, DeliveryStatus, Enrollment
from shared.store import batches
from shared.transport import AppwriteClient, pooled_session
from tests.chaos.conftest import Mortal
from tests.chaos.faults import Faults
from tests.chaos.mailing import Post, Take
from tests.functions.backend import Backend
from tests.proxies import Call

PAST = "2026-01-01T00:00:00.000+00:00"
WORK: tuple[type[Work], ...] = (Completion, Certificate, Delivery, Enrollment)
GRAPHY = ("rate_limited", "server_error", "unavailable", "error_in_success", "html_in_success", "no_answer")
#: Seconds; when workers have nothing to do, they are killed all the same.
PATIENCE = 3
_OPEN = [DeliveryStatus.QUEUED, DeliveryStatus.SENDING]


@dataclass
class Turn:
    """From one start of workers to the death of the last."""

    deaths: int = 0
    #: Times that the outbox may not have heard that a mail was taken.
    unheard: int = 0
    takes: list[Take] = field(default_factory=list)
    #: Ids of mails that the outbox calls taken in the end.
    marked: set[str] = field(default_factory=set)


@dataclass
class World:
    """What goes wrong, and who is alive."""

    backend: Backend
    mortal: Mortal
    ctx: Ctx
    random: Random
    #: As the workers see it, and as those see it who post to our hooks.
    appwrite: Faults
    hooks: Faults
    post: Post
    alive: list[int] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=lambda: [Turn()])

    def bear(self, nursery: subprocess.Popen[str], count: int) -> None:
        """Start workers."""
        assert nursery.stdin
        assert nursery.stdout
        for _ in range(count):
            print(file=nursery.stdin, flush=True)
            self.alive.append(int(nursery.stdout.readline()))

    def kill_one(self) -> None:
        """At a random point of the work: some calls to Appwrite from now; the last of a turn as a mail goes out."""
        if len(self.alive) == 1:
            self.post.faults.wait_for_calls(self.random.randrange(4 if self.post.locked else 1, 8), PATIENCE)
        else:
            self.appwrite.wait_for_calls(self.random.randrange(10, 150), PATIENCE)
        self.turns[-1].deaths += 1
        with suppress(ProcessLookupError):
            os.kill(self.alive.pop(self.random.randrange(len(self.alive))), signal.SIGKILL)

    def bad_moment(self, number: int) -> None:
        """One for everybody."""
        self.post.locked = number % 2 == 1
        self.backend.catcher.refuse_next(self.random.randrange(3))
        fault = {"fault": self.random.choice(GRAPHY), "calls": self.random.randrange(1, 4), "retry_after": 1}
        self.backend.control_graphy("faults", fault)

    def saw_enough(self) -> bool:
        """Whether the mails had their share of it."""
        return self.post.faults.made.total() >= 3

    def heal(self) -> None:
        self.appwrite.on = self.hooks.on = self.post.faults.on = self.post.locked = False
        self.backend.control_graphy("heal", {})

    def undone(self, call: Call) -> None:
        """A call to Appwrite that may have had no effect."""
        if call.method == "PATCH" and call.path.endswith("/tables/deliveries/rows"):
            self.turns[-1].unheard += json.loads(call.body)["data"].get("status") == DeliveryStatus.SENT

    def end_turn(self) -> None:
        """Nobody lives. A lease is far longer than any call takes, so when it ends none is on its way."""
        for faults in (self.appwrite, self.hooks, self.post.faults):
            faults.wait_until_idle()
        turn = self.turns[-1]
        turn.takes = self.post.taken()
        turn.marked = {take.mail_id for take in turn.takes}
        for some in batches(sorted(turn.marked), 100):
            unmarked = [Query.equal("mail_id", some), Query.equal("status", list(_OPEN))]
            turn.marked -= {str(row.mail_id) for row in self.ctx.store.every(Delivery, unmarked)}
        self.turns.append(Turn())
        self._let_time_pass()

    def _let_time_pass(self) -> None:
        """As if every pause and, since nobody lives who holds one, every lease had ended."""
        for kind in WORK:
            self.ctx.store.update_where(kind, [Query.is_not_null("due_at")], due_at=PAST)
        self.ctx.store.update_where(
            Claim, [Query.less_than("expires_at", "2199-01-01T00:00:00.000+00:00")], expires_at=PAST
        )
        self.ctx.store.update_where(Slot, [Query.greater_than("held_until", 0)], held_until=0)


@contextmanager
def nursery(endpoint: str, key: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.chaos.nursery"]
    environ = {**os.environ, "APPWRITE_FUNCTION_API_ENDPOINT": endpoint, "CHAOS_KEY": key}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True) as process:
        yield process


def a_context(backend: Backend) -> Ctx:
    settings = Settings.from_environ(os.environ)
    client = AppwriteClient(settings.endpoint, settings.project, pooled_session())
    client.set_key(backend.key)
    return Ctx(settings, client, Log(lambda _: None, lambda _: None, "chaos"))
