"""The failures a caller may see: a status, a stable code, and a message, the class's docstring unless one is given.

Everything else that goes wrong is a bug or an outage; `shared.runtime` turns it into a 500 without inner detail.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class AppError(Exception):
    """Something went wrong."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "INTERNAL_ERROR"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or (type(self).__doc__ or "").partition("\n")[0]
        self.details: Mapping[str, Any] = details
        super().__init__(self.message)


class BadRequest(AppError):
    """The request can't be read."""

    status, code = HTTPStatus.BAD_REQUEST, "BAD_REQUEST"


class InvalidPayload(AppError):
    """The payload is not valid."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_PAYLOAD"


class InvalidTemplate(AppError):
    """The certificate template can't be used."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_TEMPLATE"


class InvalidCsv(AppError):
    """The CSV can't be read."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_CSV"


class UnknownAction(AppError):
    """There is no such action."""

    status, code = HTTPStatus.BAD_REQUEST, "UNKNOWN_ACTION"


class MethodNotAllowed(AppError):
    """Actions are called with POST."""

    status, code = HTTPStatus.METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"


class Unauthenticated(AppError):
    """A valid Appwrite JWT is needed."""

    status, code = HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED"


class InvalidSignature(AppError):
    """The signature is missing or does not fit the body."""

    status, code = HTTPStatus.UNAUTHORIZED, "INVALID_SIGNATURE"


class Forbidden(AppError):
    """The caller may not do this."""

    status, code = HTTPStatus.FORBIDDEN, "FORBIDDEN"


class NotFound(AppError):
    """There is no such thing."""

    status, code = HTTPStatus.NOT_FOUND, "NOT_FOUND"


class AlreadyExists(AppError):
    """It exists already."""

    status, code = HTTPStatus.CONFLICT, "ALREADY_EXISTS"


class InUse(AppError):
    """It is in use; archive it instead."""

    status, code = HTTPStatus.CONFLICT, "IN_USE"


class Archived(AppError):
    """It is archived, and takes nothing new."""

    status, code = HTTPStatus.CONFLICT, "ARCHIVED"


class TooLarge(AppError):
    """The request is too large."""

    status, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TOO_LARGE"


class Unavailable(AppError):
    """A service this depends on can't be reached; try again later."""

    status, code = HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE"
