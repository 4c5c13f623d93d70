"""Writes what each router can do as JSON Schema, from the models that check its requests: `make api-docs`.

`functions/<router>/actions.json` names each action with who may call it, its payload and its `data`
(https://json-schema.org/draft/2020-12), and the errors that any of them may answer. `--check` only says whether the
files are current.
"""

import argparse
import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.actions import Action, Actions
from shared.errors import AppError

ROOT = Path(__file__).resolve().parent.parent
ROUTERS = ("admin_router", "sop_router")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write functions/*/actions.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not current")
    check = parser.parse_args().check
    for router in ROUTERS:
        path = ROOT / "functions" / router / "actions.json"
        text = described(router)
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            sys.exit(f"{path.relative_to(ROOT)} is not current: run make api-docs")
        if not check:
            path.write_text(text, encoding="utf-8")
            print(f"{path.relative_to(ROOT)} written")


def described(router: str) -> str:
    """The file's text for one router."""
    importlib.import_module(f"functions.{router}.main")  # all that it may raise
    api: Actions = importlib.import_module(f"functions.{router}.api").api
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": router,
        "actions": {action.name: _action(action) for action in sorted(api, key=lambda action: action.name)},
        "errors": sorted(_errors(AppError, ("shared.errors", f"functions.{router}.")), key=lambda error: error["code"]),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


class _Noted(GenerateJsonSchema):
    """Fields are described by the `#:` notes above them."""

    def model_schema(self, schema: Any) -> Any:
        shown = super().model_schema(schema)
        for name, note in notes(schema["cls"]).items():
            if name in shown.get("properties", {}):
                shown["properties"][name]["description"] = note
        return shown


def notes(model: type) -> dict[str, str]:
    """The `#:` notes of a class and of those it is made from, by field."""
    found: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if kind.__module__.partition(".")[0] in {"shared", "functions"}:
            for note, name in re.findall(r"((?:^ +#: .*\n)+) +(\w+):", inspect.getsource(kind), re.MULTILINE):
                found[name] = " ".join(line.strip().removeprefix("#: ") for line in note.strip().splitlines())
    return found


def _action(action: Action) -> dict[str, Any]:
    return {
        "description": " ".join((action.run.__doc__ or "").split()),
        "allow": action.allow.__name__,
        "payload": action.payload.model_json_schema(schema_generator=_Noted),
        "data": action.result.model_json_schema(mode="serialization", schema_generator=_Noted),
    }


def _errors(kind: type[AppError], homes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """What callers may be told, defined in these modules."""
    if "code" in vars(kind) and f"{kind.__module__}.".startswith(homes):
        yield {"code": kind.code, "status": int(kind.status), "message": (kind.__doc__ or "").partition("\n")[0]}
    for below in kind.__subclasses__():
        yield from _errors(below, homes)


if __name__ == "__main__":
    main()
