"""What goes wrong, in the words of the real server."""

VERSION = "1.9.6"


class AppwriteError(Exception):
    """An answer other than success; `body` is the JSON that a client gets."""

    def __init__(self, message: str, code: int, type: str) -> None:  # noqa: A002 - the field's name on the wire
        super().__init__(message)
        self.message, self.code, self.type = message, code, type

    @property
    def body(self) -> dict[str, object]:
        """The four fields of every error of the API."""
        return {"message": self.message, "code": self.code, "type": self.type, "version": VERSION}


class Fault(AppwriteError):
    """An error of one kind; the values that it is raised with fill the `{}` of its message."""

    kind, status, template = "", 0, ""

    def __init__(self, *values: object) -> None:
        super().__init__(self.template.format(*values), self.status, self.kind)

    @classmethod
    def of(cls, kind: str, status: int, template: str) -> type["Fault"]:
        """Make the class for one kind of error."""
        return type(kind, (cls,), {"kind": kind, "status": status, "template": template})


ARGUMENT_INVALID = Fault.of("general_argument_invalid", 400, "Invalid `{}` param: {}")
ARGUMENT_MISSING = Fault.of("general_argument_invalid", 400, 'Param "{}" is not optional.')
NO_PROJECT = Fault.of(
    "general_access_forbidden",
    401,
    "No Appwrite project was specified. Please specify your project ID when initializing your Appwrite SDK.",
)
PROJECT_NOT_FOUND = Fault.of(
    "project_not_found",
    404,
    "Project with the requested ID could not be found. Please check the value of the X-Appwrite-Project header "
    "to ensure the correct project ID is being used.",
)
UNAUTHORIZED = Fault.of("user_unauthorized", 401, "The current user is not authorized to perform the requested action.")
NO_PERMISSION = Fault.of("user_unauthorized", 401, "No permissions provided for action '{}'")
MISSING_SCOPES = Fault.of("general_unauthorized_scope", 401, "{} missing scopes ({})")
KEYS_ONLY = Fault.of(
    "general_unauthorized_scope",
    401,
    "The current user or API key does not have the required scopes to access the requested resource.",
)
NOT_EMULATED = Fault.of("local_not_emulated", 501, "The local Appwrite does not emulate {}")
SERVER_ERROR = Fault.of("general_unknown", 500, "Server Error")
