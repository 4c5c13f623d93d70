"""The accounts that a demo made, kept beside its data, so that `make run` can say them again."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from infra.local.stack import Stack
from scripts.main_job import Client

_NOBODY = "\n    for contacts of organisations, whom the console adds"


def keep(data: Path, clients: Sequence[Client]) -> None:
    """For `kept`. Passwords of a demo on this machine are no secrets."""
    _file(data).write_text(json.dumps([asdict(each) for each in clients], indent=1), encoding="utf-8")


def kept(data: Path) -> list[Client]:
    """None where no demo ran."""
    path = _file(data)
    return [Client(**each) for each in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


def pages(stack: Stack) -> str:
    """Where people sign in, and who can."""
    contacts = "".join(
        f"\n    {each.sop_email}   {each.sop_password}   ({each.name})" for each in kept(stack.services.data)
    )
    return f"""
  Console   {stack.addresses["admin_router"]}
    {stack.admin_email}   {stack.admin_password}

  Portal    {stack.addresses["sop_router"]}{contacts or _NOBODY}
"""


def _file(data: Path) -> Path:
    return data / "logins.json"
