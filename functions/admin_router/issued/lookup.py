"""Certificates by their numbers."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from shared.certificate.number import is_number, normalized
from shared.context import Ctx
from shared.errors import NotFound
from shared.records import Certificate


def _number(typed: str) -> str:
    number = normalized(typed)
    if not is_number(number):
        raise ValueError("This looks mistyped: its check character does not fit")
    return number


#: As people type it.
CertificateNumber = Annotated[
    str,
    Field(min_length=1, max_length=64),
    AfterValidator(_number),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 64, "examples": ["2026-7F3K-22QX-91PA"]}),
]


def get_certificate(ctx: Ctx, number: str) -> Certificate:
    """Raises `NotFound`."""
    found = ctx.store.find_by(Certificate, "certificate_number", [number])
    if not found:
        raise NotFound("There is no certificate of this number.", certificate_number=number)
    return found[0]
