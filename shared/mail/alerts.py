"""What whoever runs this reads when something is wrong: what it is, what to do, and where to look."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.mail.message import Mail, one_line
from shared.mail.page import Block, Point, html, plain_text


@dataclass(frozen=True)
class Warned:
    """One thing that is wrong, in plain words."""

    title: str
    what: str
    #: What to do, the likeliest help first.
    advice: Sequence[str]


def alert_mail(mail_id: str, recipient: str, warned: Warned, project: str, console: str) -> Mail:
    """`console` is the address of Appwrite's Console."""
    blocks: list[Block] = [
        "Hello,",
        warned.what,
        "What to do:",
        [Point(each) for each in warned.advice],
        "Where to look:",
        [
            Point("What the worker logged: make logs FUNCTION=certificate_worker ENV=…"),
            Point("How everything is: make metrics ENV=…"),
            Point(f"In Appwrite's Console, project {one_line(project)}, function certificate_worker", console),
        ],
        "functions/certificate_worker/README.md says more under “Alerts”.",
        "You get this mail at most once a day for the same cause. Nobody tells you when it is well again.",
    ]
    subject = f"Alert: {warned.title}"
    return Mail(mail_id, recipient, subject, plain_text(blocks), html(subject, blocks))
