"""What a migration is."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.deploy.server import Server
from shared.ids import stable_id

Say = Callable[[str], None]


@dataclass(frozen=True)
class Migration:
    """One change of rows, under a name that never changes: the day it was written, and what it does.

    `run` looks for rows that still need it, so that it may be broken off anywhere, begun again, and run by two at a
    time. It keeps to what today's code writes, and never undoes.
    """

    name: str
    #: How many rows it would look at.
    plan: Callable[[Server], int]
    #: Does it, a page at a time, each of which it may tell; answers how many rows were changed. Raises ServerError.
    run: Callable[[Server, Say], int]

    @property
    def id(self) -> str:
        """Of its row in the table `migrations`."""
        return stable_id("migration", self.name)
