"""Certificate numbers can be read out, typed in and checked."""

import re
import secrets

from hypothesis import given
from hypothesis import strategies as st

from shared.certificate.number import ALPHABET, is_number, new_number, normalized

numbers = st.binary(min_size=7, max_size=7).map(lambda random: new_number(2026, lambda _: random))


def test_a_number_has_the_year_and_twelve_characters_in_groups() -> None:
    assert re.fullmatch(rf"2026(-[{ALPHABET}]{{4}}){{3}}", new_number(2026, secrets.token_bytes))


def test_two_numbers_differ() -> None:
    assert len({new_number(2026, secrets.token_bytes) for _ in range(1000)}) == 1000


@given(numbers)
def test_every_number_passes_its_own_check(number: str) -> None:
    assert is_number(number)


@given(numbers, st.integers(0, 18), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number: str, place: int, character: str) -> None:
    if number[place] in {"-", character}:
        return
    assert not is_number(number[:place] + character + number[place + 1 :])


@given(numbers)
def test_small_letters_spaces_and_confused_letters_are_forgiven(number: str) -> None:
    typed = number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert normalized(typed) == number


@given(st.text())
def test_any_text_is_a_number_or_not(text: str) -> None:
    assert is_number(normalized(text)) in {True, False}
