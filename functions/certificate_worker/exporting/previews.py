"""A template as PDF, and as a picture of that, before anything is issued with it."""

from collections.abc import Iterator

from functions.certificate_worker.issuing.dates import long_date
from shared.certificate import qr
from shared.certificate.printer import Metadata, Printer, RendererUnavailable, TemplateRejected, engines_of
from shared.certificate.sample_values import sample_link
from shared.context import Ctx
from shared.errors import Unavailable
from shared.exports import CannotBuild, Export, Part
from shared.previews import PreviewRequest


def build_preview(ctx: Ctx, printer: Printer, export: Export) -> Iterator[Part]:
    """A PDF, and a PNG of its page if it can be drawn.

    Raises `CannotBuild` if the template can't be printed with these values.
    """
    asked = PreviewRequest.model_validate_json(export.request)
    values = {**asked.values, **_written(asked, sample_link(ctx.verification.url))}
    metadata = Metadata(
        title=f"Preview: {values['course_name']} – {values['learner_name']}",
        author=values["organization"],
        subject=values["course_name"],
        keywords="preview",
        issued_at=asked.completed_at,
    )
    try:
        printed = printer.print(export.html or "", values, metadata, engines_of(asked.engines or ""))
    except TemplateRejected as error:
        ctx.log.warning("preview rejected", export_id=export.id)
        raise CannotBuild(str(error)) from error
    except RendererUnavailable as error:
        raise Unavailable("The renderer can't be started.") from error
    yield Part("preview.pdf", printed.pdf)
    picture = printer.picture(printed.pdf)
    if picture is None:
        ctx.log.warning("preview not drawn", export_id=export.id)
    else:
        yield Part("preview.png", picture, documents=0)


def _written(asked: PreviewRequest, link: str) -> dict[str, str]:
    """What the router has no means to write."""
    issued = long_date(asked.completed_at, asked.locale)
    return {
        "completion_date": issued,
        "issued_at": issued,
        "expires_at": long_date(asked.expires_at, asked.locale),
        "qr_code": qr.qr_code(link),
        "verify_url": link,
    }
