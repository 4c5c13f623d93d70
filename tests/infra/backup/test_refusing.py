"""What is damaged, and who is not empty, is refused before anything is written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.backup import manifest, scope
from infra.backup.manifest import Damaged
from infra.backup.refill import NotEmpty
from infra.deploy.errors import DeployError
from shared.records import Claim, Learner
from tests.infra.backup.conftest import FEW
from tests.infra.backup.test_round_trip import SCHEMA
from tests.infra.backup.world import BUCKET, DAY, ORGANIZATION, SOP, Place, deployed, file_id, insert, rows_path


def _is_untouched(place: Place) -> None:
    assert place.server.find("/tablesdb/certificates") is None
    assert place.server.get("/users")["users"] == []


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _rewrite(folder: Path, path: str, **values: object) -> None:
    """As if every line had been saved with these."""
    lines = [json.loads(line) | values for line in (folder / path).read_bytes().splitlines()]
    (folder / path).write_text("".join(json.dumps(line) + "\n" for line in lines))
    described = json.loads((folder / manifest.NAME).read_text())
    described["sha256"][path] = manifest.measured(folder / path)[1]
    (folder / manifest.NAME).write_text(json.dumps(described))


@pytest.mark.parametrize(
    "path", ["tables/certificates.jsonl", "users.jsonl", "files/certificates.jsonl", f"files/certificates/{file_id(5)}"]
)
def test_a_flipped_byte_anywhere_is_found_before_anything_is_written(
    copied: Path, new_place: Callable[..., Place], path: str
) -> None:
    place = new_place(bare=True)
    _flip(copied / path)
    with pytest.raises(Damaged, match="SHA-256 differs"):
        place.restore(copied)
    _is_untouched(place)


@pytest.mark.parametrize("path", ["tables/certificates.jsonl", f"files/certificates/{file_id(5)}", manifest.NAME])
def test_a_missing_part_is_found_before_anything_is_written(
    copied: Path, new_place: Callable[..., Place], path: str
) -> None:
    place = new_place(bare=True)
    (copied / path).unlink()
    with pytest.raises(Damaged):
        place.restore(copied)
    _is_untouched(place)


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"sha256": {"../outside": "00"}}, {"begun": "yesterday"}],
    ids=lambda each: next(iter(each)),
)
def test_a_manifest_that_is_not_ours_is_refused(
    copied: Path, new_place: Callable[..., Place], change: dict[str, Any]
) -> None:
    place = new_place(bare=True)
    path = copied / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Damaged):
        place.restore(copied)
    _is_untouched(place)


def test_rows_of_a_newer_schema_are_refused_before_anything_is_written(
    copied: Path, new_place: Callable[..., Place]
) -> None:
    place = new_place(bare=True)
    _rewrite(copied, "tables/courses.jsonl", colour="red")
    with pytest.raises(Damaged, match=r"courses has columns .* does not know: colour\. Restore with .*1\.2\.3"):
        place.restore(copied)
    _is_untouched(place)


def _row(place: Place) -> None:
    other = Learner(id="other", email="other@acme.example", name="Other", organization_id=ORGANIZATION)
    insert(place, "learners", [other])


def _changed_row(place: Place) -> None:
    place.server.patch(f"{rows_path('courses')}/{place.rows('courses')[0]['$id']}", data={"name": "Water"})


def _file(place: Place) -> None:
    place.server.upload(BUCKET, "file", "other.pdf", b"%PDF-1.4 other", fileId="other")


def _member(place: Place) -> None:
    place.server.post("/users", userId="somebody", email=SOP)


@pytest.mark.parametrize("make", [_row, _file, _member])
def test_a_project_that_holds_anything_else_is_refused_and_stays_as_it_is(
    saved: Path, new_place: Callable[..., Place], make: Callable[[Place], None]
) -> None:
    place = new_place()
    make(place)
    before = [place.rows(table.id) for table in SCHEMA.tables], place.files(), place.server.get("/users")
    with pytest.raises(NotEmpty, match=r"^Nothing has been written: "):
        place.restore(saved)
    assert ([place.rows(table.id) for table in SCHEMA.tables], place.files(), place.server.get("/users")) == before


def test_a_restored_project_in_which_somebody_has_worked_since_is_refused(
    saved: Path, new_place: Callable[..., Place]
) -> None:
    place = new_place()
    place.restore(saved)
    _changed_row(place)
    with pytest.raises(NotEmpty, match="courses holds 1 rows that are not this backup's"):
        place.restore(saved)


def test_what_a_fresh_deployment_leaves_behind_is_no_hindrance(saved: Path, new_place: Callable[..., Place]) -> None:
    place = new_place()
    insert(place, "claims", [Claim(id="c", subject_id="s", attempt=1, owner="w", expires_at=DAY)])
    place.server.post(rows_path("migrations"), rowId="m", data={"name": "first", "finished_at": DAY.isoformat()})
    place.server.post("/users", userId="theadmin", email="admin@training.example", name="Somebody")
    report = place.restore(saved)
    assert report.ok
    assert report.people.already_there == ["admin@training.example"]
    assert place.rows("migrations") == []


def test_functions_are_off_while_rows_come_back_and_run_again_when_all_is_compared(
    saved: Path, new_place: Callable[..., Place]
) -> None:
    place, states = new_place(), []
    for function in deployed():
        place.server.post("/functions", functionId=function.id, **function.settings)

    class Watch(list[str]):
        def append(self, text: str) -> None:
            if text == "files are back":
                states.extend(place.server.get("/functions")["functions"])

    report = place.restore(saved, Watch())
    assert [each["enabled"] for each in states] == [False] * 4
    after = {each["$id"]: each for each in place.server.get("/functions")["functions"]}
    assert set(report.running) == set(after)
    for function in deployed():
        shown = after[function.id]
        assert {name: shown[name] for name in function.settings} == {
            name: list(value) if isinstance(value, tuple) else value for name, value in function.settings.items()
        }


def test_functions_stay_off_when_a_restore_breaks_off_and_run_when_it_is_finished(
    saved: Path, new_place: Callable[..., Place]
) -> None:
    place = new_place()
    worker = next(each for each in deployed() if each.id == "certificate_worker")
    place.server.post("/functions", functionId=worker.id, **worker.settings)

    class Cut(list[str]):
        def append(self, text: str) -> None:
            if text == "files are back":
                raise DeployError("the line is cut")

    with pytest.raises(DeployError, match="the line is cut"):
        place.restore(saved, Cut())
    assert place.server.get(f"/functions/{worker.id}")["enabled"] is False
    assert place.restore(saved).running == [worker.id]
    assert place.server.get(f"/functions/{worker.id}")["enabled"] is True


def test_accounts_come_back_with_passwords_labels_teams_and_who_is_blocked(
    used: Place, saved: Path, new_place: Callable[..., Place]
) -> None:
    place = new_place()
    report = place.restore(saved)
    assert (list(report.people.wrong), list(report.people.without_password)) == ([], [])
    volatile = {"$createdAt", "$updatedAt", "registration", "passwordUpdate"}
    before, after = (
        [
            {name: value for name, value in user.items() if name not in volatile}
            for user in each.server.get("/users")["users"]
        ]
        for each in (used, place)
    )
    assert sorted(before, key=str) == sorted(after, key=str)
    [team] = place.server.get("/teams")["teams"]
    [member] = place.server.get(f"/teams/{team['$id']}/memberships")["memberships"]
    assert (member["userEmail"], member["roles"]) == (SOP, ["sop"])


def test_who_cannot_be_given_their_password_again_is_named(copied: Path, new_place: Callable[..., Place]) -> None:
    _rewrite(copied, "users.jsonl", hash="something else")
    report = new_place().restore(copied)
    assert (report.ok, report.people.without_password) == (True, [SOP])


def test_a_null_that_the_server_turns_into_the_default_counts_as_the_same(
    copied: Path, new_place: Callable[..., Place]
) -> None:
    _rewrite(copied, "tables/deliveries.jsonl", attempts=None)
    report = new_place().restore(copied)
    assert (report.ok, report.lists["deliveries"].count) == (True, FEW)


def test_everything_but_what_passes_is_restored() -> None:
    assert {table.id for table in SCHEMA.tables} - {table.id for table in scope.restored(SCHEMA)} == scope.PASSING
