"""Many certificates are revoked or replaced in a few calls for each hundred of them."""

import pytest

from functions.admin_router.issued.replacing import Replacement, replace_all
from functions.admin_router.issued.revoking import revoke_all
from functions.admin_router.issued.verdicts import Fate
from shared.context import Ctx
from shared.log import Log
from shared.records import Certificate
from shared.runtime import Request
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course
from tests.functions.issued import issued, row_of
from tests.functions.organizations import letters_to, text_of


@pytest.fixture
def ctx(backend: Backend) -> Ctx:
    headers = {"x-appwrite-key": backend.key}
    return Ctx.from_request(Request("POST", "/", headers, b"", "execution", Log(print, print, "execution")))


def certificates(backend: Backend, course: Course, count: int) -> list[Certificate]:
    numbers = issued(backend, course, *(f"Person {number}" for number in range(count)))
    return [Certificate.from_row(row_of(backend, number)) for number in numbers]


def test_revoking_forty_costs_as_many_calls_as_revoking_one(backend: Backend, course: Course, ctx: Ctx) -> None:
    one, *many = certificates(backend, course, 41)
    with counted() as single:
        revoke_all(ctx, [one], "Why.", notify=True)
    with counted() as several:
        revoked = revoke_all(ctx, many, "Why.", notify=True)
    assert all(each.revoked_at for each in revoked)
    assert several.count() == single.count() <= 8


def test_replacing_forty_alike_costs_as_many_calls_as_replacing_one(backend: Backend, course: Course, ctx: Ctx) -> None:
    one, *many = certificates(backend, course, 41)
    wanted = {"course_name": "A better name"}
    with counted() as single:
        replace_all(ctx, [Replacement(one, "Why.", wanted)], notify=True)
    with counted() as several:
        verdicts = replace_all(ctx, [Replacement(each, "Why.", wanted) for each in many], notify=True)
    assert {each.fate for each in verdicts.values()} == {Fate.DONE}
    assert several.count() == single.count() <= 9
    backend.work()
    letter = letters_to(backend, course.sop)[-1]
    assert letter["Subject"].startswith("41 new versions of certificates")
    assert all(each.certificate_number in text_of(letter) for each in [one, *many])
    assert len(list(letter.iter_attachments())) == 41


def test_each_gets_its_own_verdict(backend: Backend, course: Course, ctx: Ctx) -> None:
    fresh, same, gone = certificates(backend, course, 3)
    [gone] = revoke_all(ctx, [gone], "Why.", notify=False)
    wanted = {"learner_name": "Person 1"}
    verdicts = replace_all(ctx, [Replacement(each, "Why.", wanted) for each in (fresh, same, gone)], notify=False)
    codes = [verdicts[each.id].code for each in (fresh, same, gone)]
    assert codes == ["REPLACED", "UNCHANGED", "REVOKED"]


def test_what_is_revoked_or_erased_meanwhile_is_not_replaced_and_leaves_no_trace(
    backend: Backend, course: Course, ctx: Ctx
) -> None:
    first, second = certificates(backend, course, 2)
    revoke_all(ctx, [second], "Why.", notify=False)
    asked = [Replacement(each, "Why.", {"course_name": "A better name"}) for each in (first, second)]
    verdicts = replace_all(ctx, asked, notify=True)
    assert [verdicts[each.id].fate for each in (first, second)] == [Fate.DONE, Fate.REFUSED]
    of_second = {"method": "equal", "attribute": "certificate_id", "values": [second.id]}
    assert backend.rows("certificate_versions", of_second) == []
    assert [row["purpose"] for row in backend.rows("deliveries", of_second)] == ["issued"]
    assert row_of(backend, second.certificate_number)["version"] in {None, 1}
