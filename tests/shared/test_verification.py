"""Verification codes: what they bind, and which key makes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.config import Misconfigured
from shared.records import CertificateVersion, Statement
from shared.verification import BOUND, LENGTH, Keys, Verification, digest_of, normalized

A, B = "a" * 32, "b" * 32
OLD, NEW = f"old:{A}", f"new:{B}"
MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def statement(**changes: Any) -> Statement:
    said: dict[str, Any] = {
        "id": "c1",
        "certificate_number": "2026-7F3K-22QX-91PA",
        "learner_name": "Anaïs Müller",
        "learner_email": "anais@nord.example",
        "course_name": "Fire Safety",
        "organization_name": "Nord",
        "completed_at": MOMENT,
        "issued_at": MOMENT + timedelta(days=1),
        "template_id": "t1",
        "key_id": "old",
    }
    return Statement(**said | changes)


def test_a_code_is_the_same_each_time_and_has_128_bits() -> None:
    code = Keys.parse(OLD).code(statement())
    assert code == Keys.parse(OLD).code(statement())
    assert re.fullmatch(rf"[0-9A-HJKMNP-TV-Z]{{{LENGTH}}}", code)
    # Printed codes depend on it.
    assert code == "5X2J03AN5T56G9XBBXFBZV0FMR"


OTHER: dict[str, Any] = {name: "other" for name in BOUND if not name.endswith("_at") and name != "version"} | {
    "version": 2,
    "completed_at": MOMENT + timedelta(seconds=1),
    "issued_at": MOMENT,
    "expires_at": MOMENT,
}


@pytest.mark.parametrize("name", BOUND)
def test_whatever_is_printed_changes_the_code(name: str) -> None:
    keys = Keys.parse(OLD)
    assert not keys.fits(statement(**{name: OTHER[name]}), keys.code(statement()))


def test_what_is_not_printed_does_not_change_it() -> None:
    keys = Keys.parse(OLD)
    assert keys.fits(statement(file_id="f", sha256="s", template_version=3, locale="hi"), keys.code(statement()))


def test_a_version_that_was_replaced_keeps_its_code() -> None:
    keys = Keys.parse(OLD)
    said = statement().model_dump(exclude={"id"})
    old = CertificateVersion(id="v1", certificate_id="c1", replaced_at=MOMENT, reason="A misspelt name.", **said)
    assert keys.code(old) == keys.code(statement())


def test_each_certificate_keeps_its_key_when_a_new_one_is_put_before_it() -> None:
    before, after = Keys.parse(OLD), Keys.parse(f"{NEW}, {OLD}")
    assert (before.current, after.current) == ("old", "new")
    assert after.fits(statement(), before.code(statement()))
    assert not after.fits(statement(key_id="new"), before.code(statement()))


def test_a_certificate_without_a_key_counts_as_of_the_oldest() -> None:
    assert Keys.parse(f"{NEW},{OLD}").code(statement(key_id=None)) == Keys.parse(OLD).code(statement())


def test_without_its_key_nothing_fits_and_nothing_is_signed() -> None:
    code = Keys.parse(OLD).code(statement())
    assert not Keys.parse(NEW).fits(statement(), code)
    with pytest.raises(Misconfigured, match="lacks the key old"):
        Keys.parse(NEW).code(statement())


def test_an_erased_certificate_is_known_by_the_hash_of_its_code() -> None:
    keys = Keys.parse(OLD)
    code = keys.code(statement())
    erased = statement(learner_name="(erased)", learner_email="(erased)", code_sha256=digest_of(code))
    assert keys.fits(erased, code)
    assert Keys.parse(NEW).fits(erased, code)
    assert not keys.fits(erased, keys.code(erased))


@given(st.text(max_size=40))
def test_no_other_text_is_a_code(text: str) -> None:
    keys = Keys.parse(OLD)
    assert keys.fits(statement(), normalized(text)) == (normalized(text) == keys.code(statement()))


def test_a_typed_code_is_forgiven_its_spaces_and_letters() -> None:
    code = Keys.parse(OLD).code(statement())
    typed = " - ".join(code[at : at + 4] for at in range(0, LENGTH, 4)).lower().replace("0", "o").replace("1", "l")
    assert normalized(typed) == code


@pytest.mark.parametrize(
    "text", ["", "k1", "k1:short", f"k1:{'a' * 32},k1:{'b' * 32}", f"k 1:{'a' * 32}", f":{'a' * 32}"]
)
def test_keys_that_are_not_valid_are_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|two keys") as refused:
        Keys.parse(text)
    assert "aaaa" not in str(refused.value)


def test_no_secret_is_shown() -> None:
    assert "aaaa" not in repr(Verification(Keys.parse(OLD), "https://x.example/verify"))


def test_a_link_leads_to_the_number_and_brings_the_code() -> None:
    verification = Verification(Keys.parse(OLD), "https://x.example/verify")
    code = verification.keys.code(statement())
    assert verification.link(statement()) == f"https://x.example/verify/2026-7F3K-22QX-91PA?c={code}"
