"""Bad days of the API, switched on for the next mails or until they are switched off."""

import threading
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What goes wrong."""

    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    HTML = "html"
    REDIRECT = "redirect"
    #: Nothing is taken, nothing is said.
    NO_ANSWER = "no_answer"
    #: The mail is taken, nothing is said.
    TAKEN_WITHOUT_ANSWER = "taken_without_answer"


#: Statuses and what the API says with them.
ANSWERS = {
    Kind.BAD_REQUEST: (400, "The from address does not match a verified Sender Identity."),
    Kind.UNAUTHORIZED: (401, "The provided authorization grant is invalid, expired, or revoked"),
    Kind.FORBIDDEN: (403, "access forbidden"),
    Kind.TOO_LARGE: (413, "The payload is too large."),
    Kind.RATE_LIMITED: (429, "too many requests"),
    Kind.SERVER_ERROR: (500, "internal server error"),
}


@dataclass
class Fault:
    """One fault to come; `calls` counts down, None stays until all faults are cleared."""

    kind: Kind
    calls: int | None = None


class Faults:
    """The faults to come, first arranged first, and how many mails were posted, taken or not."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        self._lock = threading.Lock()
        self.calls = 0

    def arrange(self, fault: Fault) -> None:
        with self._lock:
            self._coming.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()

    def take(self) -> Kind | None:
        """Count this call; what goes wrong with it, if anything."""
        with self._lock:
            self.calls += 1
            if not self._coming:
                return None
            fault = self._coming[0]
            if fault.calls is not None:
                fault.calls -= 1
                if fault.calls < 1:
                    self._coming.pop(0)
            return fault.kind
