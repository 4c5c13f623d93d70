"""What the parts of the benchmark have in common: their options, their goals, and how a table looks."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: What a part measured, as it stands in results.json.
Found = Mapping[str, Any]


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    #: Completions of the main run.
    completions: int = 1000
    #: Documents that each engine prints of each template.
    prints: int = 20
    #: With the points of the curve that take minutes.
    full: bool = False


@dataclass(frozen=True)
class Goal:
    """A promise, the figure that belongs to it, and whether it is kept."""

    promise: str
    figure: str
    met: bool


class Part(Protocol):
    """A module that measures one thing."""

    def measure(self, options: Options) -> dict[str, Any]:
        """Run it; the figures as plain JSON."""

    def table(self, found: Found) -> str:
        """The figures as Markdown, heading included."""

    def goals(self, found: Found) -> list[Goal]:
        """What is promised about them."""


def at_least(promise: str, value: float | None, bound: float, unit: str) -> Goal:
    """A goal that is met from `bound` on; not met where nothing was measured."""
    return Goal(promise, _figure(value, unit), value is not None and value >= bound)


def at_most(promise: str, value: float | None, bound: float, unit: str) -> Goal:
    """A goal that is met up to `bound`; not met where nothing was measured."""
    return Goal(promise, _figure(value, unit), value is not None and value <= bound)


def markdown(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; None is a dash."""
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    lines += ["| " + " | ".join("–" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of `values` lie."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "not measured"
    return f"{value:.0f}{unit}" if value >= 100 else f"{value:.2f}{unit}" if value < 10 else f"{value:.1f}{unit}"
