"""What a preview prints; asked for by the router, read by the worker, as JSON in `Export.request`."""

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict


class PreviewRequest(BaseModel):
    model_config = ConfigDict(frozen=True)

    #: A text for each of `shared.certificate.document.VARIABLES`. The worker writes its dates anew, and its link.
    values: Mapping[str, str]
    #: And issued.
    completed_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    #: Of the course; the worker writes the date by it.
    locale: str | None
    #: Of the course; in place of the worker's `PDF_ENGINES`.
    engines: str | None = None
