"""Organisations: added with their main contact (the SOP), and edited."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from functions.admin_router.organizations.admission import Invitation, admit, expel, invite
from functions.admin_router.organizations.logo import LogoAddress, keep_logo
from functions.admin_router.organizations.organization import (
    OrganizationId,
    OrganizationView,
    archive,
    change,
    check_free,
    get_organization,
    taken,
    view,
)
from shared.access import admin
from shared.accounts import Account, Accounts, Login, Password, Teams
from shared.actions import Actions, Payload, Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import AlreadyExists
from shared.identifiers import EmailAddress, Website
from shared.people import organization_by_website
from shared.records import Contact, Organization

actions = Actions()

Name = Annotated[str, Field(min_length=1, max_length=255)]
#: For an account that has none yet. Empty = none, which invites the contact.
FirstPassword = Annotated[Password | None, BeforeValidator(lambda typed: None if typed == "" else typed)]


class AddOrganization(Payload):
    website: Website
    name: Name
    sop_email: EmailAddress
    sop_password: FirstPassword = None
    logo: LogoAddress = None


class EditOrganization(Payload):
    """What is left out stays as it is."""

    organization_id: OrganizationId | None = None
    #: Says which organisation if there is no `organization_id`, else its new website.
    website: Website | None = None
    new_website: Website | None = None
    name: Name | None = None
    #: The new main contact; the former is no contact any more unless `keep_former_contact` says so.
    sop_email: EmailAddress | None = None
    sop_password: FirstPassword = None
    keep_former_contact: bool = False
    #: False restores an archived organisation.
    archived: bool | None = None
    logo: LogoAddress = None


class OrganizationResult(Result):
    organization: OrganizationView
    #: Whether a mail told the contact how to get a password.
    invited: bool = False
    #: Why not.
    reason: str | None = None


@actions("ADD_ORGANIZATION", allow=admin)
def add_organization(ctx: Ctx, payload: AddOrganization) -> OrganizationResult:
    """Create an organisation, its team and its main contact's account.

    Repeating the call finishes what an interrupted one began; the same website with another name or contact is a
    conflict. An account that has a password keeps it. A contact without one is invited by mail, by each
    repetition again.
    """
    found = _same(ctx, payload)
    account = _account(ctx, payload.sop_email, payload)
    organization = found or _insert(ctx, payload)
    organization = change(ctx, organization, "organization.edited", **_mark(ctx, organization, payload))
    admit(ctx, organization, account, organization.sop_email)
    ctx.log.info("organization added", organization_id=organization.id)
    return _result(organization, invite(ctx, organization, account, organization.sop_email))


@actions("EDIT_ORGANIZATION", allow=admin)
def edit_organization(ctx: Ctx, payload: EditOrganization) -> OrganizationResult:
    """Change an organisation, its main contact, or whether it is archived."""
    organization = get_organization(ctx, payload.organization_id, payload.website)
    details = _details(payload)
    check_free(ctx, organization, details.get("website"))
    account = _account(ctx, payload.sop_email, payload) if payload.sop_email else None
    details |= _mark(ctx, organization, payload)
    organization = change(ctx, organization, "organization.edited", **details)
    if payload.name:
        Teams(ctx.client).rename(organization.team_id, organization.name)
    if payload.archived is not None:
        organization = archive(ctx, organization, payload.archived)
    if account and payload.sop_email:
        return _hand_over(ctx, organization, account, payload.sop_email, keep=payload.keep_former_contact)
    return _result(organization)


def _same(ctx: Ctx, payload: AddOrganization) -> Organization | None:
    """What an earlier call of the same content added. Raises `AlreadyExists` if the website is another's."""
    found = organization_by_website(ctx.store, payload.website)
    if found is None:
        return None
    if found.archived_at:
        raise AlreadyExists(
            "There is an archived organization with this website; EDIT_ORGANIZATION with archived: false restores it.",
            website=payload.website,
            organization_id=found.id,
        )
    if (found.name, found.sop_email) != (payload.name, payload.sop_email):
        raise taken(payload.website)
    return found


def _insert(ctx: Ctx, payload: AddOrganization) -> Organization:
    """The new row. Its team's id is random: users may found teams, and must not guess one in advance."""
    columns = payload.model_dump(include={"website", "name", "sop_email"})
    organization = Organization(id=ctx.random(16), team_id=ctx.random(16), **columns)
    try:
        ctx.store.insert(organization)
    except AlreadyExists:
        found = _same(ctx, payload)
        if found is None:
            raise
        return found
    ctx.audit.record("organization.added", difference({}, columns), organization_id=organization.id)
    return organization


def _hand_over(ctx: Ctx, organization: Organization, account: Account, email: str, keep: bool) -> OrganizationResult:
    """Make `email` the main contact. The row names them last, so that a repetition knows the former one."""
    admit(ctx, organization, account, email)
    former = organization.sop_email
    if former == email:
        return _result(organization)
    contact = None if keep else ctx.store.find(Contact, Contact.id_for(organization.id, former))
    if contact:
        expel(ctx, contact, organization.team_id)
    organization = change(ctx, organization, "organization.edited", sop_email=email)
    return _result(organization, invite(ctx, organization, account, email))


def _mark(ctx: Ctx, organization: Organization, payload: AddOrganization | EditOrganization) -> dict[str, str | None]:
    """What the row is to say of the logo, which is stored by now; nothing if the payload does not speak of it."""
    if "logo" not in payload.model_fields_set:
        return {}
    return {"logo_sha256": keep_logo(ctx, organization.id, payload.logo)}


def _details(payload: EditOrganization) -> dict[str, str | None]:
    website = payload.new_website or (payload.website if payload.organization_id else None)
    return {name: value for name, value in (("website", website), ("name", payload.name)) if value}


def _account(ctx: Ctx, email: str, payload: AddOrganization | EditOrganization) -> Account:
    login = Login(email, payload.sop_password, ("sop_email", "sop_password"))
    return Accounts(ctx.client).ensure(ctx.random(16), login)


def _result(organization: Organization, invitation: Invitation | None = None) -> OrganizationResult:
    if invitation is None:
        return OrganizationResult(organization=view(organization))
    return OrganizationResult(organization=view(organization), invited=invitation.invited, reason=invitation.reason)
