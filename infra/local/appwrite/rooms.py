"""The rooms that make up the server: one line each."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.routing import BaseRoute

from infra.local.appwrite import accounts, compute, health, legacy, project, storage, tablesdb
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

ROUTES: tuple[Routes, ...] = (
    health.routes,
    *tablesdb.ROUTES,
    *legacy.ROUTES,
    *accounts.ROUTES,
    *storage.ROUTES,
    *compute.ROUTES,
    *project.ROUTES,
)
#: SQL run at every start.
SCHEMA: tuple[str, ...] = (
    *tablesdb.SCHEMA,
    *accounts.SCHEMA,
    *storage.SCHEMA,
    *compute.SCHEMA,
    *project.SCHEMA,
)
#: What runs beside the requests, from start to end.
LIFESPANS: tuple[Callable[[Services], AbstractAsyncContextManager[None]], ...] = (compute.lifespan,)
#: Other hosts served on the same port.
HOSTS: tuple[Callable[[Services], BaseRoute], ...] = compute.HOSTS
