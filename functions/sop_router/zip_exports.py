"""The exports of an organisation's certificates: begun, and found again."""

from appwrite.query import Query

from shared.archives import MOST, Archive
from shared.context import Ctx
from shared.errors import AlreadyExists, InvalidPayload, NotFound
from shared.exports import KEPT, Export, ExportKind, ExportStatus
from shared.ids import stable_id
from shared.records import Certificate, Course, Organization

#: How often the same files are asked of the worker while that fails, until these exports are forgotten.
TURNS = 5


def find(ctx: Ctx, organization: Organization, export_id: str) -> Export:
    """Raises `NotFound` alike for what does not exist, is offered no longer, or belongs to somebody else."""
    export = ctx.store.find(Export, export_id)
    is_theirs = export and export.kind is ExportKind.ZIP and export.organization_id == organization.id
    if export is None or not is_theirs or export.expires_at <= ctx.now():
        raise NotFound("There is no such download, or no longer.", export_id=export_id)
    return export


def begin(ctx: Ctx, organization: Organization, wanted: Archive) -> Export:
    """The export of these certificates: the same one for the same certificates, unless it failed or ran out.

    Raises `NotFound` if there are none, `InvalidPayload` if there are too many.
    """
    archive = wanted.model_copy(update={"course_id": _spelled(ctx, wanted.course_id)})
    queries = archive.queries(organization.id)
    documents = ctx.store.count(Certificate, queries)
    newest = ctx.store.first(Certificate, [*queries, Query.order_desc("issued_at")], limit=1)
    if not newest:
        raise NotFound("There are no such certificates.", **wanted.model_dump(mode="json", exclude={"stem"}))
    if documents > MOST:
        message = f"{documents} certificates fit, at most {MOST} are offered at once; ask by course or by dates."
        raise InvalidPayload(message, documents=documents, max_documents=MOST)
    what = archive.model_dump_json(), documents, newest[0].id
    ids = [stable_id("zip", organization.id, *what, turn) for turn in range(TURNS)]
    export = Export(
        id=ids[0],
        kind=ExportKind.ZIP,
        organization_id=organization.id,
        request=archive.named(organization.website, ctx.now().date()).model_dump_json(),
        documents=documents,
        due_at=ctx.now(),
        expires_at=ctx.now() + KEPT,
    )
    return _first_usable(ctx, export, ids, archive.course_id)


def _spelled(ctx: Ctx, course_id: str | None) -> str | None:
    """A course's id as the database has it, whatever its case."""
    course = ctx.store.find(Course, Course.id_for(course_id)) if course_id else None
    return course.course_id if course else course_id


def _first_usable(ctx: Ctx, new: Export, ids: list[str], course_id: str | None) -> Export:
    """The first export of `ids` that has neither failed nor run out; `new` in the first free place; else the last."""
    there = ctx.store.find_many(Export, ids)
    for export_id in ids:
        export = there.get(export_id)
        if export is None:
            return _queue(ctx, new.model_copy(update={"id": export_id}), course_id)
        if export.status is not ExportStatus.FAILED and export.expires_at > ctx.now():
            return export
    return there[ids[-1]]


def _queue(ctx: Ctx, export: Export, course_id: str | None) -> Export:
    try:
        ctx.store.insert(export)
    except AlreadyExists:
        return ctx.store.find(Export, export.id) or export
    ctx.audit.record(
        "export.requested", organization_id=export.organization_id, course_id=course_id, subject_id=export.id
    )
    ctx.log.info("export queued", export_id=export.id, documents=export.documents)
    ctx.executions.kick_worker()
    return export
