"""A run that broke off is finished by the next one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.backup import manifest
from infra.deploy.errors import DeployError
from infra.local.stack import ROOT
from shared.records import Learner
from tests.infra.backup.conftest import FEW
from tests.infra.backup.world import BUCKET, ORGANIZATION, PASSWORD, Place, file_id, fill, insert, rows_path


class Cut(Exception):
    """The run ends here."""


class CutAt(list[str]):
    """Hears what a run says, and ends it at a word."""

    def __init__(self, word: str, then: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._word = word
        self._then = then

    def append(self, text: str) -> None:
        super().append(text)
        if self._word in text:
            self._then()
            raise Cut


class ThenAt(CutAt):
    """Does something at a word, and lets the run go on."""

    def append(self, text: str) -> None:
        try:
            super().append(text)
        except Cut:
            return


def _lines(folder: Path, path: str) -> dict[str, dict[str, object]]:
    found = [json.loads(line) for line in (folder / path).read_bytes().splitlines()]
    return {each["$id"]: each for each in found}


def test_a_backup_that_was_killed_among_the_files_is_finished_by_the_next_run(
    new_place: Callable[..., Place], tmp_path: Path
) -> None:
    place, folder = new_place(), tmp_path / "backup"
    fill(place, 600)
    lines = f"APPWRITE_ENDPOINT={place.endpoint}\nAPPWRITE_PROJECT=p\nAPPWRITE_API_KEY={place.key}\n"
    (tmp_path / "env.test").write_text(lines)
    command = [sys.executable, "-m", "scripts.backup", "test", "--folder", str(tmp_path), "--to", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        for line in first.stdout:
            if line == "certificates: 500 files\n":
                first.kill()
    assert not (folder / manifest.NAME).exists()
    with pytest.raises(DeployError, match="no finished backup"):
        place.restore(folder)
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    kept = next(line for line in second.stdout.splitlines() if line.endswith("here already"))
    assert int(kept.split()[3]) >= 500
    assert manifest.read(folder).counts["files/certificates.jsonl"] == 600
    assert len(os.listdir(folder / "files" / "certificates")) == 600  # noqa: PTH208
    assert {path.name for path in folder.iterdir()} == {
        *("manifest.json", "users.jsonl", "teams.jsonl", "tables", "files"),
    }
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{folder} is finished" in again.stdout


def test_a_backup_cut_off_among_the_rows_goes_on_and_has_what_changed_in_between(
    used: Place, saved: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with pytest.raises(Cut):
        used.save(folder, CutAt("rows read"))
    late = Learner(id="late", email="late@acme.example", name="Late", organization_id=ORGANIZATION)
    gone, renamed = list(_lines(saved, "tables/learners.jsonl"))[:2]
    old = used.server.get(f"{rows_path('learners')}/{gone}")
    insert(used, "learners", [late])
    used.server.patch(f"{rows_path('learners')}/{renamed}", data={"name": "Renamed"})
    used.server.delete(f"{rows_path('learners')}/{gone}")
    try:
        used.save(folder)
    finally:
        used.server.delete(f"{rows_path('learners')}/late")
        columns = ("email", "name", "organization_id")
        used.server.post(rows_path("learners"), rowId=gone, data={name: old[name] for name in columns})
    found = _lines(folder, "tables/learners.jsonl")
    assert (len(found), found["late"]["name"], found[renamed]["name"]) == (FEW, "Late", "Renamed")
    assert gone not in found


def test_a_file_that_changed_on_disk_while_the_backup_was_unfinished_is_fetched_again(
    used: Place, tmp_path: Path, new_place: Callable[..., Place]
) -> None:
    folder = tmp_path / "backup"
    with pytest.raises(Cut):
        used.save(folder, CutAt("rows read"))
    (folder / "files" / "certificates" / file_id(3)).write_bytes(b"other")
    used.save(folder)
    assert new_place().restore(folder).ok


def test_files_deleted_while_the_backup_ran_are_not_in_it(new_place: Callable[..., Place], tmp_path: Path) -> None:
    place, folder = new_place(), tmp_path / "backup"
    fill(place, 3)
    place.save(folder, ThenAt("rows read", lambda: place.server.delete(f"{BUCKET}/{file_id(1)}")))
    assert set(_lines(folder, "files/certificates.jsonl")) == {file_id(0), file_id(2)}
    assert {path.name for path in (folder / "files" / "certificates").iterdir()} == {file_id(0), file_id(2)}


def test_a_restore_cut_off_in_the_middle_is_finished_by_the_next_run_and_doing_it_twice_is_doing_it_once(
    used: Place, saved: Path, new_place: Callable[..., Place]
) -> None:
    place = new_place()
    with pytest.raises(Cut):
        place.restore(saved, CutAt("files are back"))
    # Some of the rows, too: a call had come through.
    some = list(_lines(saved, "tables/learners.jsonl").values())[: FEW // 2]
    place.server.post(rows_path("learners"), rows=some)
    assert place.restore(saved).ok
    assert place.restore(saved).ok
    assert place.files() == used.files()
    assert len(place.rows("learners")) == FEW


def test_a_backup_is_of_one_project_and_its_folder_of_nothing_else(
    used: Place, new_place: Callable[..., Place], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with pytest.raises(Cut):
        used.save(folder, CutAt("rows read"))
    with pytest.raises(DeployError, match="the beginning of a backup of"):
        new_place().save(folder)
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "diary.txt").write_text("mine")
    with pytest.raises(DeployError, match="holds something else"):
        used.save(folder)
    assert PASSWORD not in "".join(path.read_text(errors="ignore") for path in folder.iterdir())
