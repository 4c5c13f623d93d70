"""Who may read and write rows: the table's permissions, and with row security the row's own as well."""

from collections.abc import Iterable

from infra.local.appwrite import permissions
from infra.local.appwrite.call import Caller
from infra.local.appwrite.collection import Document
from infra.local.appwrite.errors import UNAUTHORIZED
from infra.local.appwrite.filters import Condition


def check_create(caller: Caller, parent: Document) -> None:
    """401 unless the table (or bucket) lets the caller create."""
    if not caller.is_key and not permissions.allows("create", parent["$permissions"], caller.roles):
        raise permissions.refusal("create", parent["$permissions"], caller.roles)


def initial_permissions(caller: Caller, given: list[str] | None) -> list[str]:
    """The permissions of something new: what was asked for, else the user's own."""
    if given is None:
        me = f'"user:{caller.user_id}"'
        return [f"{action}({me})" for action in ("read", "update", "delete")] if caller.user_id else []
    if not caller.is_key:
        permissions.check_own(given, caller.roles)
    return given


def may(caller: Caller, action: str, parent: Document, own: Iterable[str], *, by_item: bool) -> bool:
    """Whether the caller may do `action` to one row or file; its own permissions count only `by_item`."""
    granted = [*parent["$permissions"], *(own if by_item else ())]
    return caller.is_key or permissions.allows(action, granted, caller.roles)


def check(caller: Caller, action: str, parent: Document, own: Iterable[str], *, by_item: bool) -> None:
    """401 unless `may`."""
    if not may(caller, action, parent, own, by_item=by_item):
        raise UNAUTHORIZED


def readable(caller: Caller, parent: Document, *, by_item: bool) -> Condition:
    """The SQL condition for what the caller may see in a list; 401 if that can be nothing."""
    if caller.is_key or permissions.allows("read", parent["$permissions"], caller.roles):
        return "1", []
    if not by_item:
        raise permissions.refusal("read", parent["$permissions"], caller.roles)
    marks = ", ".join("?" * len(caller.roles))
    granted = [f'read("{role}")' for role in caller.roles]
    return f'EXISTS (SELECT 1 FROM json_each("$permissions") WHERE value IN ({marks}))', granted  # noqa: S608 - only marks
