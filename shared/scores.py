"""Scores, credits and grades of a completion, under whatever names they come."""

import re
from collections.abc import Iterable, Mapping
from typing import TypedDict

#: What the columns hold.
_LONGEST_NUMBER, _LONGEST_GRADE = 32, 64
#: Control characters, and those that turn the direction of text.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_COURSES = ("course", "product")
_PEOPLE = ("learner", "user", "student", "customer", "participant")
_RESULTS = ("", "result", "results", "assessment", "quiz", "exam", "test")

_OBJECTS = ("score", "marks")
_VALUES = ("value", "obtained", "raw", "earned", "score", "marks")
_LIMITS = ("max", "maximum", "total", "outof", "possible", "maxscore", "maxmarks")
#: Also `value` and `max` of an object that is the score: `{"score": {"value": 8, "max": 10}}`.
_SCORE = (
    *("score", "finalscore", "overallscore", "obtainedscore", "marks", "obtainedmarks"),
    *("marksscored", *(whole + part for whole in _OBJECTS for part in _VALUES)),
)
#: Of a hundred, whatever maximum stands beside it.
_PERCENT = ("percentage", "scorepercentage", "scorepercent", "percentagescore", "percentscore", "markspercentage")
#: The score where there is no other, else the maximum.
_TOTAL = "totalscore"
_MAXIMUM = (
    *("maxscore", "maximumscore", "maxmarks", "maximummarks", "outof", "totalmarks", _TOTAL),
    *(whole + part for whole in _OBJECTS for part in _LIMITS),
)
#: Where a score may be told. Its maximum must stand beside it: the score of one test and the maximum of another would
#: make any percentage.
_PLACES = (*_RESULTS, *_COURSES, *_PEOPLE)
#: A course has one maximum for all its learners.
_OF_COURSE = [course + name for course in _COURSES for name in _MAXIMUM if name != _TOTAL]
_CREDITS = [
    outer + name
    for outer in (*_RESULTS, *_COURSES, "certificate")
    for name in (
        *("credits", "credit", "creditsearned", "earnedcredits", "creditsvalue", "creditshours", "totalcredits"),
        *("credithours", "creditpoints", "cpdcredits", "cpdhours", "cpdpoints", "cpecredits", "cpehours"),
        *("cmecredits", "ceu", "ceus", "ects", "ectscredits"),
    )
]
#: Not inside a learner or a course, whose grade is something else: a school class, a level.
_GRADES = [
    outer + name
    for outer in (*_RESULTS, "certificate")
    for name in ("grade", "finalgrade", "lettergrade", "overallgrade", "gradeletter", "gradename", "gradevalue")
]


class Scores(TypedDict):
    """As they were written, without control characters, cut to what the columns hold."""

    score: str | None
    max_score: str | None
    credits: str | None
    grade: str | None


def scores_in(fields: Mapping[str, str]) -> Scores:
    """What is told in `fields`, whose names are plain: `{"Result": {"Max Score": x}}` is `resultmaxscore`."""
    score, max_score = _attempt(fields)
    return Scores(
        score=_clean(score, _LONGEST_NUMBER),
        max_score=_clean(max_score, _LONGEST_NUMBER),
        credits=_clean(_first(fields, _CREDITS), _LONGEST_NUMBER),
        grade=_clean(_first(fields, _GRADES), _LONGEST_GRADE),
    )


def _attempt(fields: Mapping[str, str]) -> tuple[str, str]:
    """The score and its maximum; empty where there is none."""
    for outer in _PLACES:
        name = next((each for each in (*_SCORE, *_PERCENT, _TOTAL) if fields.get(outer + each)), None)
        if name in _PERCENT:
            return fields[outer + name], ""
        if name:
            maxima = [outer + each for each in _MAXIMUM if each != name]
            return fields[outer + name], _first(fields, [*maxima, *_OF_COURSE])
    return "", ""


def _first(fields: Mapping[str, str], names: Iterable[str]) -> str:
    return next((found for each in names if (found := fields.get(each))), "")


def _clean(text: str, longest: int) -> str | None:
    return " ".join(_UNWANTED.sub(" ", text).split())[:longest].strip() or None
