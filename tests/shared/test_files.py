"""Files go up whole, in chunks where they are long, and come back as they were."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import AppError
from shared.files import EXPORTS, FileGone, Files
from shared.store import Store

MIB = 1024 * 1024


@pytest.fixture
def files(store: Store) -> Files:
    return Files(store.client, EXPORTS)


@pytest.mark.parametrize("size", [1, 5 * MIB, 5 * MIB + 1, 23 * MIB + 17])
def test_a_file_comes_back_as_it_was_however_long(files: Files, size: int) -> None:
    content = secrets.token_bytes(size)
    files.put(f"size-{size}", "a.zip", content)
    assert files.read(f"size-{size}") == content


@pytest.mark.parametrize("size", [100, 11 * MIB])
def test_the_same_id_again_keeps_what_was_stored_first(files: Files, size: int) -> None:
    first = secrets.token_bytes(size)
    files.put(f"twice-{size}", "a.zip", first)
    files.put(f"twice-{size}", "a.zip", secrets.token_bytes(size))
    assert files.read(f"twice-{size}") == first


def test_a_file_that_is_not_there_is_gone_and_deleting_it_changes_nothing(files: Files) -> None:
    files.put("short-lived", "a.zip", b"x")
    files.delete("short-lived")
    files.delete("short-lived")
    with pytest.raises(FileGone):
        files.read("short-lived")


def test_a_file_that_the_bucket_does_not_take_is_an_error(files: Files) -> None:
    with pytest.raises(AppError):
        files.put("script", "a.exe", b"x")
    with pytest.raises(AppError):
        files.put("too-long", "a.zip", bytes(30_000_001))


def test_old_files_are_found_a_few_at_a_time(files: Files) -> None:
    for number in range(3):
        files.put(f"old-{number}", "a.zip", b"x")
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert len(files.older_than(later, 2)) == 2
    assert {f"old-{number}" for number in range(3)} <= set(files.older_than(later, 100))
    assert files.older_than(later - timedelta(days=1), 100) == []
