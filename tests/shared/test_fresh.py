"""The latest files, as many as there is room for."""

from shared.fresh import Fresh


def test_the_latest_files_stay_and_the_first_make_room() -> None:
    fresh = Fresh(room=10)
    for name in "abc":
        fresh.keep(name, name.encode() * 4)
    assert [fresh.get(name) for name in "abc"] == [None, b"bbbb", b"cccc"]


def test_a_large_file_is_not_kept() -> None:
    fresh = Fresh(room=10, largest=3)
    fresh.keep("a", b"aaaa")
    assert fresh.get("a") is None


def test_what_is_forgotten_or_kept_again_takes_no_room() -> None:
    fresh = Fresh(room=8)
    fresh.keep("a", b"aaaa")
    fresh.keep("a", b"AAAA")
    fresh.keep("b", b"bbbb")
    fresh.forget("b")
    fresh.forget("never there")
    fresh.keep("c", b"cccc")
    assert [fresh.get(name) for name in "abc"] == [b"AAAA", None, b"cccc"]
