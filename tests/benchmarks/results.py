"""results.json, which keeps the figures of every part's last run, and results.md, which shows them."""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.part import Goal, Part, markdown

FOLDER = Path(__file__).parent
_JSON, _MARKDOWN = FOLDER / "results.json", FOLDER / "results.md"


def load() -> dict[str, Any]:
    """What every part found when it last ran, by the part's name."""
    kept: dict[str, Any] = json.loads(_JSON.read_text(encoding="utf-8")) if _JSON.exists() else {}
    return kept


def save(every: Mapping[str, Any], parts: Mapping[str, Part]) -> None:
    _JSON.write_text(json.dumps(every, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _MARKDOWN.write_text(text(every, parts), encoding="utf-8")


def text(every: Mapping[str, Any], parts: Mapping[str, Part]) -> str:
    """All tables of what was ever measured."""
    shown = [show(parts[name], every[name]) for name in parts if name in every]
    head = ["# Measured", "`make bench` wrote this.", goals_table(goals(every, parts))]
    return "\n\n".join([*head, *shown]) + "\n"


def entry(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a part found, and on what; nothing that names the machine."""
    here = {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    return {"on": here, "found": dict(found)}


def show(part: Part, entry: Mapping[str, Any]) -> str:
    """A part's table, and when and on what it was measured."""
    on = entry["on"]
    return f"{part.table(entry['found'])}\n\n*{on['date']}, {on['cores']} cores, Python {on['python']}.*"


def goals(every: Mapping[str, Any], parts: Mapping[str, Part]) -> list[Goal]:
    """The goals of all parts that ever ran."""
    return [goal for name in parts if name in every for goal in parts[name].goals(every[name]["found"])]


def goals_table(every: list[Goal]) -> str:
    rows = [(goal.promise, goal.figure, "met" if goal.met else "**missed**") for goal in every]
    return "## Goals\n\n" + markdown(("Goal", "Measured", ""), rows)
