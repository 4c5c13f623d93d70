"""`make migrate`, as a person runs it."""

import subprocess
from pathlib import Path

import pytest

from infra.local.stack import ROOT
from infra.migrations import rows
from infra.migrations.registry import MIGRATIONS
from tests.conftest import StandIn
from tests.scripts import in_process


@pytest.fixture
def folder(stand_in: StandIn, tmp_path: Path) -> Path:
    """Where an environment file lies."""
    access = {"ENDPOINT": stand_in.endpoint, "PROJECT": stand_in.project, "API_KEY": stand_in.key}
    (tmp_path / "env.test").write_text("".join(f"APPWRITE_{name}={value}\n" for name, value in access.items()))
    return tmp_path


def migrate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return in_process.run("migrate", ["test", "--folder", str(folder), *arguments], ROOT)


def test_a_dry_run_says_what_a_run_does_and_a_second_run_has_nothing_to_do(stand_in: StandIn, folder: Path) -> None:
    old = {"learner_id": "nobody", "course_id": "c", "organization_id": "o", "status": "enrolled"}
    stand_in.server.post(rows.path("enrollments"), rowId="old", data=old)
    dry, again = migrate(folder, "--dry-run"), migrate(folder, "--dry-run")
    counts = [0, 1]
    assert dry.stdout.splitlines() == [
        f"{each.name}: {count} rows to look at" for each, count in zip(MIGRATIONS, counts, strict=True)
    ]
    assert (dry.returncode, dry.stderr, again.stdout) == (0, "", dry.stdout)
    wet = migrate(folder)
    assert (wet.returncode, wet.stderr) == (0, "")
    assert [line for line in wet.stdout.splitlines() if line[0] != " "] == [each.name for each in MIGRATIONS]
    assert migrate(folder).stdout == "no migrations are pending\n"


def test_a_key_that_may_not_read_rows_is_told_in_one_line(stand_in: StandIn, folder: Path) -> None:
    path = folder / "env.test"
    path.write_text(path.read_text().replace(stand_in.key, "the-wrong-key"))
    ended = migrate(folder)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert "the-wrong-key" not in ended.stderr
