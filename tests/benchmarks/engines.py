"""Milliseconds, memory and bytes of one certificate, by engine and template; the engines take turns in one run."""

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from infra.local.stack import ROOT
from scripts.people import people
from tests.benchmarks import contenders
from tests.benchmarks.contenders import NAIVE, OURS, OURS_CHROMIUM, WEASY, Absent, Contender
from tests.benchmarks.part import Found, Goal, Options, at_least, markdown
from tests.benchmarks.processes import resident, tree

TEMPLATES = ("plain", "rich", "scripts")
_ENGINES: Mapping[str, Callable[[], AbstractContextManager[Contender]]] = {
    OURS: partial(contenders.ours, "plutoprint"),
    OURS_CHROMIUM: partial(contenders.ours, "chromium"),
    WEASY: contenders.weasyprint,
    NAIVE: contenders.naive,
}
#: Not counted: fonts are read, caches filled.
_WARM_UP = 3


@dataclass
class _Entered:
    """An engine that runs, and what it did."""

    contender: Contender
    #: Its processes.
    pids: set[int] = field(default_factory=set)
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, int] = field(default_factory=dict)

    def print(self, template: str, html: str, values: Mapping[str, str]) -> None:
        start = time.perf_counter()
        pdf = self.contender(html, values)
        self.milliseconds[template].append((time.perf_counter() - start) * 1000)
        self.sizes[template] = len(pdf)

    def found(self) -> dict[str, Any]:
        """Without the prints that warmed it up."""
        medians = {name: statistics.median(times[_WARM_UP:]) for name, times in self.milliseconds.items()}
        return {"ms": medians, "megabytes": resident(self.pids) or None, "bytes": self.sizes}


def measure(options: Options) -> dict[str, Any]:
    """Each engine's figures by template, or why it did not take part."""
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        entered = {}
        for name, engine in _ENGINES.items():
            try:
                entered[name] = _enter(stack, engine)
            except Absent as reason:
                absent[name] = str(reason)
        for each in range(options.prints + _WARM_UP):
            _round(entered, each)
        engines = {name: engine.found() for name, engine in entered.items()}
    return {"prints": options.prints, "engines": engines, "absent": absent}


def table(found: Found) -> str:
    engines: Mapping[str, Any] = found["engines"]
    columns = ["Engine", *(f"{name}, ms" for name in TEMPLATES), "memory, MB", *(f"{name}, kB" for name in TEMPLATES)]
    rows = [
        [
            name,
            *(f"{engine['ms'][each]:.1f}" for each in TEMPLATES),
            f"{engine['megabytes']:.0f}" if engine["megabytes"] else None,
            *(f"{engine['bytes'][each] / 1000:.0f}" for each in TEMPLATES),
        ]
        for name, engine in engines.items()
    ]
    left_out = [f"\nLeft out: {name} ({reason})." for name, reason in found["absent"].items()]
    about = f"One certificate, the median of {found['prints']} by each engine in turn."
    return "\n".join(["## Engines", "", about, "", markdown(columns, rows), *left_out])


def goals(found: Found) -> list[Goal]:
    engines: Mapping[str, Any] = found["engines"]
    chromium = engines.get(OURS_CHROMIUM)
    times = chromium["ms"]["rich"] / engines[OURS]["ms"]["rich"] if chromium else None
    return [at_least("the default prints the rich template ≥ 10 times as fast as Chromium", times, 10, " times")]


def _enter(stack: ExitStack, engine: Callable[[], AbstractContextManager[Contender]]) -> _Entered:
    """Start it, and print once so that all its processes run. Raises Absent."""
    before = tree({os.getpid()})
    entered = _Entered(stack.enter_context(engine()))
    entered.print("plain", _template("plain"), _values(0))
    entered.milliseconds.clear()
    entered.pids = tree({os.getpid()}) - before
    return entered


def _round(entered: Mapping[str, _Entered], number: int) -> None:
    """One certificate of each template by each engine; never the same learner's twice."""
    values = _values(number)
    for template in TEMPLATES:
        html = _template(template)
        for engine in entered.values():
            engine.print(template, html, values)


def _template(name: str) -> str:
    return (ROOT / "tests" / "benchmarks" / "templates" / f"{name}.html").read_text(encoding="utf-8")


def _values(number: int) -> dict[str, str]:
    person = people(number + 1, ["acme.example"])[number]
    return {
        "learner_name": person.name,
        "course_name": "Fire Safety at Work",
        "completion_date": "20 November 2026",
        "organization": "Acme Manufacturing",
        "learner_email": person.email,
        "certificate_number": f"2026-{number:08d}",
    }
