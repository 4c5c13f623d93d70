"""Only who knows the secret can sign, and only who knows the token finds the address."""

import pytest

from shared.errors import InvalidSignature
from shared.webhooks import InvalidToken, sign, verify, verify_token

BODY = b'{"course_id": "fire-safety"}'


@pytest.mark.parametrize("form", ["{}", "sha256={}", " sha256={} "])
def test_a_right_signature_is_accepted_in_both_forms(form: str) -> None:
    verify("secret", BODY, form.format(sign("secret", BODY)))
    verify("secret", BODY, form.format(sign("secret", BODY).upper()))


@pytest.mark.parametrize(
    "signature",
    [None, "", "sha256=", "0" * 64, "sha1=" + "0" * 40, sign("other", BODY), sign("secret", BODY + b" "), "é" * 64],
)
def test_a_wrong_or_missing_signature_is_refused(signature: str | None) -> None:
    with pytest.raises(InvalidSignature):
        verify("secret", BODY, signature)


def test_the_signature_is_hmac_sha256_of_the_raw_body() -> None:
    # RFC 4231, test case 2
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign("Jefe", b"what do ya want for nothing?") == expected


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/hook/t0ken", {}),
        ("/hook/t0ken/", {}),
        ("hook/t0ken", {}),
        ("/v1/hook/t0ken", {"other": "x"}),
        ("/", {"token": "t0ken"}),
        ("", {"token": "t0ken", "a": "b"}),
    ],
)
def test_the_token_is_taken_from_the_path_or_the_query(path: str, query: dict[str, str]) -> None:
    verify_token("t0ken", path, query)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", {}),
        ("", {}),
        ("/t0ken", {}),
        ("t0ken", {}),
        ("/hook/", {}),
        ("/hook/T0KEN", {}),
        ("/hook/t0ken/more", {}),
        ("/hook/t0ken\n", {}),
        ("/hook/t0ke", {}),
        ("/hook/t0ken2", {}),
        ("/hook/é\udcff", {}),
        ("/webhook/t0ken", {}),
        ("/", {"token": ""}),
        ("/", {"token": "T0ken"}),
        ("/hook/wrong", {"token": "wrong"}),
    ],
)
def test_without_the_right_token_the_address_is_wrong(path: str, query: dict[str, str]) -> None:
    with pytest.raises(InvalidToken) as refusal:
        verify_token("t0ken", path, query)
    assert (refusal.value.status, refusal.value.code) == (401, "INVALID_TOKEN")
    assert "t0ken" not in str(refusal.value)
