"""What a person types, sees and needs."""

import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt

from infra.backup import restore, save
from infra.deploy import scopes
from infra.deploy.scopes import Scope
from infra.deploy.server import Server, connect
from infra.local.stack import ROOT
from tests.infra.backup.conftest import FEW
from tests.infra.backup.world import Place, fill
from tests.scripts import in_process


def _run(script: str, place: Place, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    lines = f"APPWRITE_ENDPOINT={place.endpoint}\nAPPWRITE_PROJECT=p\nAPPWRITE_API_KEY={place.key}\n"
    (folder / "env.test").write_text(lines)
    return in_process.run(script, ["test", *arguments, "--folder", str(folder)], ROOT)


def test_a_restore_says_what_is_there_and_a_refusal_is_one_line(
    saved: Path, new_place: Callable[..., Place], tmp_path: Path
) -> None:
    place = new_place(bare=True)
    done = _run("restore", place, tmp_path, str(saved))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{FEW:8}  certificates\n" in done.stdout
    assert f"{FEW:8}  files of certificates\n" in done.stdout
    assert done.stdout.endswith("Restored and verified. Switched on again: no function was deployed.\n")
    place.server.post("/tablesdb/certificates/tables/logos/rows", rowId="other", data={"address": "data:,"})
    refused = _run("restore", place, tmp_path, str(saved))
    assert (refused.returncode, refused.stderr) == (
        1,
        "Nothing has been written: logos holds 1 rows that are not this backup's.\n",
    )
    nowhere = _run("restore", place, tmp_path, str(tmp_path / "nowhere"))
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (1, 1)


def test_a_backup_without_a_folder_goes_into_a_dated_one() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC).astimezone()
    assert save.dated(Path("backups"), "staging", now) == Path("backups/staging-20261121T120000Z")


def test_a_key_needs_the_scopes_that_are_asked_for_and_no_others(
    new_place: Callable[..., Place], tmp_path: Path
) -> None:
    source, empty, folder = new_place(), new_place(bare=True), tmp_path / "backup"
    fill(source, 1)
    saving = _key(tmp_path / "appwrite0", save.SCOPES)
    restoring = _key(tmp_path / "appwrite1", restore.SCOPES)
    with connect(source.target(saving)) as server:
        assert scopes.missing(server, save.SCOPES) == []
        Place(source.endpoint, saving, server).save(folder)
    with connect(empty.target(restoring)) as server:
        assert scopes.missing(server, restore.SCOPES) == []
        assert Place(empty.endpoint, restoring, server).restore(folder).ok
    # Those of the schema stand in for one another; ours don't.
    for scope in set(restore.SCOPES) - set(scopes.SCHEMA):
        key = _key(tmp_path / "appwrite1", [each for each in restore.SCOPES if each != scope])
        with connect(empty.target(key)) as server:
            assert _missing(server) == [scope.name]


def _missing(server: Server) -> list[str]:
    return [each.name for each in scopes.missing(server, restore.SCOPES)]


def _key(data: Path, granted: Sequence[Scope]) -> str:
    """One that may do only this."""
    claims = {
        "projectId": "p",
        "scopes": [each.name for each in granted],
        "exp": datetime.now(UTC) + timedelta(minutes=5),
    }
    return "ephemeral_" + jwt.encode(claims, (data / "signing-secret").read_text(), algorithm="HS256")
