"""A mail to see whether mails go out."""

from functions.admin_router.organizations.posting import Problem, post
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import Outcome, difference
from shared.context import Ctx
from shared.errors import InvalidPayload
from shared.identifiers import EmailAddress
from shared.mail.message import trial_mail

actions = Actions()


class TestEmail(Payload):
    #: The caller's own address if it is not given.
    recipient: EmailAddress | None = None


class MailCheck(Result):
    #: Whether the mail server took it; that it arrives is for the recipient to see.
    sent: bool
    recipient: str
    reason: Problem | None
    #: What the mail server said, for people.
    message: str


@actions("TEST_EMAIL", allow=admin)
def test_email(ctx: Ctx, payload: TestEmail) -> MailCheck:
    """Send a mail now and tell what the mail server made of it; a mail that is not sent is an answer, not an error."""
    recipient = payload.recipient or (ctx.caller.email if ctx.caller else "")
    if not recipient:
        raise InvalidPayload("recipient: your account has no address; say where the mail shall go.")
    posted = post(ctx.settings, lambda sender: trial_mail(sender, recipient, ctx.random(16), ctx.now()))
    ctx.audit.record(
        "mail.tested",
        difference({}, {"recipient": recipient, "reason": posted.problem}),
        status=Outcome.FAILED if posted.problem else Outcome.SUCCESS,
    )
    ctx.log.info("mail tested", problem=posted.problem)
    return MailCheck(sent=posted.problem is None, recipient=recipient, reason=posted.problem, message=posted.message)
