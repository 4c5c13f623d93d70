"""The same figures for admins, as JSON."""

from functions.admin_router.metrics.figures import Metrics
from functions.admin_router.metrics.kept import Kept
from functions.admin_router.metrics.measuring import measure
from shared.access import admin
from shared.actions import Actions, Payload
from shared.context import Ctx

actions = Actions()

#: Seconds that figures are kept at least.
KEPT = 15
_kept: Kept[Metrics] = Kept(KEPT)


class Nothing(Payload):
    """These figures are of everything there is."""


@actions("METRICS", allow=admin)
def metrics(ctx: Ctx, payload: Nothing) -> Metrics:  # noqa: ARG001
    """How the backend is doing: certificates, queues, mails, delays. At most 15 seconds old, or as old as 20 times what
    they take to measure."""
    return current(ctx)


def current(ctx: Ctx) -> Metrics:
    """Kept by this process."""
    return _kept.get(f"{ctx.settings.endpoint} {ctx.settings.project}", lambda: measure(ctx))
