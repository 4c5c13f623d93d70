"""A mail to see whether mails go out."""

from functions.admin_router.organizations.posting import post
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import Outcome, difference
from shared.context import Ctx
from shared.errors import InvalidPayload
from shared.identifiers import EmailAddress
from shared.mail.failures import Problem
from shared.mail.letters import trial_mail

actions = Actions()


class TestEmail(Payload):
    #: The caller's own address if it is not given.
    recipient: EmailAddress | None = None


class MailCheck(Result):
    #: Whether SendGrid or the mail server took it; that it arrives is for the recipient to see.
    sent: bool
    recipient: str
    #: Who took it: sendgrid or smtp.
    provider: str | None
    reason: Problem | None
    #: What SendGrid or the mail server said, for people.
    message: str


@actions("TEST_EMAIL", allow=admin)
def test_email(ctx: Ctx, payload: TestEmail) -> MailCheck:
    """Send a mail now and tell what became of it; a mail that is not sent is an answer, not an error."""
    recipient = payload.recipient or (ctx.caller.email if ctx.caller else "")
    if not recipient:
        raise InvalidPayload("recipient: your account has no address; say where the mail shall go.")
    posted = post(ctx.settings, trial_mail(ctx.random(16), recipient))
    ctx.audit.record(
        "mail.tested",
        difference({}, {"recipient": recipient, "reason": posted.problem}),
        status=Outcome.FAILED if posted.problem else Outcome.SUCCESS,
    )
    ctx.log.info("mail tested", problem=posted.problem, provider=posted.provider)
    return MailCheck(
        sent=posted.problem is None,
        recipient=recipient,
        provider=posted.provider,
        reason=posted.problem,
        message=posted.message,
    )
