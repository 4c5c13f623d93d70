"""`{"action": "health"}`: which of the parts that a function uses it can reach, told to anyone and without detail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from appwrite.exception import AppwriteException

from shared.access import public
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.errors import AppError
from shared.records import Course

Probe = Callable[[Ctx], bool]


class Health(Result):
    #: True if every part was reached.
    healthy: bool
    #: By name of the part: database, storage, mail, renderer, graphy.
    parts: dict[str, bool]


def health_action(**probes: Probe) -> Actions:
    """A table with the one action `health`, which tries all `probes` at the same time."""
    actions = Actions()

    @actions("health", allow=public)
    def health(ctx: Ctx, payload: Payload) -> Health:  # noqa: ARG001 - every action takes a payload
        """Which parts can be reached; needs no JWT."""
        with ThreadPoolExecutor(len(probes)) as pool:
            parts = dict(zip(probes, pool.map(lambda probe: probe(ctx), probes.values()), strict=True))
        return Health(healthy=all(parts.values()), parts=parts)

    return actions


def database(ctx: Ctx) -> bool:
    try:
        ctx.store.first(Course, [], limit=1)
    except (AppError, AppwriteException):
        return False
    return True


def storage(ctx: Ctx) -> bool:
    return ctx.files.reachable()


def graphy(ctx: Ctx) -> bool:
    return ctx.graphy.reachable()
