"""Requests as Appwrite reads them: PHP's bracketed names in queries and forms, JSON bodies, files."""

import re
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

from infra.local.appwrite.values import parse_json

_FIRST = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")
_INNER = re.compile(r"\[([^\]]*)\]")


async def body_params(request: Request) -> dict[str, Any]:
    """The parameters in a JSON or form body; a broken JSON body counts as an empty one."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        form = await request.form()
        return unflatten(form.multi_items())
    try:
        parsed = parse_json((await request.body()).decode() or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def unflatten(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Turn `queries[0]=a`, `queries[]=b` into `{"queries": ["a", "b"]}` and `p[a]=1` into `{"p": {"a": 1}}`."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        match = _FIRST.fullmatch(name)
        keys = [match[1], *_INNER.findall(match[2])] if match else [name]
        _put(tree, keys, value)
    return {key: _listed(value) for key, value in tree.items()}


def _put(node: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        inner = node.setdefault(key or str(len(node)), {})
        if not isinstance(inner, dict):
            return
        node = inner
    node[keys[-1] or str(len(node))] = value


def _listed(node: Any) -> Any:
    """A dict whose keys are all numbers is an array, as in PHP."""
    if not isinstance(node, dict):
        return node
    values = [_listed(value) for value in node.values()]
    return values if all(key.isdecimal() for key in node) else dict(zip(node, values, strict=True))
