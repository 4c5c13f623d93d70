"""The Makefile tells what there is, and what a target needs."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Those that work on a server and have no default.
NEED_ENV = ("setup-collections", "list-functions", "logs", "update-env", "backup", "restore", "migrate", "metrics")
NAMED = (
    *("setup-dev", "demo", "run", "test", "test-fast", "check", "lint", "format", "bench", "chaos", "conformance"),
    *("api-docs", "package", "setup-collections", "deploy-staging", "deploy-production", "quick-deploy-staging"),
    *("quick-deploy-production", "list-functions", "logs", "update-env", "test-webhook", "backup", "restore"),
    *("migrate", "metrics", "clean"),
)


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], check=False, cwd=ROOT, capture_output=True, text=True)  # noqa: S607 - whichever make there is


def text() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def test_help_has_one_line_for_every_target_in_groups() -> None:
    shown = make("help").stdout
    listed = re.findall(r"^  ([a-z-]+) +\S", shown, re.MULTILINE)
    phony = [name for line in re.findall(r"^\.PHONY: (.+)$", text(), re.MULTILINE) for name in line.split()]
    assert sorted(listed) == sorted(phony)
    assert set(NAMED) <= set(listed)
    groups = re.findall(r"^##@ (.+)$", text(), re.MULTILINE)
    assert len(groups) > 3
    assert all(f"\n{group}\n" in shown for group in groups)


@pytest.mark.parametrize("target", NEED_ENV)
def test_a_target_that_needs_an_environment_says_so_in_one_sentence(target: str) -> None:
    stopped = make("-n", target, "ENV=", "FUNCTION=f", "FROM=x")
    assert stopped.returncode != 0
    assert stopped.stderr.count("\n") == 1
    assert "Say where: ENV=staging" in stopped.stderr


def test_logs_wants_a_function_or_a_trace() -> None:
    neither = make("-n", "logs", "ENV=staging", "FUNCTION=", "TRACE=")
    assert "FUNCTION=admin_router or TRACE=a request id" in neither.stderr
    traced = make("-n", "logs", "ENV=staging", "TRACE=abc", "FUNCTION=")
    assert "scripts.logs staging" in traced.stdout
    assert "--trace abc" in traced.stdout


def test_the_shells_can_be_run_and_call_their_modules() -> None:
    for path in ROOT.glob("scripts/*.sh"):
        assert path.stat().st_mode & 0o111, path
        module = path.stem.replace("-", "_")
        assert f"scripts.{module} " in path.read_text()
        assert (ROOT / "scripts" / f"{module}.py").is_file()
