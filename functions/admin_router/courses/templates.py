"""Certificate templates: chosen, and saved under the next version of their course."""

from datetime import datetime
from typing import Annotated

from appwrite.query import Query
from pydantic import AwareDatetime, Field, StringConstraints

from functions.admin_router.courses.design_options import TemplateOptions, designed
from shared.actions import Payload, Result
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
    """At most one of the first two."""

    certificate_template_html: TemplateHtml | None = None
    #: One that comes with the backend, as LIST_DESIGNS names it.
    template_name: str | None = Field(None, min_length=1, max_length=64)
    #: Of the design that `template_name` names; saved as part of the template's text.
    template_options: TemplateOptions | None = None


class VersionView(Result):
    version: int
    saved_at: datetime
    #: Why it is used no longer: it killed its renderer too often.
    set_aside: str | None


class _Version(Record):
    """A template without its text, which may be long."""

    table = Template.table

    version: int = 1
    saved_at: AwareDatetime = Field(alias="$createdAt")
    set_aside: str | None = None


def chosen(payload: TemplateChoice) -> str | None:
    """The template's text; None if the payload chooses none. Raises `InvalidPayload`."""
    if payload.template_name is None:
        if payload.template_options is not None:
            raise InvalidPayload("template_options: Give template_name too; they are of a design.")
        return payload.certificate_template_html
    if payload.certificate_template_html is not None:
        raise InvalidPayload("template_name: Give this or certificate_template_html, not both.")
    return designed(payload.template_name, payload.template_options)


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
        Query.select(["$id", "$createdAt", "version", "set_aside"]),
    ]
    found = ctx.store.first(_Version, queries, limit=BATCH)
    return [VersionView(version=each.version, saved_at=each.saved_at, set_aside=each.set_aside) for each in found]
