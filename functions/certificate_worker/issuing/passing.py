"""Whether a completion's score is enough for a certificate.

Counted in fractions, so that the very threshold passes: 0.1 + 0.2 is 0.3 here.
"""

import re
from fractions import Fraction
from math import floor

from shared.records import Completion, Course

#: Digits of any script, a point or a comma, a sign of percent. No exponents: nobody writes a score so. Shorter than the
#: column, so that a number that was cut to fit is none.
_NUMBER = re.compile(r"(\d{1,9})(?:([.,٫])(\d{1,18}))?\s?([%٪％])?")


def shortfall(course: Course, completion: Completion) -> str | None:
    """Why `completion` gets no certificate of `course`, for people; None if it gets one.

    Where there is a passing score, one that is not known is not enough.
    """
    if course.passing_score is None:
        return None
    reached = percentage(completion.score, completion.max_score)
    if reached is not None and reached >= Fraction(str(course.passing_score)):
        return None
    why = _unknown(completion) if reached is None else f"The score is {_told(completion, reached)}"
    return f"{why}; the course is passed from {course.passing_score:.15g} %."


def percentage(score: str | None, max_score: str | None) -> Fraction | None:
    """`8` of `10`, `8/10`, `80`, `80%` and `80,0 %` are 80; None if it can't be said."""
    if score and "/" in score:
        score, _, max_score = score.partition("/")
    number = _number(score)
    if number is None or max_score is None or _is_percent(score):
        return number
    most = _number(max_score)
    return 100 * number / most if most else None


def _number(text: str | None) -> Fraction | None:
    """None also for `1,500`, which is a thousand and a half or one and a half."""
    found = _NUMBER.fullmatch((text or "").strip())
    if found is None:
        return None
    whole, mark, decimals, _ = found.groups()
    if mark == "," and len(decimals) == 3 and int(whole):
        return None
    return Fraction(int(whole + (decimals or "")), 10 ** len(decimals or ""))


def _is_percent(text: str | None) -> bool:
    return (text or "").rstrip().endswith(("%", "٪", "％"))


def _told(completion: Completion, reached: Fraction) -> str:
    """Rounded down, so that what is not enough does not look so."""
    score, percent = completion.score or "", f"{floor(reached * 100) / 100:.15g} %"
    if "/" in score:
        return f"{score} ({percent})"
    if completion.max_score is None or _is_percent(score):
        return percent
    return f"{score} of {completion.max_score} ({percent})"


def _unknown(completion: Completion) -> str:
    if not completion.score:
        return "No score came with it"
    if "/" in completion.score:
        return f"The score “{completion.score}” can't be read as a percentage"
    if _number(completion.score) is None:
        return f"The score “{completion.score}” can't be read as a number"
    return f"The score “{completion.score}” of “{completion.max_score}” can't be read as a percentage"
