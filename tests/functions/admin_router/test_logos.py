"""An organisation's logo is given, shown, kept and removed; lists and other organisations know nothing of it."""

import hashlib
from typing import Any

import pytest

from functions.admin_router.main import main as admin_main
from shared.pictures import MAX_BYTES
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend
from tests.functions.organizations import activities, add, letters_to, listed, organization
from tests.pictures import JPEG, address, png

LOGO, OTHER = png(4, 2), JPEG
SHA, OTHER_SHA = (hashlib.sha256(each).hexdigest() for each in (LOGO, OTHER))
SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"


def shown(backend: Backend, asked: dict[str, Any]) -> dict[str, Any]:
    answer = backend.ask_admin("GET_ORGANIZATION", organization_id=asked["organization_id"])
    known: dict[str, Any] = answer.data["organization"]
    return known


def edit(backend: Backend, asked: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = backend.ask_admin("EDIT_ORGANIZATION", organization_id=asked["organization_id"], **changes)
    changed: dict[str, Any] = answer.data["organization"]
    return changed


def logo_rows(backend: Backend, asked: dict[str, Any]) -> list[str]:
    return [row["address"] for row in backend.rows("logos") if row["$id"] == asked["organization_id"]]


def test_an_organization_is_shown_with_its_contacts_and_its_logo(backend: Backend) -> None:
    asked = add(backend, logo=address(LOGO))
    assert shown(backend, asked) == {
        "organization_id": asked["organization_id"],
        "website": asked["website"],
        "name": asked["name"],
        "sop_email": asked["sop_email"],
        "archived_at": None,
        "contacts": [asked["sop_email"]],
        "logo_sha256": SHA,
        "logo": address(LOGO),
    }
    by_website = backend.ask_admin("GET_ORGANIZATION", website=f"https://{asked['website']}/")
    assert by_website.data["organization"] == shown(backend, asked)


@pytest.mark.parametrize(
    ("asked", "status"), [({}, 422), ({"website": "nobody.example"}, 404), ({"organization_id": "none"}, 404)]
)
def test_an_organization_that_is_not_named_or_not_there_is_not_shown(
    backend: Backend, asked: dict[str, str], status: int
) -> None:
    assert backend.ask_admin("GET_ORGANIZATION", **asked).status == status


def test_a_list_tells_who_has_a_logo_and_reads_none(backend: Backend) -> None:
    asked, plain = add(backend, logo=address(LOGO)), add(backend)
    with counted() as calls:
        first, second = listed(backend, asked["website"]), listed(backend, plain["website"])
        assert shown(backend, plain)["logo"] is None
    assert first is not None
    assert second is not None
    assert (first["logo_sha256"], second["logo_sha256"]) == (SHA, None)
    assert "logo" not in first
    assert not any("/tables/logos/" in path for _, path in calls.made)


def test_a_logo_is_replaced_if_another_is_given_and_kept_if_none_is_spoken_of(backend: Backend) -> None:
    asked = add(backend)
    assert edit(backend, asked, logo=address(LOGO))["logo_sha256"] == SHA
    assert edit(backend, asked, name="Another name")["logo_sha256"] == SHA
    assert shown(backend, asked)["logo"] == address(LOGO)
    assert edit(backend, asked, logo=address(OTHER, "jpg"))["logo_sha256"] == OTHER_SHA
    assert shown(backend, asked)["logo"] == address(OTHER, "jpeg")
    assert len(logo_rows(backend, asked)) == 1


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_or_nothing_removes_a_logo_also_twice(backend: Backend, nothing: str | None) -> None:
    asked = add(backend, logo=address(LOGO))
    for _ in range(2):
        assert edit(backend, asked, logo=nothing)["logo_sha256"] is None
    assert shown(backend, asked)["logo"] is None
    assert logo_rows(backend, asked) == []


def test_giving_the_same_logo_twice_is_giving_it_once_and_the_log_has_no_picture(backend: Backend) -> None:
    asked = organization(logo=address(LOGO))
    for _ in range(2):
        answer = backend.ask_admin("ADD_ORGANIZATION", **asked)
    known = answer.data["organization"]
    edit(backend, known, logo=address(LOGO))
    edit(backend, known, logo="")
    told = activities(backend, known["organization_id"])
    changes = [changed["logo_sha256"] for _, changed in told if "logo_sha256" in changed]
    assert sorted(changes, key=str) == [[SHA, None], [None, SHA]]
    assert "data:image" not in str(told) + answer.logs


def test_who_was_interrupted_before_the_organization_knew_of_its_logo_gives_it_again(backend: Backend) -> None:
    asked = add(backend, logo=address(LOGO))
    backend.set_row("logos", asked["organization_id"], address=address(OTHER, "jpeg"))
    assert edit(backend, asked, logo=address(LOGO))["logo_sha256"] == SHA
    assert shown(backend, asked)["logo"] == address(LOGO)


@pytest.mark.parametrize(
    ("logo", "reason"),
    [
        (SVG, "mail programs draw no SVG"),
        (SVG + " " * MAX_BYTES, "mail programs draw no SVG"),
        ("https://acme.example/logo.png", "must be a data:image/png"),
        ("data:image/gif;base64,R0lGODlhAQABAAAAACw=", "must be a data:image/png"),
        ("data:image/png;base64,%%%", "base64 can't be read"),
        (address(JPEG), "is not a PNG picture"),
        (address(png()[:20]), "the picture is cut off"),
        (address(png(5001, 1)), "wider or higher than 5,000 pixels"),
        (address(png() + bytes(MAX_BYTES)), "30,000 is the limit"),
        (7, "valid string"),
    ],
)
def test_what_mails_can_not_show_is_refused_and_changes_nothing(backend: Backend, logo: object, reason: str) -> None:
    refused = organization(logo=logo)
    asked = add(backend, logo=address(LOGO))
    for answer in (
        backend.ask_admin("ADD_ORGANIZATION", **refused),
        backend.ask_admin("EDIT_ORGANIZATION", organization_id=asked["organization_id"], name="New", logo=logo),
    ):
        assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
        assert answer.error["message"].startswith("logo: ")
        assert reason in answer.error["message"]
    assert listed(backend, refused["website"]) is None
    assert (shown(backend, asked)["name"], shown(backend, asked)["logo_sha256"]) == (asked["name"], SHA)


def test_the_largest_logo_that_is_taken_is_stored_whole(backend: Backend) -> None:
    largest = png() + bytes(MAX_BYTES - len(png()))
    asked = add(backend, logo=address(largest))
    assert shown(backend, asked)["logo"] == address(largest)


def test_a_deleted_organization_takes_its_logo_with_it(backend: Backend) -> None:
    asked = add(backend, logo=address(LOGO))
    assert logo_rows(backend, asked) == [address(LOGO)]
    assert backend.ask_admin("DELETE_ORGANIZATION", website=asked["website"]).status == 200
    assert logo_rows(backend, asked) == []


def test_an_invitation_shows_the_logo(backend: Backend) -> None:
    asked, plain = add(backend, sop_password=None, logo=address(LOGO)), add(backend, sop_password=None)
    [letter] = letters_to(backend, asked["sop_email"])
    [part] = [each for each in letter.walk() if each.get_content_maintype() == "image"]
    assert part.get_payload(decode=True) == LOGO
    [bare] = letters_to(backend, plain["sop_email"])
    assert not any(each.get_content_maintype() == "image" for each in bare.walk())


def test_an_sop_sees_the_own_logo_and_no_other(backend: Backend) -> None:
    asked, other = add(backend, logo=address(LOGO)), add(backend, logo=address(OTHER, "jpeg"))
    own = backend.ask_sop(asked["sop_email"], "GET_ORGANIZATION")
    assert own.data["organization"] == {
        "organization_id": asked["organization_id"],
        "website": asked["website"],
        "name": asked["name"],
        "sop_email": asked["sop_email"],
        "courses": [],
        "logo_sha256": SHA,
        "logo": address(LOGO),
    }
    foreign = backend.ask_sop(asked["sop_email"], "GET_ORGANIZATION", organization_website=other["website"])
    assert (foreign.status, foreign.error["code"]) == (404, "NOT_FOUND")
    person = backend.log_in(asked["sop_email"])
    as_admin = backend.call(admin_main, "GET_ORGANIZATION", person, {"website": asked["website"]})
    assert as_admin.status == 403
