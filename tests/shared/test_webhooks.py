"""Only who knows the secret can sign."""

import pytest

from shared.errors import InvalidSignature
from shared.webhooks import sign, verify

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
