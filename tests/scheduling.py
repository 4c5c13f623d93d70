"""Which tests run in the same process, when there are several, and which are begun first."""

from xdist.scheduler import LoadScopeScheduling

#: What stays together besides modules: they share one deployed bundle, one server, or what `make run` built.
UNITS = {
    "deployed": ("tests/e2e/",),
    "conformance": ("tests/conformance/",),
    "started": ("tests/scripts/test_demo.py", "tests/infra/test_services.py"),
}
#: It needs no bundle.
ALONE = ("tests/e2e/test_wheels.py",)
#: Units that take long: begun at the end, they would leave the other processes with nothing to do.
LONG = (
    "deployed",
    "tests/chaos/test_chaos.py",
    "tests/shared/certificate/test_chromium.py",
    "tests/infra/backup/test_round_trip.py",
    "tests/functions/admin_router/test_bulk_runs.py",
    "tests/infra/deploy/test_rollout.py",
    "tests/shared/certificate/test_press.py",
    "tests/infra/cli/test_push.py",
    "tests/e2e/test_wheels.py",
)


class ByModule(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist is not typed
    """A module stays together, since its tests share services; so do those of `UNITS`."""

    def schedule(self) -> None:
        """Deal out the first units, those with the most tests, then put the long ones before the rest."""
        first = self.collection is None
        super().schedule()
        if first:
            for scope in reversed([scope for scope in LONG if scope in self.workqueue]):
                self.workqueue.move_to_end(scope, last=False)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """What a test stays together with."""
    path = nodeid.partition("::")[0]
    units = (name for name, begin in UNITS.items() if path.startswith(begin) and path not in ALONE)
    return next(units, path)
