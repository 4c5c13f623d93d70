"""What a certificate will look like, before anything is issued: the page at once, its PDF from the worker."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from functions.admin_router.courses.changes import change
from functions.admin_router.courses.courses import CourseView, get_course, view
from functions.admin_router.courses.fields import CourseId
from functions.admin_router.courses.judging import Finding, findings, preview_template, refused
from functions.admin_router.courses.preview_files import begin, find, offer
from functions.admin_router.courses.preview_values import PreviewValues, request_for
from functions.admin_router.courses.templates import TemplateChoice, TemplateHtml, chosen, current_html
from shared.access import admin
from shared.actions import Actions, Result
from shared.certificate.press import Preview
from shared.context import Ctx
from shared.errors import InvalidPayload, NotFound
from shared.exports import Export, ExportStatus
from shared.portal.waiting import awaited
from shared.records import Course

actions = Actions()

_MESSAGES = {
    ExportStatus.QUEUED: "The PDF is waiting to be made; ask again with preview_id.",
    ExportStatus.BUILDING: "The PDF is being made; ask again with preview_id.",
    ExportStatus.READY: "The PDF is ready.",
}
#: Seconds to wait for the PDF before answering.
WaitSeconds = Annotated[float, Field(ge=0, le=20)]


class PreviewCertificate(TemplateChoice, PreviewValues):
    """A template, else a course's current one; or `preview_id` alone."""

    #: Whose name, locale and, if no template is given, current template are used.
    course_id: CourseId | None = None
    #: Of a preview asked for before: how far its PDF is.
    preview_id: str | None = Field(None, pattern=r"^[0-9a-f]{32}$")
    wait_seconds: WaitSeconds = 10


class SaveAndPreview(PreviewValues):
    course_id: CourseId
    certificate_template_html: TemplateHtml
    wait_seconds: WaitSeconds = 0


class PreviewResult(Result):
    preview_id: str
    #: Filled and sanitised, as the renderer gets it; but the date is in English, where the PDF has the course's locale.
    #: Null if `preview_id` was given.
    preview_html: str | None
    #: What the sanitiser takes out; a template with any of it can't be saved.
    removed: list[Finding]
    #: What plutoprint leaves out. Another engine prints it, if `PDF_ENGINES` names one that is set up for the worker.
    unsupported: list[Finding]
    #: Of the PDF.
    status: ExportStatus
    #: Anyone may open it until `expires_at`.
    download_url: str | None
    #: A PNG of its page, some 1000 pixels wide, for as long. Null also if it could not be drawn.
    picture_url: str | None
    expires_at: AwareDatetime | None
    message: str


class SaveAndPreviewResult(PreviewResult):
    course: CourseView


@actions("PREVIEW_CERTIFICATE", allow=admin)
def preview_certificate(ctx: Ctx, payload: PreviewCertificate) -> PreviewResult:
    """Fill a template that need not be saved, say what of it is lost, and have it printed."""
    if payload.preview_id:
        return _result(ctx, awaited(ctx, find(ctx, payload.preview_id), payload.wait_seconds), None)
    html = chosen(payload)
    course = get_course(ctx, payload.course_id) if payload.course_id else None
    if html is None:
        html = _current(ctx, course)
    request = request_for(ctx, payload, course)
    page = preview_template(html, request.values)
    export = begin(ctx, html, request)
    return _result(ctx, awaited(ctx, export, payload.wait_seconds), page)


@actions("SAVE_AND_PREVIEW_CERTIFICATE", allow=admin)
def save_and_preview_certificate(ctx: Ctx, payload: SaveAndPreview) -> SaveAndPreviewResult:
    """Give a course a template, as EDIT_COURSE does, and preview it."""
    course = get_course(ctx, payload.course_id)
    request = request_for(ctx, payload, course)
    page = preview_template(payload.certificate_template_html, request.values)
    if page.removed:
        raise refused(page.removed)
    course = change(ctx, course, payload.certificate_template_html)
    export = begin(ctx, payload.certificate_template_html, request)
    result = _result(ctx, awaited(ctx, export, payload.wait_seconds), page)
    return SaveAndPreviewResult(**result.model_dump(), course=view(course))


def _current(ctx: Ctx, course: Course | None) -> str:
    if course is None:
        raise InvalidPayload("certificate_template_html: Give this, template_name or course_id.")
    html = current_html(ctx, course.template_id)
    if not html:
        raise NotFound("The course has no template.", course_id=course.course_id)
    return html


def _result(ctx: Ctx, export: Export, page: Preview | None) -> PreviewResult:
    offered = offer(ctx, export) if export.status is ExportStatus.READY else None
    return PreviewResult(
        preview_id=export.id,
        preview_html=page.html if page else None,
        removed=findings(page.removed if page else ()),
        unsupported=findings(page.unsupported if page else ()),
        status=export.status,
        download_url=offered.pdf if offered else None,
        picture_url=offered.picture if offered else None,
        expires_at=offered.expires_at if offered else None,
        message=_MESSAGES.get(export.status) or export.reason or "The PDF could not be made.",
    )
