"""`make metrics` shows what the deployed function says, and why it can't if it can't."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.admin_router.metrics import metrics
from functions.admin_router.metrics.kept import Kept
from infra.deploy.errors import DeployError
from scripts import metrics as script
from tests.functions.admin_router import metrics_world
from tests.functions.admin_router.scraping import TOKEN, scrape
from tests.functions.backend import Backend
from tests.proxies import Call, Reply, proxy


@pytest.fixture(scope="module")
def world(backend: Backend) -> Backend:
    metrics_world.make(backend)
    return backend


@pytest.fixture
def address(world: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an Appwrite where admin_router is deployed: an execution runs its `main`."""
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    monkeypatch.setattr(metrics, "_kept", Kept(0))

    def treat(call: Call) -> Reply | None:
        if not call.path.endswith("/functions/admin_router/executions"):
            return call.forward()
        asked = json.loads(call.body)
        assert asked["async"] is False
        answer = scrape(world, asked["headers"]["authorization"], method=asked["method"], path=asked["path"])
        execution = {"responseStatusCode": float(answer.status), "responseBody": answer.text}
        return Reply(201, json.dumps(execution).encode())

    with proxy(world.appwrite.endpoint, treat) as running:
        yield running


def run(folder: Path, address: str, token: str) -> int:
    access = f"APPWRITE_ENDPOINT={address}\nAPPWRITE_PROJECT=p\nAPPWRITE_API_KEY=key\n"
    (folder / "env.test").write_text(f"{access}METRICS_TOKEN={token}\n")
    return script.run(argparse.Namespace(env="test", folder=folder))


def test_each_figure_is_shown_with_what_it_is(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, address, TOKEN) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("Certificates by state.  certificate_backend_certificates")
    assert lines[at + 1 : at + 4] == ["    queued     2", "    rendering  1", "    stored     1"]
    assert "    smtp, sent           3" in lines
    assert "    0.95  3600" in lines


@pytest.mark.parametrize(("token", "said"), [("", "is not set"), ("another", "has not the METRICS_TOKEN")])
def test_a_token_that_is_missing_or_not_the_functions_is_told(
    address: str, tmp_path: Path, token: str, said: str
) -> None:
    with pytest.raises(DeployError, match=said):
        run(tmp_path, address, token)


def test_a_function_that_fails_is_told(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", "http://127.0.0.1:9/v1")
    with pytest.raises(DeployError, match="answered 503"):
        run(tmp_path, address, TOKEN)
