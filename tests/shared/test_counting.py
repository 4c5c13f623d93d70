"""Counts are exact, also where Appwrite itself stops at 5000."""

import secrets

from appwrite.query import Query

from shared.portal.figures import count, percent
from shared.records import Completion, Enrollment, Learner
from shared.store import COUNTED, Store

MANY, COMPLETED = 5200, 5100


def test_a_count_beyond_what_appwrite_counts_is_exact(store: Store) -> None:
    enrollments = [
        Enrollment(
            id=secrets.token_hex(16),
            learner_id="l",
            course_id="many" if number < MANY else "few",
            organization_id="o",
            completed=number < COMPLETED,
        )
        for number in range(MANY + 3)
    ]
    assert len(store.insert_missing(enrollments)) == MANY + 3
    many, done = Query.equal("course_id", ["many"]), Query.equal("completed", [True])
    assert store.page(Enrollment, [many], limit=1).total == COUNTED
    assert count(
        store,
        {
            "all": (Enrollment, []),
            "many": (Enrollment, [many]),
            "completed": (Enrollment, [many, done]),
            "few": (Enrollment, [Query.equal("course_id", ["few"])]),
            "none": (Completion, []),
        },
    ) == {"all": MANY + 3, "many": MANY, "completed": COMPLETED, "few": 3, "none": 0}


def test_exactly_as_many_as_appwrite_counts(store: Store) -> None:
    learners = [
        Learner(id=secrets.token_hex(16), email=f"{number}@a.example", name="A", organization_id="o")
        for number in range(COUNTED)
    ]
    store.insert_missing(learners)
    assert store.count(Learner) == COUNTED


def test_a_share_has_one_decimal_and_of_nothing_it_is_zero() -> None:
    assert (percent(1, 3), percent(2, 3), percent(3, 3), percent(0, 0)) == (33.3, 66.7, 100.0, 0.0)
