"""What stops a deployment; every message is for the person who deploys."""


class DeployError(Exception):
    """The deployment can't go on."""


class ServerError(DeployError):
    """Appwrite refused a call, or did not answer (`status` 0). https://appwrite.io/docs/advanced/platform/response-codes"""

    def __init__(self, call: str, status: int, kind: str | None, message: str) -> None:
        super().__init__(f"{call}: {message} ({status or 'no answer'} {kind or ''})".replace(" )", ")"))
        self.status = status
        self.kind = kind
