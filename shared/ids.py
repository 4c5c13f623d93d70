"""Row ids that say the same thing always get the same id, so that inserting twice is noticed by the database."""

import hashlib


def stable_id(kind: str, *parts: str | int) -> str:
    """32 lower-case hex characters for `parts` of a `kind`; no two different lists of parts share one.

    Appwrite ids hold at most 36 characters and are compared without regard to case, hence the length and the hex.
    """
    digest = hashlib.sha256(kind.encode())
    for part in parts:
        text = str(part).encode()
        digest.update(b"%d:" % len(text) + text)
    return digest.hexdigest()[:32]
