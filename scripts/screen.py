"""What a script shows while it works: steps with their times, and bars for what takes long."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

#: Called with how many of how many are through.
Advance = Callable[[int, int], None]

_WIDTH = 44


class Screen:
    """Prints steps one below the other and keeps their seconds in `times`."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.times: dict[str, float] = {}

    def say(self, text: str) -> None:
        self.console.print(text, markup=False)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of which nothing shows until it is done."""
        with self._timed(name), self.console.status(name):
            yield

    @contextmanager
    def bar(self, name: str, count: int) -> Iterator[Advance]:
        """A step that tells how far it is: a bar on a terminal, a line for each quarter where lines are kept."""
        if not self.console.is_terminal:
            with self._timed(name):
                yield self._quarters(name)
            return
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with self._timed(name), Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(name, total=count)
            yield lambda done, total: progress.update(task, completed=done, total=total)

    def _quarters(self, name: str) -> Advance:
        said = 0

        def advance(done: int, total: int) -> None:
            nonlocal said
            if done * 4 // total > said:
                said = done * 4 // total
                self.say(f"    {name}: {done} of {total}")

        return advance

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.times[name] = time.monotonic() - start
        self.say(f"  {name:<{_WIDTH}}{self.times[name]:8.1f} s")
