"""Many certificates at once, as ZIP files that the worker makes."""

from datetime import date, datetime, timedelta

from pydantic import Field, ValidationInfo, field_validator

from functions.sop_router import zip_exports
from functions.sop_router.organization import organization_of
from shared import links
from shared.access import signed_in
from shared.actions import Actions, Payload, Result
from shared.archives import Archive
from shared.context import Ctx
from shared.exports import Export, ExportStatus
from shared.identifiers import Website
from shared.portal.waiting import awaited

actions = Actions()

_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


class DownloadCertificates(Payload):
    """Either `export_id`, or which certificates are wanted: all if nothing is said."""

    #: Of a download that was begun before: how far it is, and its links. Then course and dates do not matter.
    export_id: str | None = Field(None, pattern=r"^[0-9a-f]{32}$")
    course_id: str | None = Field(None, min_length=1, max_length=128)
    #: The first and the last day of issue, both included, by UTC.
    from_date: date | None = Field(None, ge=_EARLIEST, le=_LATEST)
    to_date: date | None = Field(None, ge=_EARLIEST, le=_LATEST)
    organization_website: Website | None = None
    #: Seconds to wait for the files before answering that they are being made.
    wait_seconds: float = Field(0, ge=0, le=20)

    @field_validator("to_date")
    @classmethod
    def _not_before_from_date(cls, to_date: date | None, info: ValidationInfo) -> date | None:
        from_date = info.data.get("from_date")
        if to_date and from_date and to_date < from_date:
            raise ValueError("It lies before from_date.")
        return to_date


class DownloadLink(Result):
    #: Works without signing in until `expires_at`.
    download_url: str
    filename: str


class Downloads(Result):
    export_id: str
    status: ExportStatus
    #: How many certificates are wanted; once the files are ready, how many are in them.
    documents: int | None
    #: How far it is, or why it failed, for people.
    message: str
    #: One for each file, once they are ready.
    downloads: list[DownloadLink]
    #: The first of them.
    download_url: str | None
    expires_at: datetime | None


@actions("DOWNLOAD_CERTIFICATES", allow=signed_in)
def download_certificates(ctx: Ctx, payload: DownloadCertificates) -> Downloads:
    """ZIP files of an organisation's certificates: begun, and offered once they are there.

    The same request is the same download until there are more certificates.
    """
    organization = organization_of(ctx, payload.organization_website)
    if payload.export_id:
        export = zip_exports.find(ctx, organization, payload.export_id)
    else:
        wanted = Archive(course_id=payload.course_id, from_date=payload.from_date, to_date=payload.to_date)
        export = zip_exports.begin(ctx, organization, wanted)
    return _view(ctx, awaited(ctx, export, payload.wait_seconds))


def _view(ctx: Ctx, export: Export) -> Downloads:
    is_ready = export.status is ExportStatus.READY
    expires_at = min(ctx.now() + timedelta(seconds=ctx.settings.download_link_ttl), export.expires_at)
    downloads = _downloads(ctx, export, expires_at) if is_ready else []
    return Downloads(
        export_id=export.id,
        status=export.status,
        documents=export.documents,
        message=_message(export),
        downloads=downloads,
        download_url=downloads[0].download_url if downloads else None,
        expires_at=expires_at if is_ready else None,
    )


def _downloads(ctx: Ctx, export: Export, expires_at: datetime) -> list[DownloadLink]:
    archive = Archive.model_validate_json(export.request)
    addresses = links.of_export(ctx, export, expires_at)
    return [
        DownloadLink(download_url=address, filename=archive.filename(part)) for part, address in enumerate(addresses)
    ]


def _message(export: Export) -> str:
    if export.status is ExportStatus.READY:
        return export.reason or "The files are ready."
    if export.status is ExportStatus.FAILED:
        return export.reason or "The files could not be made."
    return "The files are being made; ask again with this export_id."
