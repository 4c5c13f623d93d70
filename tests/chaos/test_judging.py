"""What the chaos test lets pass, and what it does not."""

from dataclasses import replace

import pytest

from tests.chaos.judging import judge_repeats
from tests.chaos.mailing import Take
from tests.chaos.world import Turn

MAIL = Take("sendgrid", "one", "sop@a.example", frozenset({"file"}))
UNANSWERED = replace(MAIL, answered=False)
BY_SMTP = replace(MAIL, provider="smtp")


@pytest.mark.parametrize(
    "first",
    [
        Turn(takes=[UNANSWERED]),
        Turn(takes=[MAIL], deaths=1),
        Turn(takes=[MAIL], unheard=3),
    ],
    ids=["nobody knew", "its worker died", "Appwrite took no note"],
)
def test_a_mail_may_come_again_if_the_outbox_can_not_know(first: Turn) -> None:
    again = Turn(takes=[BY_SMTP], marked={"one"})
    assert judge_repeats([first, again]) == [*first.takes, BY_SMTP]


@pytest.mark.parametrize(
    ("turns", "why"),
    [
        ([Turn(takes=[MAIL], marked={"one"}), Turn(takes=[MAIL], deaths=9)], "the outbox said"),
        ([Turn(takes=[MAIL], unheard=2), Turn(takes=[MAIL], marked={"one"})], "nobody died"),
        ([Turn(takes=[UNANSWERED, MAIL], marked={"one"}, deaths=9)], "before its pause"),
        ([Turn(takes=[UNANSWERED]), Turn(takes=[replace(MAIL, files=frozenset())], deaths=9)], "another mail"),
    ],
)
def test_no_other_mail_may_come_again(turns: list[Turn], why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        judge_repeats(turns)
