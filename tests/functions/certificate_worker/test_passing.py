"""The rule of the passing score, for any score that somebody may write."""

from datetime import UTC, datetime
from decimal import Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.certificate_worker.issuing.passing import percentage, shortfall
from shared.records import Completion, Course

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
#: Long enough for every product below.
EXACT = Context(prec=200)


def why(passing_score: float | None, score: str | None, max_score: str | None = None) -> str | None:
    course = Course(
        id="c", course_id="c", name="C", template_id="t", graphy_product_id="c", passing_score=passing_score
    )
    completion = Completion(
        id="1", event_id="1", course_id="c", email="a@b.example", completed_at=NOW, received_at=NOW, payload="{}",
        score=score, max_score=max_score,
    )  # fmt: skip
    return shortfall(course, completion)


def decimals(most: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=places, allow_nan=False, allow_infinity=False)


scores = st.integers(0, 18).flatmap(lambda places: decimals(10**6, places))


@given(
    score=scores,
    max_score=st.none() | scores.filter(bool),
    threshold=st.integers(0, 100_000).map(lambda number: number / 1000),
    comma=st.booleans(),
)
@example(score=Decimal("0.3"), max_score=Decimal(3), threshold=10.0, comma=False)
@example(score=Decimal(70), max_score=Decimal(100), threshold=70.0, comma=False)
@example(score=Decimal("0.29"), max_score=Decimal(1), threshold=29.0, comma=True)
def test_who_reaches_the_threshold_passes_and_nobody_else(
    score: Decimal, max_score: Decimal | None, threshold: float, comma: bool
) -> None:
    written = f"{score:f}"
    if comma and len(written.partition(".")[2]) != 3:
        written = written.replace(".", ",")
    needed = EXACT.multiply(Decimal(str(threshold)), max_score if max_score is not None else Decimal(1))
    reached = EXACT.multiply(score, Decimal(100)) if max_score is not None else score
    passed = why(threshold, written, None if max_score is None else f"{max_score:f}") is None
    assert passed == (reached >= needed)


@given(scores, st.floats(0, 100, allow_nan=False))
def test_a_sign_of_percent_needs_no_maximum(score: Decimal, threshold: float) -> None:
    passed = why(threshold, f"{score:f} %", "10") is None
    assert passed == (score >= Decimal(str(threshold)))


@pytest.mark.parametrize(
    ("score", "max_score", "reached"),
    [
        ("87", None, "87"),
        ("87%", None, "87"),
        ("87.5 %", None, "87.5"),
        ("8,5", None, "8.5"),
        ("8,5", "10", "85"),
        ("0,125", "1", "12.5"),
        ("8/10", None, "80"),
        ("8 / 10", "10", "80"),
        ("8", "10 ", "80"),
        ("110", "100", "110"),
        ("١٢", "٢٠", "60"),
        ("٨٫٥", None, "8.5"),
        ("८७", None, "87"),
        ("1.000", None, "1"),
    ],
)
def test_a_score_is_read_however_it_is_written(score: str, max_score: str | None, reached: str) -> None:
    found = percentage(score, max_score)
    assert found is not None
    assert found == Decimal(reached).as_integer_ratio()[0] / Decimal(Decimal(reached).as_integer_ratio()[1])


@pytest.mark.parametrize(
    "score",
    ["", "-5", "1e3", "1E2", "NaN", "nan", "inf", "Infinity", "0x50", "1,500", "1 500", "87%%", "%", ".", "five", "½",
     "²", "1_000", "+5", "8/0", "8/", "/", "1/2/3", "9" * 32, "1." + "0" * 30],
)  # fmt: skip
def test_what_is_no_number_is_no_score(score: str) -> None:
    assert percentage(score, None) is None
    assert why(0, score) is not None


@pytest.mark.parametrize("max_score", ["0", "0.0", "-10", "NaN", "many", "1,000"])
def test_a_maximum_of_nothing_is_no_maximum(max_score: str) -> None:
    assert percentage("8", max_score) is None


@pytest.mark.parametrize("score", [None, "", "-1", "NaN", "0", "100"])
def test_without_a_passing_score_everybody_passes(score: str | None) -> None:
    assert why(None, score) is None


@pytest.mark.parametrize(
    ("passing_score", "score", "max_score", "reason"),
    [
        (70, "6", "10", "The score is 6 of 10 (60 %); the course is passed from 70 %."),
        (70, "69.999", None, "The score is 69.99 %; the course is passed from 70 %."),
        (66.5, "65%", "10", "The score is 65 %; the course is passed from 66.5 %."),
        (70, "6/10", None, "The score is 6/10 (60 %); the course is passed from 70 %."),
        (70, None, "10", "No score came with it; the course is passed from 70 %."),
        (0, None, None, "No score came with it; the course is passed from 0 %."),
        (70, "good", "10", "The score “good” can't be read as a number; the course is passed from 70 %."),
        (70, "5", "0", "The score “5” of “0” can't be read as a percentage; the course is passed from 70 %."),
        (70, "8/x", None, "The score “8/x” can't be read as a percentage; the course is passed from 70 %."),
    ],
)
def test_the_reason_says_score_and_threshold(
    passing_score: float, score: str | None, max_score: str | None, reason: str
) -> None:
    assert why(passing_score, score, max_score) == reason


def test_no_reason_is_longer_than_its_column() -> None:
    reason = why(100 / 3, "x" * 32, "y" * 32)
    assert reason is not None
    assert len(reason) <= 255
