"""E-mail addresses and websites in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identifiers import email_address, website


@pytest.mark.parametrize(
    "typed",
    [
        "example.com",
        "https://www.Example.com/",
        "HTTP://example.com:8080/about?x=1",
        " www.example.com. ",
        "//example.com",
    ],
)
def test_a_website_is_its_host(typed: str) -> None:
    assert website(typed) == "example.com"


def test_an_international_name_is_punycode() -> None:
    assert website("https://Müller.example") == website("xn--mller-kva.example") == "xn--mller-kva.example"


def test_the_domain_of_an_address_is_punycode_too() -> None:
    assert email_address("Ana@Müller.example") == email_address("ana@xn--mller-kva.example")
    assert email_address("Ana@Müller.example").isascii()


@pytest.mark.parametrize("typed", ["", "localhost", "http://", "a b.example", "1.2.3.4", "x..example", "-.example"])
def test_what_is_no_host_name_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is not a website"):
        website(typed)


@given(st.text())
def test_a_website_spelled_once_stays_as_it_is(typed: str) -> None:
    try:
        host = website(typed)
    except ValueError:
        return
    assert website(host) == host


def test_an_address_is_lower_case_without_spaces() -> None:
    assert email_address(" Ana.Lima@ACME.Example ") == "ana.lima@acme.example"


@pytest.mark.parametrize("typed", ["", "ana", "ana@", "@acme.example", "ana lima@acme.example", "ana@acme.example\n.x"])
def test_what_is_no_address_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        email_address(typed)
