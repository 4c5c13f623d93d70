"""`scripts/test-webhook.sh` against the real webhook function, served as Appwrite serves it at an address."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from functions.graphy_webhook.main import main as webhook_main
from infra.local.stack import ROOT
from infra.local.web import serving
from tests.functions.backend import SECRET, Backend, execute
from tests.scripts import in_process

TOKEN = "a-token-in-the-address"


@pytest.fixture
def address(backend: Backend) -> Iterator[str]:
    """Where the function answers."""

    async def answer(request: Request) -> Response:
        headers = {**request.headers, "x-appwrite-key": backend.key}
        found = await run_in_threadpool(
            execute, webhook_main, await request.body(), headers, request.method, request.url.path
        )
        return JSONResponse(found.body, found.status)

    with serving(Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])) as url:
        yield f"{url}/"


class Shell:
    """Runs the script in a folder that has environment files or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def env(self, name: str, **variables: str) -> None:
        access = {"APPWRITE_ENDPOINT": "http://127.0.0.1:9/v1", "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": "k"}
        lines = (f"{key}={value}\n" for key, value in {**access, **variables}.items())
        path = self.folder / f"env.{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines))

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHY_")}
        environment |= {"PYTHONPATH": str(ROOT), "ENV": "", **variables}
        command = [sys.executable, "-P", "-m", "scripts.test_webhook", *arguments]
        ended = subprocess.run(
            command, check=False, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60
        )
        assert SECRET not in ended.stdout + ended.stderr
        assert TOKEN not in ended.stdout + ended.stderr
        return ended

    def run_here(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """In the tests' own process, where no function is asked that would see these variables."""
        without = {name: None for name in os.environ if name.startswith("GRAPHY_")}
        return in_process.run("test_webhook", arguments, self.folder, {**without, "ENV": "", **variables})


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def marks(ended: subprocess.CompletedProcess[str]) -> dict[str, tuple[bool, str]]:
    """By kind, whether it was right, and the status."""
    lines = ended.stdout.partition("\n\n")[0].splitlines()
    words = [line.removeprefix("NOT OK").removeprefix("ok").split() for line in lines]
    return {kind: (line.startswith("ok"), status) for line, (kind, status, *_) in zip(lines, words, strict=True)}


def test_a_signed_completion_is_accepted_and_marked_as_a_test(backend: Backend, address: str, shell: Shell) -> None:
    shell.env("staging", GRAPHY_WEBHOOK_SECRET=SECRET)
    ended = shell.run(address, "--env", "staging")
    assert (ended.returncode, ended.stderr, marks(ended)) == (0, "", {"signed": (True, "202")})
    [row] = [each for each in backend.rows("completions") if each["$id"] in ended.stdout]
    assert row["course_id"] == "test-webhook"
    assert row["event_id"].startswith("test-webhook-")
    assert "make logs ENV=staging TRACE=execution" in ended.stdout
    backend.work()
    [row] = [each for each in backend.rows("completions") if each["$id"] in ended.stdout]
    assert row["status"] == "unmatched"


def test_all_sends_a_repeated_a_forged_and_a_malformed_one_too(backend: Backend, address: str, shell: Shell) -> None:
    before = len(backend.rows("completions"))
    ended = shell.run(address, "--all", GRAPHY_WEBHOOK_SECRET=SECRET)
    assert ended.returncode == 0, ended.stdout
    statuses = {"signed": "202", "repeated": "202", "forged": "401", "malformed": "400"}
    assert marks(ended) == {kind: (True, status) for kind, status in statuses.items()}
    assert len(backend.rows("completions")) == before + 1


@pytest.mark.parametrize("kind", ["repeated", "forged", "malformed"])
def test_each_can_be_asked_for_alone(address: str, shell: Shell, kind: str) -> None:
    shell.env("staging", GRAPHY_WEBHOOK_SECRET=SECRET)
    ended = shell.run(address, f"--{kind}", ENV="staging")
    assert set(marks(ended)) == {"signed", kind}


@pytest.mark.parametrize("secret", ["", SECRET], ids=["token alone", "token and secret"])
def test_a_token_in_the_address_is_sent_and_forged(
    address: str, shell: Shell, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHY_WEBHOOK_TOKEN", TOKEN)
    monkeypatch.setenv("GRAPHY_WEBHOOK_SECRET", secret)
    shell.env("staging", GRAPHY_WEBHOOK_TOKEN=TOKEN, GRAPHY_WEBHOOK_SECRET=secret)
    ended = shell.run(address, "--all", "--env", "staging")
    assert ended.returncode == 0, ended.stdout


def test_a_wrong_secret_is_explained_and_ends_with_1(address: str, shell: Shell) -> None:
    ended = shell.run(address, "--all", GRAPHY_WEBHOOK_SECRET="another")
    assert ended.returncode == 1
    assert marks(ended)["signed"] == (False, "401")
    assert "knows another GRAPHY_WEBHOOK_SECRET" in ended.stdout


def test_a_function_that_believes_everybody_is_told_of(
    address: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It checks the token alone, while the environment file says that it checks the signature too."""
    monkeypatch.setenv("GRAPHY_WEBHOOK_TOKEN", TOKEN)
    monkeypatch.setenv("GRAPHY_WEBHOOK_SECRET", "")
    shell.env("staging", GRAPHY_WEBHOOK_TOKEN=TOKEN, GRAPHY_WEBHOOK_SECRET=SECRET)
    ended = shell.run(address, "--forged", "--env", "staging")
    assert ended.returncode == 1
    assert marks(ended)["forged"] == (False, "202")
    assert "though it should have been refused" in ended.stdout


def test_an_address_where_nobody_is_or_another_is_told_in_a_sentence(backend: Backend, shell: Shell) -> None:
    nobody = shell.run("http://127.0.0.1:9/", GRAPHY_WEBHOOK_TOKEN=TOKEN)
    assert (nobody.returncode, nobody.stderr) == (1, "")
    assert "Nobody answered" in nobody.stdout
    other = shell.run(f"{backend.graphy}/nowhere", GRAPHY_WEBHOOK_SECRET=SECRET)
    assert other.returncode == 1
    assert "no answer of ours" in other.stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        ((), {}, "Say where: ENV=staging"),
        (("--env", "nowhere"), {}, "There is no env.nowhere"),
        ((), {"GRAPHY_WEBHOOK_SECRET": "s"}, "Say which address"),
        (("ftp://a.example/",), {"GRAPHY_WEBHOOK_SECRET": "s"}, "The address must be one such as"),
        (("https://a.example/hook/x",), {"GRAPHY_WEBHOOK_SECRET": "s"}, "Leave the token out"),
        (("https://a.example/?token=x",), {"GRAPHY_WEBHOOK_SECRET": "s"}, "Leave the token out"),
        (("https://a.example/", "--env", "empty"), {}, "sets neither GRAPHY_WEBHOOK_SECRET nor"),
    ],
)
def test_what_is_missing_is_told_in_one_sentence(
    shell: Shell, arguments: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    shell.env("empty")
    ended = shell.run_here(*arguments, **variables)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith(said) or said in ended.stderr
