"""What a preview prints; asked for by the router, read by the worker, as JSON in `Export.request`."""

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict


class PreviewRequest(BaseModel):
    model_config = ConfigDict(frozen=True)

    #: A text for each of `shared.certificate.document.VARIABLES`; the date is in English.
    values: Mapping[str, str]
    completed_at: AwareDatetime
    #: Of the course; the worker writes the date by it.
    locale: str | None
    #: Of the course; in place of the worker's `PDF_ENGINES`.
    engines: str | None = None
