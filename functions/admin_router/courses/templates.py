"""Certificate templates: chosen, and saved under the next version of their course."""

from datetime import datetime
from typing import Annotated

from appwrite.query import Query
from pydantic import AwareDatetime, Field, StringConstraints

from shared.actions import Payload, Result
from shared.certificate import designs
from shared.context import Ctx
from shared.errors import AlreadyExists, InvalidPayload, Unavailable
from shared.record import Record
from shared.records import Template
from shared.store import BATCH, Store

#: How many may save a template of the same course in the same moment.
_TRIES = 10


#: Kept to the letter: lines are counted in it.
TemplateHtml = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]


class TemplateChoice(Payload):
    """At most one of the two."""

    certificate_template_html: TemplateHtml | None = None
    #: One that comes with the backend: `classic`.
    template_name: str | None = Field(None, min_length=1, max_length=64)


class VersionView(Result):
    version: int
    saved_at: datetime


class _Version(Record):
    """A template without its text, which may be long."""

    table = Template.table

    version: int = 1
    saved_at: AwareDatetime = Field(alias="$createdAt")


def chosen(payload: TemplateChoice) -> str | None:
    """The template's text; None if the payload chooses none. Raises `InvalidPayload`."""
    if payload.template_name is None:
        return payload.certificate_template_html
    if payload.certificate_template_html is not None:
        raise InvalidPayload("template_name: Give this or certificate_template_html, not both.")
    html = designs.design(payload.template_name)
    if html is None:
        raise InvalidPayload(f"template_name: There are {', '.join(designs.names())}.", names=designs.names())
    return html


def save_template(store: Store, course_id: str, html: str) -> Template:
    """The course's template of this text, saved under the next version unless it was before.

    The unique index on course and version lets one of those who save at a time have a version; the others try the next.
    """
    template_id = Template.id_for(course_id, html)
    of_course = [Query.equal("course_id", [course_id]), Query.order_desc("version")]
    for _ in range(_TRIES):
        if found := store.find(Template, template_id):
            return found
        latest = store.first(Template, of_course, limit=1)
        version = latest[0].version + 1 if latest else 1
        template = Template(id=template_id, course_id=course_id, html=html, version=version)
        try:
            store.insert(template)
        except AlreadyExists:
            continue
        return template
    raise Unavailable("Too many are saving templates of this course.")


def current_html(ctx: Ctx, template_id: str) -> str:
    """The text of a course's current template; empty if it is gone."""
    template = ctx.store.find(Template, template_id)
    return template.html if template else ""


def versions(ctx: Ctx, course_id: str) -> list[VersionView]:
    """The latest hundred, the newest first."""
    queries = [
        Query.equal("course_id", [course_id]),
        Query.order_desc("version"),
        Query.select(["$id", "$createdAt", "version"]),
    ]
    found = ctx.store.first(_Version, queries, limit=BATCH)
    return [VersionView(version=each.version, saved_at=each.saved_at) for each in found]
