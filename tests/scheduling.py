"""Which tests run in the same process, when there are several."""

from xdist.scheduler import LoadScopeScheduling

#: They share one deployed bundle, or its builds, and look at processes by their function's name.
DEPLOYED = ("tests/e2e/", "tests/conformance/", "tests/scripts/test_demo.py", "tests/infra/test_services.py")


class ByModule(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist is not typed
    """A module stays together, since its tests share services; so does all that deploys."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "deployed" if path.startswith(DEPLOYED) else path
