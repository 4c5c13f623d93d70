"""Permission strings such as `read("team:acme/owner")`, and who holds which role.

https://appwrite.io/docs/advanced/platform/permissions
"""

import json
import re
from collections.abc import Iterable

from infra.local.appwrite.errors import ARGUMENT_INVALID, NO_PERMISSION, AppwriteError

WRITES = ("create", "update", "delete")
_FORM = re.compile(r'(read|create|update|delete|write|execute)\("([^"]+)"\)')
_ROLE = re.compile(
    r"any|guests|users(/(un)?verified)?|user:[\w.-]+(/(un)?verified)?|team:[\w.-]+(/[\w.-]+)?|member:[\w.-]+|label:\w+"
)


def is_role(role: str) -> bool:
    """Whether `role` is written as the API knows it."""
    return _ROLE.fullmatch(role) is not None


def expand(given: Iterable[str]) -> list[str]:
    """Check the strings and spell `write` out as create, update and delete."""
    expanded: dict[str, None] = {}
    for permission in given:
        match = _FORM.fullmatch(permission)
        if not match or not is_role(match[2]):
            raise ARGUMENT_INVALID("permissions", f'Invalid permission string format: "{permission}". or null')
        actions = WRITES if match[1] == "write" else (match[1],)
        expanded.update(dict.fromkeys(f'{action}("{match[2]}")' for action in actions))
    return list(expanded)


def roles_for(action: str, granted: Iterable[str]) -> list[str]:
    """The roles to which these permissions allow `action`."""
    head = f'{action}("'
    return [permission[len(head) : -2] for permission in granted if permission.startswith(head)]


def allows(action: str, granted: Iterable[str], roles: Iterable[str]) -> bool:
    """Whether one of `roles` may do `action`."""
    return not set(roles).isdisjoint(roles_for(action, granted))


def check_own(given: Iterable[str], roles: Iterable[str]) -> None:
    """Users may grant only to roles that they hold themselves: 401 otherwise."""
    held = list(roles)
    if any(role not in held for action in ("read", *WRITES) for role in roles_for(action, given)):
        raise AppwriteError(f"Permissions must be one of: ({', '.join(held)})", 401, "user_unauthorized")


def refusal(action: str, granted: Iterable[str], roles: Iterable[str]) -> AppwriteError:
    """The answer to one who may not do `action`: it differs when nobody but keys may."""
    allowed = roles_for(action, granted)
    if not allowed:
        return NO_PERMISSION(action)
    text = f'Missing "{action}" permission for role "{allowed[0]}". Only "{_php(roles)}" scopes are allowed and '
    return AppwriteError(f'{text}"{_php(allowed)}" was given.', 401, "user_unauthorized")


def _php(names: Iterable[str]) -> str:
    return json.dumps(list(names), separators=(",", ":")).replace("/", "\\/")
