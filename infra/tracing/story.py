"""The lines of all functions that tell of one completion, in the order of their times.

A delivery of the webhook is followed by its request id, which stands as `trace_id` in the worker's lines. The id of a
completion or of a certificate leads to it too.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.deploy.server import Document

_HIDDEN = {"level", "event", "time"}


@dataclass(frozen=True)
class Line:
    """One event."""

    function_id: str
    facts: dict[str, Any]

    @property
    def time(self) -> str:
        return str(self.facts.get("time", ""))

    @property
    def traces(self) -> set[str]:
        """The deliveries that it tells of."""
        return {str(each) for each in (self.facts.get("trace_id"), *self.facts.get("trace_ids", ())) if each}

    def has(self, *names: str, value: str) -> bool:
        return any(self.facts.get(name) == value for name in names)

    def __str__(self) -> str:
        told = " ".join(f"{name}={_shown(value)}" for name, value in self.facts.items() if name not in _HIDDEN)
        mark = {"error": "!!", "warning": "! "}.get(str(self.facts.get("level")), "  ")
        return f"{self.time}  {self.function_id:<18}  {mark}{self.facts['event']:<22}  {told}"


def lines(function_id: str, executions: Iterable[Document]) -> Iterator[Line]:
    """Each line that is one of ours."""
    for execution in executions:
        for text in f"{execution['logs']}\n{execution['errors']}".splitlines():
            try:
                facts = json.loads(text)
            except ValueError:
                continue
            if isinstance(facts, dict) and "event" in facts:
                yield Line(function_id, facts)


def story(every: Sequence[Line], name: str) -> list[Line]:
    """Those that tell of `name`: a request id, or the id of a completion, a certificate or a delivery."""
    completions = {str(line.facts["completion_id"]) for line in every if _brought(line, name)} | {name}
    traces = {name}
    for line in every:
        if line.has("certificate_id", "delivery_id", value=name) or line.facts.get("completion_id") in completions:
            traces |= line.traces
    told = [line for line in every if _tells(line, traces, completions)]
    return sorted(told, key=lambda line: line.time)


def _brought(line: Line, name: str) -> bool:
    """Whether this is the webhook's line of a completion: a repeat has an id of its own."""
    return line.has("request_id", value=name) and bool(line.facts.get("completion_id")) and not line.traces


def _tells(line: Line, traces: set[str], completions: set[str]) -> bool:
    named = {line.facts.get("request_id"), line.facts.get("certificate_id")}
    return bool((line.traces | named) & traces) or line.facts.get("completion_id") in completions


def _shown(value: object) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value)
