"""Contacts come and go: the membership of the organisation's team lets them in, a row lists them."""

from dataclasses import dataclass

from appwrite.query import Query

from functions.admin_router.organizations.posting import post
from shared.accounts import Account, Teams
from shared.audit import difference
from shared.context import Ctx
from shared.errors import AlreadyExists
from shared.logos import logo_of
from shared.mail.letters import invitation_mail
from shared.records import Contact, Organization

#: A member who may not invite others, as a team's `owner` may.
ROLE = "sop"


@dataclass(frozen=True)
class Invitation:
    """Whether a mail told a contact how to get a password, and why not."""

    invited: bool
    reason: str | None


def admit(ctx: Ctx, organization: Organization, account: Account, email: str) -> None:
    """Make the owner of `account` a contact; repeating it finishes what an interrupted call began."""
    teams = Teams(ctx.client)
    teams.ensure(organization.team_id, organization.name)
    teams.join(organization.team_id, account.id, ROLE)
    contact = Contact(
        id=Contact.id_for(organization.id, email), organization_id=organization.id, email=email, user_id=account.id
    )
    try:
        ctx.store.insert(contact)
    except AlreadyExists:
        # The account may be another one: the former was deleted.
        ctx.store.update(Contact, contact.id, user_id=account.id)
        return
    _record(ctx, "contact.added", contact, difference({}, {"email": email}))


def expel(ctx: Ctx, contact: Contact, team_id: str) -> None:
    """Take a contact's rights, then the row. Who is a contact under another address too stays a member."""
    same = [Query.equal("organization_id", contact.organization_id), Query.equal("user_id", contact.user_id)]
    if len(ctx.store.first(Contact, same, limit=2)) < 2:
        Teams(ctx.client).leave(team_id, contact.user_id)
    ctx.store.delete(Contact, contact.id)
    _record(ctx, "contact.removed", contact, difference({"email": contact.email}, {}))


def invite(ctx: Ctx, organization: Organization, account: Account, email: str) -> Invitation:
    """Mail a contact who has no password yet; a mail that can't be sent holds nothing up."""
    if account.has_password:
        return Invitation(invited=False, reason="This contact has a password.")
    logo = logo_of(ctx.store, organization)
    mail = invitation_mail(ctx.random(16), email, organization.name, ctx.settings.portal_url, logo)
    posted = post(ctx.settings, mail)
    ctx.log.info("contact invited", organization_id=organization.id, user_id=account.id, problem=posted.problem)
    return Invitation(invited=posted.problem is None, reason=posted.message if posted.problem else None)


def _record(ctx: Ctx, activity: str, contact: Contact, changes: dict[str, list[object]]) -> None:
    ctx.audit.record(activity, changes, organization_id=contact.organization_id, subject_id=contact.id)
