"""Learners get another name, address or organisation."""

from collections.abc import Mapping
from typing import Annotated, Any

from appwrite.query import Query

from functions.admin_router.lookup import get_organization
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import AlreadyExists, Archived, NotFound
from shared.identifiers import EmailAddress, PersonName, Website
from shared.people import learner_by_email
from shared.portal.learner_lists import Blank
from shared.records import Completion, CompletionStatus, Enrollment, Learner, LearnerAlias, Organization

actions = Actions()


class UpdateLearner(Payload):
    #: The address they have now, or had before.
    learner_email: EmailAddress
    #: Of the organisation they belong to, before or after the change.
    organization_website: Website
    name: Annotated[PersonName | None, Blank] = None
    #: The new address; the one before goes on leading to the learner.
    email: Annotated[EmailAddress | None, Blank] = None
    #: Of the organisation to move to.
    new_website: Annotated[Website | None, Blank] = None


class LearnerView(Result):
    learner_id: str
    name: str
    email: str
    organization_website: str


class Updated(Result):
    #: 1, or 0 where everything was so already.
    updated_count: int
    learner: LearnerView


@actions("UPDATE_LEARNER", allow=admin)
def update_learner(ctx: Ctx, payload: UpdateLearner) -> Updated:
    """Change a learner's name, address or organisation; what is left out stays.

    Certificates that were issued keep what they print and the organisation that they were issued for. Graphy keeps the
    address that it knows: completions under it still count, and enrolments that wait go out under the new one.
    """
    current = get_organization(ctx, payload.organization_website)
    target = get_organization(ctx, payload.new_website, "new_website") if payload.new_website else current
    before = _find(ctx, payload, {current.id, target.id})
    if target.archived_at and target.id != before.organization_id:
        raise Archived("This organization is archived.", new_website=target.website)
    wanted = {
        "name": payload.name or before.name,
        "email": payload.email or before.email,
        "organization_id": target.id,
    }
    after = _change(ctx, before, wanted)
    _copy(ctx, after)
    if after != before:
        _record(ctx, before, after, {current.id: current, target.id: target})
    return Updated(updated_count=int(after != before), learner=_view(after, target))


def _find(ctx: Ctx, payload: UpdateLearner, organization_ids: set[str]) -> Learner:
    """The learner; to a repeat they belong to the new organisation already."""
    learner = learner_by_email(ctx.store, payload.learner_email)
    if learner is None or learner.organization_id not in organization_ids:
        raise NotFound(
            "There is no such learner in this organization.",
            learner_email=payload.learner_email,
            organization_website=payload.organization_website,
        )
    return learner


def _change(ctx: Ctx, before: Learner, wanted: Mapping[str, str]) -> Learner:
    """The row as it is then. Raises `AlreadyExists` if the new address is somebody else's, or was.

    remember old address --> change the row --> forget the new address as a former one
                         ^                  ^
    a crash here leaves an address that leads to whom it leads anyway, or one that is a former one too
    """
    changes = {column: value for column, value in wanted.items() if value != getattr(before, column)}
    if not changes:
        return before
    email = changes.get("email")
    if email is None:
        return ctx.store.update(Learner, before.id, **changes)
    other = learner_by_email(ctx.store, email)
    if other and other.id != before.id:
        raise AlreadyExists("Another learner has this address, or had it.", email=email)
    _remember(ctx, before)
    try:
        after = ctx.store.update(Learner, before.id, **changes)
    except AlreadyExists:
        raise AlreadyExists("Another learner has this address.", email=email) from None
    ctx.store.delete(LearnerAlias, LearnerAlias.id_for(email))
    return after


def _remember(ctx: Ctx, learner: Learner) -> None:
    """The address leads to who had it last."""
    alias = LearnerAlias(id=LearnerAlias.id_for(learner.email), email=learner.email, learner_id=learner.id)
    try:
        ctx.store.insert(alias)
    except AlreadyExists:
        ctx.store.update(LearnerAlias, alias.id, learner_id=learner.id)


def _copy(ctx: Ctx, learner: Learner) -> None:
    """Into the learner's enrolments, also if nothing changed: an interrupted change is finished by its repeat."""
    ctx.store.update_where(
        Enrollment,
        [Query.equal("learner_id", [learner.id])],
        learner_name=learner.name,
        learner_email=learner.email,
        organization_id=learner.organization_id,
    )


def _record(ctx: Ctx, before: Learner, after: Learner, organizations: Mapping[str, Organization]) -> None:
    changes = difference(_shown(before, organizations), _shown(after, organizations))
    ctx.audit.record("learner.edited", changes, learner_id=after.id, organization_id=after.organization_id)
    ctx.log.info("learner edited", learner_id=after.id, fields=sorted(changes))
    if changes.keys() & {"email", "organization_website"}:
        _match_again(ctx, after)


def _shown(learner: Learner, organizations: Mapping[str, Organization]) -> dict[str, Any]:
    website = organizations[learner.organization_id].website
    return {"name": learner.name, "email": learner.email, "organization_website": website}


def _match_again(ctx: Ctx, learner: Learner) -> None:
    """Completions that waited for this address, or for an organisation that is not archived."""
    waiting = [
        Query.equal("status", [CompletionStatus.UNMATCHED]),
        Query.equal("email", [learner.email]),
    ]
    if ctx.store.update_where(Completion, waiting, due_at=ctx.now()):
        ctx.executions.kick_worker()


def _view(learner: Learner, organization: Organization) -> LearnerView:
    return LearnerView(
        learner_id=learner.id, name=learner.name, email=learner.email, organization_website=organization.website
    )
