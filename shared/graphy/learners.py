"""Graphy's learners with their courses, read forgivingly: names of fields have spaces and capitals, numbers may come as
text, and nobody promises that any of them is there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.moments import moment
from shared.scores import Scores, scores_in

_YES = frozenset({"true", "yes", "completed", "complete", "finished"})
_COMPLETED_AT = ("completedat", "completeddate", "completedon", "completiondate", "completiontime")


@dataclass(frozen=True)
class CourseProgress:
    """How far a learner is in one product; `fields` are Graphy's, their names without case and spaces."""

    product_id: str
    fields: Mapping[str, Any]

    def is_complete(self, field: str = "") -> bool:
        """By that field of Graphy's, or, without one, if `completed` is true or `progress` has reached 100.

        A field says so with true, yes, a date, or a number from 100: progress of 1 is one percent.
        """
        if field:
            return _says_complete(self.fields.get(_plain(field)))
        return _is_yes(self.fields.get("completed")) or _number(self.fields.get("progress")) >= 100

    @property
    def completed_at(self) -> datetime | None:
        """When, if Graphy tells."""
        found = (moment(_text(self.fields.get(name))) for name in _COMPLETED_AT)
        return next((each for each in found if each), None)

    @property
    def scores(self) -> Scores:
        """Those that Graphy tells, if it does."""
        return scores_in({name: _text(value) for name, value in self.fields.items()})


@dataclass(frozen=True)
class LearnerProgress:
    #: As Graphy has it.
    email: str
    courses: tuple[CourseProgress, ...]


@dataclass(frozen=True)
class LearnersPage:
    """Some of the learners. One without address is left out, but counts."""

    learners: tuple[LearnerProgress, ...]
    #: How many entries the page had.
    count: int
    #: Learners in all, if Graphy tells.
    total: int | None

    def is_last(self, skip: int) -> bool:
        """Whether nothing follows this page, which began after `skip` learners."""
        return self.count == 0 or (self.total is not None and skip + self.count >= self.total)


def read_page(body: Mapping[str, Any]) -> LearnersPage:
    entries = body.get("data")
    entries = entries if isinstance(entries, list) else []
    learners = [_learner(each) for each in entries if isinstance(each, Mapping)]
    total = _text(body.get("total"))
    known = int(total) if re.fullmatch(r"[0-9]{1,9}", total) else None
    return LearnersPage(tuple(each for each in learners if each.email), len(entries), known)


def _learner(entry: Mapping[str, Any]) -> LearnerProgress:
    fields = _fields(entry)
    courses = fields.get("courses")
    courses = courses if isinstance(courses, list) else []
    read = (_course(_fields(each)) for each in courses if isinstance(each, Mapping))
    return LearnerProgress(_text(fields.get("email")), tuple(each for each in read if each.product_id))


def _course(fields: Mapping[str, Any]) -> CourseProgress:
    names = ("id", "courseid", "productid")
    return CourseProgress(next((_text(fields[name]) for name in names if _text(fields.get(name))), ""), fields)


def _fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {_plain(str(name)): value for name, value in entry.items()}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _text(value: Any) -> str:
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value).strip() if is_plain else ""


def _says_complete(value: Any) -> bool:
    return _is_yes(value) or _number(value) >= 100 or (isinstance(value, str) and moment(value.strip()) is not None)


def _is_yes(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in _YES)


def _number(value: Any) -> float:
    """`70`, `"70"` and `"70 %"`; 0 for anything else."""
    found = re.fullmatch(r"([0-9]{1,9}(\.[0-9]{1,9})?)\s*%?", _text(value))
    return float(found[1]) if found else 0
