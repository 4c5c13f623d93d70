"""What every room shares for the life of the server."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from infra.local.appwrite.database import Database
from infra.local.appwrite.keys import Keys
from infra.local.appwrite.values import Clock

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """How this server was started."""

    data: Path
    project: str
    root_key: str
    signing_secret: str
    #: How long a new column or index says `processing`, in seconds.
    schema_delay: float = 0.1
    #: How long `update_rows` waits between choosing the rows and writing them, in seconds.
    update_gap: float = 0.0
    #: How long a caller may wait for an execution, in seconds.
    sync_limit: float = 30.0
    #: The fraction of queued executions that are accepted and never run.
    lose_executions: float = 0.0
    #: The fraction of executions whose process is killed before they can answer.
    kill_functions: float = 0.0
    #: Which executions these are: the same seed chooses the same ones.
    seed: int = 0
    #: `host:port` of the mail server; empty = this Appwrite sends no mails.
    smtp: str = ""


class Services:
    """The settings, the database, the keys and the clock; and one of each part that a room keeps for itself."""

    def __init__(self, settings: Settings, database: Database, keys: Keys, clock: Clock, endpoint: str) -> None:
        self.settings, self.database, self.keys, self.clock = settings, database, keys, clock
        #: The address of the API, ending in `/v1`.
        self.endpoint = endpoint
        self._parts: dict[type, object] = {}

    def add(self, part: object) -> None:
        """Keep `part`, to be found by its class."""
        self._parts[type(part)] = part

    def get(self, kind: type[T]) -> T:
        """The part of that class; KeyError if none was added."""
        part = self._parts[kind]
        assert isinstance(part, kind)  # noqa: S101 - `add` files each part under its own class
        return part
