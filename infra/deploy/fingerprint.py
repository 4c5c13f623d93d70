"""What tells whether the running deployment is the one that we would make now.

Appwrite keeps no hash of an upload and never shows a secret again. So each activation leaves a plain variable on the
function, which names the deployment and holds a fingerprint of all that went into it: files, build settings and the
values of all variables, next to one of files and build settings alone. It fits no longer when any of these changes, or
when another deployment is made active. The fingerprint of all is slow and salted, since it must not help to guess a
short password.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

#: The variable's name.
VARIABLE = "DEPLOYED_FINGERPRINT"


@dataclass(frozen=True)
class Fingerprint:
    """One deployment's; written as `<deployment id>:<salt>:<digest>:<code>`."""

    deployment_id: str
    salt: str
    digest: str
    #: What was built, and how, without its variables.
    code: str

    @classmethod
    def take(cls, deployment_id: str, content: Mapping[str, object], code: str) -> Self:
        """Of a deployment made of `content`, its code among that."""
        salt = os.urandom(16).hex()
        return cls(deployment_id, salt, _digest(salt, content), code)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What `str` wrote; None for anything else."""
        parts = text.split(":")
        return cls(*parts) if len(parts) == 4 else None

    def fits(self, deployment_id: str, content: Mapping[str, object]) -> bool:
        """Whether the active deployment is this one, and would be made of the same content today."""
        return self.deployment_id == deployment_id and self.digest == _digest(self.salt, content)

    def __str__(self) -> str:
        return f"{self.deployment_id}:{self.salt}:{self.digest}:{self.code}"


def _digest(salt: str, content: Mapping[str, object]) -> str:
    text = json.dumps(content, sort_keys=True).encode()
    return hashlib.scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1).hex()
