"""The refusals that several tests expect."""

from tests.conformance.server import Refusal

NOT_AUTHORIZED = (401, "user_unauthorized", "The current user is not authorized to perform the requested action.")


def exists(row_id: str) -> Refusal:
    return (
        409,
        "row_already_exists",
        (
            f"Row with the requested ID '{row_id}' already exists. Try again with a different ID or use ID.unique() to "
            "generate a unique ID."
        ),
    )


def missing(row_id: str) -> Refusal:
    return 404, "row_not_found", f"Row with the requested ID '{row_id}' could not be found."


def invalid(message: str) -> Refusal:
    return 400, "row_invalid_structure", f"Invalid document structure: {message}"


def missing_scopes(who: str, scopes: str) -> Refusal:
    return 401, "general_unauthorized_scope", f"{who} missing scopes ({scopes})"


GUEST = missing_scopes("User (role: guests)", '["account"]')
