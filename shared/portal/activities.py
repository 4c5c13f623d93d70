"""The activity log, read for both routers: newest first, paged by the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from appwrite.query import Query
from pydantic import Field

from shared.actions import Result
from shared.audit import Activity, Outcome
from shared.identifiers import Website
from shared.listing import Listing, ListResult, Pagination
from shared.portal.learner_lists import Blank, Day
from shared.record import wire_time
from shared.records import Learner, Organization
from shared.store import Store

#: Fields of a change that name another organisation.
_FOREIGN = frozenset({"organization_website"})
_ADMIN, _SOP = "admin", "sop"


class ActivityListing(Listing):
    #: An activity (`course.edited`), or the noun of several (`course`).
    activity_type: Annotated[str | None, Blank] = Field(None, max_length=64, pattern=r"^[a-z_]+(\.[a-z_]+)?$")
    status: Annotated[Outcome | None, Blank] = None
    organization_website: Annotated[Website | None, Blank] = None
    course_id: Annotated[str | None, Blank] = Field(None, max_length=128)
    #: The first and the last day (UTC) to show.
    from_date: Day = None
    to_date: Day = None


class ActorView(Result):
    #: admin, sop, or system for what the backend does by itself.
    role: str
    #: Of the Appwrite account; an SOP is not told who the admins are.
    id: str | None
    email: str | None


class ActivityView(Result):
    id: str
    at: datetime
    activity_type: str
    status: Outcome
    actor: ActorView
    organization_id: str | None
    organization_website: str | None
    course_id: str | None
    learner_id: str | None
    #: Of the learner as they are called today; None for those who were erased, or are another organisation's by now.
    learner_name: str | None
    #: What else it was about: the id of a certificate, a completion, a contact …
    subject_id: str | None
    #: `{field: [before, after]}` of what changed; None where nothing did, or its learner was erased.
    changes: dict[str, Any] | None
    #: Of the execution that did it.
    request_id: str


class ActivityLogs(ListResult):
    logs: list[ActivityView]


def list_activities(
    store: Store, asked: ActivityListing, organization: Organization | None, *, for_sop: bool = False
) -> ActivityLogs:
    """The page of `asked`, of `organization` if one is given."""
    page = store.page(Activity, _queries(asked, organization), asked.limit, asked.offset, asked.cursor)
    websites = {organization.id: organization.website} if organization else _websites(store, page.items)
    names = _names(store, page.items, organization)
    logs = [_view(each, websites.get(each.organization_id or ""), names) for each in page.items]
    return ActivityLogs(logs=[*map(_as_sop_sees_it, logs)] if for_sop else logs, pagination=Pagination.of(page))


def _queries(asked: ActivityListing, organization: Organization | None) -> list[str]:
    queries = [Query.order_desc("at")]
    columns = {
        "organization_id": organization.id if organization else None,
        "course_id": asked.course_id,
        "status": asked.status,
    }
    queries += [Query.equal(column, [value]) for column, value in columns.items() if value]
    if asked.activity_type:
        exact = "." in asked.activity_type
        name = asked.activity_type if exact else f"{asked.activity_type}."
        queries.append(Query.equal("activity", [name]) if exact else Query.starts_with("activity", name))
    if asked.from_date:
        queries.append(Query.greater_than_equal("at", _moment(asked.from_date, time.min)))
    if asked.to_date:
        queries.append(Query.less_than_equal("at", _moment(asked.to_date, time.max)))
    return queries


def _moment(day: date, at: time) -> str:
    return wire_time(datetime.combine(day, at, UTC))


def _websites(store: Store, activities: Sequence[Activity]) -> dict[str, str]:
    ids = {each.organization_id for each in activities if each.organization_id}
    return {each.id: each.website for each in store.find_many(Organization, ids).values()}


def _names(store: Store, activities: Sequence[Activity], organization: Organization | None) -> dict[str, str]:
    learners = store.find_many(Learner, {each.learner_id for each in activities if each.learner_id}).values()
    return {each.id: each.name for each in learners if organization is None or each.organization_id == organization.id}


def _view(activity: Activity, website: str | None, names: Mapping[str, str]) -> ActivityView:
    return ActivityView(
        id=activity.id,
        at=activity.at,
        activity_type=activity.activity,
        status=activity.status,
        actor=ActorView(role=activity.actor_role, id=activity.actor_id, email=activity.actor_email),
        organization_id=activity.organization_id,
        organization_website=website,
        course_id=activity.course_id,
        learner_id=activity.learner_id,
        learner_name=names.get(activity.learner_id or ""),
        subject_id=activity.subject_id,
        changes=json.loads(activity.changes) if activity.changes else None,
        request_id=activity.request_id,
    )


def _as_sop_sees_it(log: ActivityView) -> ActivityView:
    """Without who the admins are, and without the organisation that a learner came from."""
    known = log.actor.role == _SOP
    changes = {field: pair for field, pair in (log.changes or {}).items() if field not in _FOREIGN}
    actor = log.actor if known else ActorView(role=log.actor.role, id=None, email=None)
    return log.model_copy(update={"actor": actor, "changes": changes or None})
