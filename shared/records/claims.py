"""Who works at what."""

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Record


class Claim(Record):
    """A worker's right to one attempt at one piece of work until `expires_at`."""

    table = "claims"

    subject_id: str
    attempt: int
    owner: str
    expires_at: AwareDatetime

    @staticmethod
    def id_for(subject_id: str, attempt: int) -> str:
        return stable_id("claim", subject_id, attempt)
