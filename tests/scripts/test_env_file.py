"""CI keeps a whole environment file in one secret; writing it is careful with what is there."""

import os
import subprocess
from pathlib import Path

from infra.local.stack import ROOT

TEXT = "A=1\nB=\"$x 'q' \\n\"\nC=`d`"


def make(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a folder of its own, not as part of the `make test` that runs this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", f"--file={ROOT / 'Makefile'}", "env-file", *arguments]
    environ = {**kept, "ENV_FILE": text}
    return subprocess.run(command, check=False, cwd=folder, env=environ, capture_output=True, text=True)


def test_the_file_is_the_secret_to_the_letter_and_for_its_owner_alone(tmp_path: Path) -> None:
    assert make(tmp_path, TEXT, "ENV=staging").returncode == 0
    path = tmp_path / "env.staging"
    assert path.read_text() == TEXT + "\n"
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "env.staging").write_text("mine")
    ended = make(tmp_path, TEXT, "ENV=staging")
    assert ended.returncode != 0
    assert "env.staging is there already" in ended.stderr
    assert (tmp_path / "env.staging").read_text() == "mine"


def test_a_secret_that_nobody_set_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    ended = make(tmp_path, "", "ENV=production")
    assert ended.returncode != 0
    assert "ENV_FILE is empty" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_holds_nothing_of_the_secret(tmp_path: Path) -> None:
    ended = make(tmp_path, TEXT, "ENV=staging")
    assert TEXT.split("\n", maxsplit=1)[0] not in ended.stdout + ended.stderr
