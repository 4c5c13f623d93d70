"""What a bulk is asked to do: selections and CSVs, and what is wrong with them. Nothing here writes."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.admin_router.main import main
from tests.functions.admin_router.stock import Stock, fates, stocked
from tests.functions.admin_router.test_uploads import is_kept, put
from tests.functions.backend import Backend

ACTIONS = ["BULK_REVOKE", "BULK_REPLACE"]
UNKNOWN = "2026-0000-0000-000J"
LONG = "x" * 501


@pytest.fixture(scope="module")
def stock(backend: Backend) -> Stock:
    found = stocked(backend, "Ana Lima", "Ben Okri", "Cem Kaya", "Dan Roy", "Eva Horn", "Flo Berg")
    found.set("Dan Roy", revoked_at="2026-03-04T00:00:00.000+00:00", revoked_reason="Cheated.")
    found.set("Eva Horn", erased_at="2026-03-04T00:00:00.000+00:00")
    found.set("Flo Berg", file_id=None, status="queued")
    return found


@pytest.fixture
def revoke(backend: Backend) -> Callable[..., Any]:
    return lambda **asked: backend.ask_admin("BULK_REVOKE", **{"reason": "Withdrawn.", **asked})


@pytest.fixture
def replace(backend: Backend) -> Callable[..., Any]:
    return lambda **asked: backend.ask_admin("BULK_REPLACE", **{"reason": "Corrected.", **asked})


def test_each_kind_of_problem_is_named_with_its_line(stock: Stock, replace: Callable[..., Any]) -> None:
    ana, ben, cem, dan, eva, flo = stock.numbers.values()
    wrong = ana[:-1] + ("0" if ana[-1] != "0" else "1")
    lines = [
        "Certificate Number;LEARNER-NAME;Reason;Phone",
        f"{ana};Ana Lima-Costa;Married.;1",  # 2
        f"{wrong};Ana;;",  # 3
        f"{UNKNOWN};Nobody;;",  # 4
        "",  # 5
        f"{ana.lower().replace('-', ' ')};Ana  Lima-Costa;Married.;",  # 6
        f"{ben};Ben A;;",  # 7
        f"{ben};Ben B;;",  # 8
        f"{cem};;;",  # 9
        f"{cem};Cem Kaya;;",  # 10
        f"{dan};Dan R;;",  # 11
        f"{eva};Eva H;;",  # 12
        f"{flo};Flo B;;",  # 13
        ";Nobody;;",  # 14
        f"{cem};Cem;{LONG};",  # 15
        f"{cem};Cem \x07;;",  # 16
        f"{cem};Cem;a;b;c",  # 17
    ]
    answer = replace(csv_data="\ufeff" + "\r\n".join(lines))
    shown = {row["row"]: (row["fate"], row["code"] or row["field"]) for row in answer.data["rows"]}
    assert shown == {
        2: ("done", "REPLACED"),
        3: ("mistyped", "certificate_number"),
        4: ("unknown", "certificate_number"),
        6: ("duplicate", "certificate_number"),
        7: ("conflict", "learner_name"),
        8: ("conflict", "learner_name"),
        9: ("invalid", "learner_name"),
        10: ("already", "UNCHANGED"),
        11: ("refused", "REVOKED"),
        12: ("refused", "ERASED"),
        13: ("refused", "NOT_READY"),
        14: ("invalid", "certificate_number"),
        15: ("invalid", "reason"),
        16: ("invalid", "learner_name"),
        17: ("invalid", "row"),
    }
    messages = {row["row"]: row["message"] for row in answer.data["rows"]}
    assert all(messages.values())
    assert "row 2" in messages[6]
    assert "Row 8" in messages[7]
    assert "Row 7" in messages[8]
    assert "mistyped" in messages[3]
    assert answer.data["refused"] == {"REVOKED": 1, "ERASED": 1, "NOT_READY": 1}
    assert fates(answer) == {
        "done": 1,
        "already": 1,
        "refused": 3,
        "unknown": 1,
        "mistyped": 1,
        "duplicate": 1,
        "conflict": 2,
        "invalid": 5,
    }
    assert (answer.data["delimiter"], answer.data["extra_columns"]) == (";", ["Phone"])


def test_a_revocation_tells_of_what_is_revoked_already_and_takes_the_rest(
    stock: Stock, revoke: Callable[..., Any]
) -> None:
    rows = revoke(certificate_numbers=[*stock.numbers.values(), "", "2026", UNKNOWN]).data["rows"]
    assert [(row["row"], row["fate"]) for row in rows] == [
        (1, "done"),
        (2, "done"),
        (3, "done"),
        (4, "already"),
        (5, "done"),
        (6, "done"),
        (7, "invalid"),
        (8, "mistyped"),
        (9, "unknown"),
    ]
    assert "4 March 2026" in rows[3]["message"].replace("04 ", "4 ")
    assert [row["learner_name"] for row in rows[:3]] == ["Ana Lima", "Ben Okri", "Cem Kaya"]


def test_a_course_is_taken_whole_and_only_it(stock: Stock, revoke: Callable[..., Any], backend: Backend) -> None:
    other = stocked(backend, "Zoe Quux")
    answer = revoke(course_id=stock.course.course_id.upper())
    assert {row["certificate_number"] for row in answer.data["rows"]} == set(stock.numbers.values())
    assert [row["row"] for row in answer.data["rows"]] == [None] * 6
    assert fates(revoke(course_id=other.course.course_id)) == {"done": 1}


def test_two_reasons_for_one_certificate_are_a_conflict(stock: Stock, revoke: Callable[..., Any]) -> None:
    ana = stock.numbers["Ana Lima"]
    answer = revoke(csv_data=f"certificate_number,reason\n{ana},Cheated.\n{ana},Retired.\n")
    assert [(row["row"], row["fate"], row["field"]) for row in answer.data["rows"]] == [
        (2, "conflict", "reason"),
        (3, "conflict", "reason"),
    ]


def test_a_revocation_does_not_read_names(stock: Stock, revoke: Callable[..., Any]) -> None:
    answer = revoke(csv_data=f"certificate_number,learner_name\n{stock.numbers['Ana Lima']},\x07\n")
    assert fates(answer) == {"done": 1}
    assert answer.data["extra_columns"] == ["learner_name"]


def test_with_the_present_template_a_csv_needs_no_names(stock: Stock, replace: Callable[..., Any]) -> None:
    csv_data = f"certificate_number\n{stock.numbers['Ana Lima']}\n"
    refused = replace(csv_data=csv_data)
    assert (refused.status, refused.error["code"]) == (422, "INVALID_CSV")
    assert refused.error["details"]["missing"] == ["learner_name"]
    assert fates(replace(csv_data=csv_data, use_current_template=True)) == {"already": 1}


@pytest.mark.parametrize("action", ACTIONS)
def test_one_selection_is_needed_and_only_one(backend: Backend, action: str) -> None:
    sources = {
        "certificate_numbers": [UNKNOWN],
        "course_id": "c",
        "csv_data": "certificate_number\n1\n",
        "file_id": "f",
    }
    some: list[dict[str, Any]] = [
        {},
        sources,
        {"course_id": "c", "csv_data": ""},
        {"certificate_numbers": [UNKNOWN], "file_id": "f"},
    ]
    for given in some:
        answer = backend.ask_admin(action, reason="r", use_current_template=True, **given)
        assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
        assert all(source in answer.error["message"] for source in sources)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": LONG}, "reason"),
        ({"reason": None}, "reason"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"notify": "perhaps"}, "notify"),
        ({"certificate_numbers": []}, "certificate_numbers"),
        ({"certificate_numbers": "2026"}, "certificate_numbers"),
        ({"certificate_numbers": [UNKNOWN] * 5001}, "certificate_numbers"),
        ({"file_id": "../x"}, "file_id"),
        ({"course_id": "x" * 129}, "course_id"),
        ({"cursor": "no id"}, "cursor"),
    ],
)
def test_bad_input_names_its_field(backend: Backend, action: str, payload: dict[str, Any], field: str) -> None:
    asked = {"reason": "r", "course_id": "c", "use_current_template": True, **payload}
    answer = backend.ask_admin(action, **asked)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert list(answer.error["details"]["fields"]) == [field]


def test_a_replacement_that_could_change_nothing_is_refused(stock: Stock, replace: Callable[..., Any]) -> None:
    answer = replace(course_id=stock.course.course_id)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert "use_current_template" in answer.error["message"]


@pytest.mark.parametrize("action", ACTIONS)
def test_what_does_not_exist_is_named(backend: Backend, action: str) -> None:
    for given in ({"course_id": "no-such"}, {"file_id": "no-such"}):
        answer = backend.ask_admin(action, reason="r", use_current_template=True, **given)
        assert (answer.status, answer.error["code"], answer.error["details"]) == (404, "NOT_FOUND", given)


@pytest.mark.parametrize(
    ("source", "status", "code"),
    [
        ("", 422, "INVALID_CSV"),
        ("name,email\nAna,a@b.example\n", 422, "INVALID_CSV"),
        ("certificate_number\n", 422, "INVALID_CSV"),
        ("certificate_number\n" + "1\n" * 51, 413, "TOO_LARGE"),
        ("certificate_number\n" + "1" * 2_000_000, 413, "TOO_LARGE"),
    ],
)
def test_a_csv_that_can_not_be_used_is_refused_whole(
    revoke: Callable[..., Any], source: str, status: int, code: str
) -> None:
    answer = revoke(csv_data=source)
    assert (answer.status, answer.error["code"]) == (status, code)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_file_is_read_in_its_encoding_and_kept_by_a_dry_run(
    backend: Backend, stock: Stock, replace: Callable[..., Any], encoding: str
) -> None:
    text = f"certificate_number,learner_name\n{stock.numbers['Ana Lima']},Zoë Ångström\n"
    file_id = put(backend, text.encode(encoding))
    answer = replace(file_id=file_id)
    assert fates(answer) == {"done": 1}
    assert answer.data["encoding"] in {"utf-8", "utf-16-le", "windows-1252"}
    assert is_kept(backend, file_id)


@pytest.mark.parametrize("action", ACTIONS)
def test_only_admins_may(backend: Backend, stock: Stock, action: str) -> None:
    sop = backend.log_in(stock.course.sop)
    answer = backend.call(main, action, sop, {"course_id": stock.course.course_id, "reason": "r"})
    assert (answer.status, answer.error["code"]) == (403, "FORBIDDEN")
