"""Further contacts of organisations, and everybody's passwords."""

from http import HTTPStatus
from typing import Literal

from appwrite.query import Query

from functions.admin_router.organizations.admission import admit, expel
from functions.admin_router.organizations.organization import OrganizationView, get_organization, view
from shared.access import admin
from shared.accounts import Accounts, Login, Password
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.errors import AppError, Forbidden, InvalidPayload, NotFound
from shared.identifiers import EmailAddress, Website
from shared.records import Contact, Organization
from shared.store import BATCH

actions = Actions()


class MainContact(AppError):
    """This is the organization's main contact; EDIT_ORGANIZATION with another sop_email comes first."""

    status, code = HTTPStatus.CONFLICT, "MAIN_CONTACT"


class CreateSopUser(Payload):
    email: EmailAddress
    #: For an account that has none yet.
    password: Password
    #: Needed unless the address is a contact of exactly one organisation already.
    organization_website: Website | None = None


class SopUser(Result):
    user_id: str
    email: str
    name: str
    role: Literal["sop"] = "sop"
    #: Nobody is signed in by this: a token is never answered.
    token: None = None
    #: What became of the account, for people.
    message: str
    organization: OrganizationView


class ResetSopPassword(Payload):
    organization_website: Website
    sop_email: EmailAddress
    new_password: Password


class RemoveSopUser(Payload):
    organization_website: Website
    email: EmailAddress


class Done(Result):
    success: Literal[True] = True


@actions("CREATE_SOP_USER", allow=admin)
def create_sop_user(ctx: Ctx, payload: CreateSopUser) -> SopUser:
    """Make somebody a contact of an organisation; an account that has a password keeps it."""
    organization = _organization(ctx, payload)
    account = Accounts(ctx.client).ensure(ctx.random(16), Login(payload.email, payload.password))
    admit(ctx, organization, account, payload.email)
    kept = "There was an account with this address: it keeps its password, which RESET_SOP_PASSWORD changes."
    took = "The account has the password you gave."
    return SopUser(
        user_id=account.id,
        email=payload.email,
        name=account.name,
        message=took if account.took_password else kept,
        organization=view(organization),
    )


@actions("RESET_SOP_PASSWORD", allow=admin)
def reset_sop_password(ctx: Ctx, payload: ResetSopPassword) -> Done:
    """Give a contact of an organisation a new password and sign them out everywhere."""
    organization = get_organization(ctx, None, payload.organization_website)
    contact = _contact(ctx, organization, payload.sop_email)
    accounts = Accounts(ctx.client)
    account = accounts.find(contact.user_id)
    if account is None:
        raise NotFound("This contact's account was deleted.", email=contact.email)
    if account.is_admin:
        raise Forbidden("An admin's password is not changed here.")
    accounts.set_password(account.id, payload.new_password, "new_password")
    ctx.audit.record("contact.password_reset", organization_id=organization.id, subject_id=contact.id)
    return Done()


@actions("REMOVE_SOP_USER", allow=admin)
def remove_sop_user(ctx: Ctx, payload: RemoveSopUser) -> Done:
    """Take a contact's access to an organisation; the account stays, it may serve elsewhere."""
    organization = get_organization(ctx, None, payload.organization_website)
    if payload.email == organization.sop_email:
        raise MainContact(email=payload.email)
    expel(ctx, _contact(ctx, organization, payload.email), organization.team_id)
    return Done()


def _contact(ctx: Ctx, organization: Organization, email: str) -> Contact:
    found = ctx.store.find(Contact, Contact.id_for(organization.id, email))
    if found is None:
        raise NotFound("The organization has no such contact.", website=organization.website, email=email)
    return found


def _organization(ctx: Ctx, payload: CreateSopUser) -> Organization:
    """The one that is named, else the only one that the address is a contact of."""
    if payload.organization_website:
        return get_organization(ctx, None, payload.organization_website)
    theirs = ctx.store.first(Contact, [Query.equal("email", payload.email)], limit=BATCH)
    found = ctx.store.find_many(Organization, {contact.organization_id for contact in theirs})
    open_ones = [organization for organization in found.values() if organization.archived_at is None]
    if not open_ones:
        raise NotFound("No organization has this contact; name one as organization_website.", email=payload.email)
    if len(open_ones) > 1:
        raise InvalidPayload("organization_website: say which of this contact's organizations you mean.")
    return open_ones[0]
