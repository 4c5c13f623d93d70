"""Organisations and their single points of contact (SOPs)."""

from appwrite.exception import AppwriteException
from appwrite.query import Query
from appwrite.services.teams import Teams
from appwrite.services.users import Users
from pydantic import Field, SecretStr

from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.errors import AlreadyExists, InvalidPayload
from shared.identifiers import EmailAddress, Website
from shared.people import organization_by_website
from shared.records import Organization
from shared.store import translate

actions = Actions()

#: A member who may not invite others, as a team's `owner` may.
SOP_ROLE = "sop"


class AddOrganization(Payload):
    website: Website
    name: str = Field(min_length=1, max_length=255)
    sop_email: EmailAddress
    #: Appwrite's own limits: https://appwrite.io/docs/references/cloud/server-python/users#create
    sop_password: SecretStr | None = Field(None, min_length=8, max_length=256)


class OrganizationView(Result):
    organization_id: str
    website: str
    name: str
    sop_email: str


class OrganizationResult(Result):
    organization: OrganizationView


@actions("ADD_ORGANIZATION", allow=admin)
def add_organization(ctx: Ctx, payload: AddOrganization) -> OrganizationResult:
    """Create an organisation, its team and its SOP's account.

    Repeating the call finishes what an interrupted one began; the same website with another name or SOP is a conflict.
    An account that exists already becomes a member as it is: its password is not touched.
    """
    organization = _claim_website(ctx, payload)
    _ensure_team(ctx, organization)
    user_id = _ensure_user(ctx, organization.sop_email, payload.sop_password)
    _ensure_member(ctx, organization.team_id, user_id)
    ctx.log.info("organization added", organization_id=organization.id)
    return OrganizationResult(organization=view(organization))


def view(organization: Organization) -> OrganizationView:
    return OrganizationView(organization_id=organization.id, **organization.columns())


def _claim_website(ctx: Ctx, payload: AddOrganization) -> Organization:
    """The organisation's row. Its team's id is random: users may found teams, and must not guess one in advance."""
    wanted = Organization(
        id=ctx.random(16),
        website=payload.website,
        name=payload.name,
        sop_email=payload.sop_email,
        team_id=ctx.random(16),
    )
    try:
        ctx.store.insert(wanted)
    except AlreadyExists:
        found = organization_by_website(ctx.store, wanted.website)
        if found and (found.name, found.sop_email) == (wanted.name, wanted.sop_email):
            return found
        raise AlreadyExists("There is an organization with this website already.", website=payload.website) from None
    return wanted


def _ensure_team(ctx: Ctx, organization: Organization) -> None:
    try:
        Teams(ctx.client).create(organization.team_id, organization.name[:128])
    except AppwriteException as error:
        if error.type != "team_already_exists":
            raise translate(error) from error


def _ensure_user(ctx: Ctx, email: str, password: SecretStr | None) -> str:
    users = Users(ctx.client)
    try:
        secret = password.get_secret_value() if password else None
        return str(users.create(ctx.random(16), email=email, password=secret, name=email).id)
    except AppwriteException as error:
        if error.type == "general_argument_invalid":
            raise InvalidPayload(f"sop_email or sop_password: {error.message}") from None
        if error.type != "user_already_exists":
            raise translate(error) from error
    found = ctx.client.call("get", "/users", params={"queries": [Query.equal("email", email)]})["users"]
    return str(found[0]["$id"])


def _ensure_member(ctx: Ctx, team_id: str, user_id: str) -> None:
    try:
        Teams(ctx.client).create_membership(team_id, [SOP_ROLE], user_id=user_id)
    except AppwriteException as error:
        if error.type not in {"membership_already_confirmed", "team_invite_already_exists"}:
            raise translate(error) from error
