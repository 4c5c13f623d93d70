"""What every action is handed: the dependencies, so that nothing reaches for a global."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import requests

from shared.access import Caller
from shared.audit import Actor, Audit
from shared.config import Settings
from shared.executions import Executions
from shared.files import EXPORTS, IMPORTS, Files
from shared.graphy import Graphy
from shared.log import Log
from shared.runtime import Request
from shared.store import Store
from shared.transport import AppwriteClient, pooled_session
from shared.verification import Verification

#: Connections outlive an execution, so that a warm function needs no new ones.
_appwrite: requests.Session = pooled_session()
#: Graphy's calls are repeated by the worker's schedule alone.
_graphy: requests.Session = pooled_session(retries=None)
#: Seconds to connect and to wait; the shortest function has 15 in all.
_TIMEOUT = (3, 12)


@dataclass(frozen=True)
class Ctx:
    """The dependencies of one execution, made of its settings and of the key that the platform gave it."""

    settings: Settings
    client: AppwriteClient
    log: Log
    #: Fresh random bytes for ids that nobody may guess.
    random: Callable[[int], str] = secrets.token_hex
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    caller: Caller | None = None

    @classmethod
    def from_request(cls, request: Request) -> "Ctx":
        settings = Settings.from_environ(os.environ)
        client = AppwriteClient(settings.endpoint, settings.project, _appwrite, _TIMEOUT)
        client.set_key(request.headers.get("x-appwrite-key", ""))
        return cls(settings, client, request.log)

    def keyless(self) -> AppwriteClient:
        """A client with no rights of its own, for asking who somebody is."""
        return AppwriteClient(self.settings.endpoint, self.settings.project, _appwrite, _TIMEOUT)

    @cached_property
    def store(self) -> Store:
        return Store(self.client)

    @cached_property
    def files(self) -> Files:
        return Files(self.client, self.settings.bucket_id)

    @cached_property
    def exports(self) -> Files:
        return Files(self.client, EXPORTS)

    @cached_property
    def imports(self) -> Files:
        return Files(self.client, IMPORTS)

    @cached_property
    def audit(self) -> Audit:
        caller = self.caller
        actor = Actor(caller.user_id, caller.email, caller.role) if caller else Actor()
        return Audit(self.store, self.log, actor, self.now, self.random)

    @cached_property
    def executions(self) -> Executions:
        return Executions(self.client, self.log)

    @cached_property
    def verification(self) -> Verification:
        """Raises `Misconfigured`."""
        return Verification.of(self.settings)

    @cached_property
    def graphy(self) -> Graphy:
        key = self.settings.graphy_api_key.get_secret_value()
        return Graphy(self.settings.graphy_api_base, self.settings.graphy_merchant_id, key, _graphy)
