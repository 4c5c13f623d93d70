"""What a certificate costs by how many are queued: the worker's time from the queue to the last mail."""

import statistics
from typing import Any

from tests.benchmarks.campaign import Campaign
from tests.benchmarks.deployed import Deployed, deployed
from tests.benchmarks.part import Found, Goal, Options, at_most, markdown
from tests.benchmarks.results import FOLDER
from tests.benchmarks.svg import curve

_QUEUED = (100, 300, 1000, 3000)
_FULL = (*_QUEUED, 10_000)
_WARM_UP = 20
#: Up to here a queue is measured three times.
_SHORT = 300
#: How far the longest queue's cost may be above the cheapest to be called flat.
_FLAT = 1.25


def measure(options: Options) -> dict[str, Any]:
    """Milliseconds for each certificate, by the length of the queue."""
    cost = {}
    with deployed() as system:
        _cost(system, _WARM_UP)
        for count in _FULL if options.full else _QUEUED:
            cost[count] = statistics.median(_cost(system, count) for _ in range(3 if count <= _SHORT else 1))
            print(f"  {count} queued: {cost[count]:.1f} ms each", flush=True)
    found = {"ms": {str(count): value for count, value in cost.items()}}
    _draw(found)
    return found


def _cost(system: Deployed, count: int) -> float:
    campaign = Campaign.seeded(system.store, count)
    begun = campaign.queue_all()
    system.kick()
    return campaign.wait(begun) / count * 1000


def table(found: Found) -> str:
    points = _points(found)
    rows = [(f"{count:,}", f"{value:.1f}", f"{1000 / value:.0f}") for count, value in points.items()]
    heading = "## Cost by length of the queue\n\n![Cost by length of the queue](cost.svg)\n\n"
    return heading + markdown(("queued", "ms per certificate", "certificates/s"), rows)


def _draw(found: Found) -> None:
    """The picture of it."""
    title = "What a certificate costs, by how many are queued"
    picture = curve(_points(found), title, "certificates queued", "ms each")
    (FOLDER / "cost.svg").write_text(picture, encoding="utf-8")


def goals(found: Found) -> list[Goal]:
    points = _points(found)
    longest = max(points)
    # Short queues pay for the start of a pass; what must not happen is that long ones cost more.
    times = points[longest] / min(points.values())
    promise = f"cost flat from {min(points):,} to {longest:,} queued (the longest queue's ≤ {_FLAT} times the cheapest)"
    return [at_most(promise, times, _FLAT, " times")]


def _points(found: Found) -> dict[int, float]:
    return {int(count): value for count, value in found["ms"].items()}
