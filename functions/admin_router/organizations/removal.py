"""Organisations go: for good if nothing hangs on them, else into the archive."""

from appwrite.query import Query

from functions.admin_router.organizations.organization import OrganizationId, archive, get_organization
from shared.access import admin
from shared.accounts import Teams
from shared.actions import Actions, Payload, Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import InUse
from shared.identifiers import Website
from shared.records import Certificate, Contact, Learner, Logo, Organization

actions = Actions()


class DeleteOrganization(Payload):
    organization_id: OrganizationId | None = None
    #: Says which organisation if there is no `organization_id`.
    website: Website | None = None
    #: Archive it instead; EDIT_ORGANIZATION with `archived: false` restores it.
    archive: bool = False


class Dependents(Result):
    """What would be left without its organisation."""

    learners: int
    certificates: int


class OrganizationRemoval(Dependents):
    success: bool
    #: Whether it is archived; otherwise it is gone.
    archived: bool


@actions("DELETE_ORGANIZATION", allow=admin)
def delete_organization(ctx: Ctx, payload: DeleteOrganization) -> OrganizationRemoval:
    """Delete an organisation with its team and contacts, unless it has learners or certificates.

    The contacts' accounts stay: they may serve elsewhere. To delete it again is to ask for what is not there.
    """
    organization = get_organization(ctx, payload.organization_id, payload.website)
    held = _dependents(ctx, organization)
    if payload.archive:
        archive(ctx, organization, archived=True)
    else:
        _refuse(held)
        _delete(ctx, organization)
    return OrganizationRemoval(success=True, archived=payload.archive, **held.model_dump())


def _dependents(ctx: Ctx, organization: Organization) -> Dependents:
    its = [Query.equal("organization_id", organization.id)]
    return Dependents(learners=ctx.store.count(Learner, its), certificates=ctx.store.count(Certificate, its))


def _refuse(held: Dependents) -> None:
    if held.learners or held.certificates:
        raise InUse(**held.model_dump())


def _delete(ctx: Ctx, organization: Organization) -> None:
    """Its row goes last, so that an interrupted deletion can be repeated."""
    _close(ctx, organization)
    Teams(ctx.client).delete(organization.team_id)
    ctx.store.delete_where(Contact, [Query.equal("organization_id", organization.id)])
    ctx.store.delete(Logo, organization.id)
    ctx.store.delete(Organization, organization.id)
    shown = organization.model_dump(include={"website", "name", "sop_email"})
    ctx.audit.record("organization.deleted", difference(shown, {}), organization_id=organization.id)
    ctx.log.info("organization deleted", organization_id=organization.id)


def _close(ctx: Ctx, organization: Organization) -> None:
    """An archived organisation takes no learners: what an upload added since the first count is counted now."""
    ctx.store.update(Organization, organization.id, archived_at=ctx.now())
    try:
        _refuse(_dependents(ctx, organization))
    except InUse:
        ctx.store.update(Organization, organization.id, archived_at=organization.archived_at)
        raise
