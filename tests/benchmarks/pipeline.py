"""From signed webhooks to stored and mailed certificates, with the functions deployed as processes of their own."""

import os
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from scripts.delivered import mailed
from tests.benchmarks.campaign import ORGANIZATIONS, Campaign
from tests.benchmarks.clients import CLIENTS, post_all
from tests.benchmarks.deployed import Deployed, deployed
from tests.benchmarks.part import Found, Goal, Options, at_least, at_most, markdown
from tests.benchmarks.processes import watched

#: The pipeline on Chromium does so many times fewer.
_SCALE = 10
#: Before anything is measured: the processes start, the renderer warms up.
_WARM_UP = 20


def measure(options: Options) -> dict[str, Any]:
    """The same on our default engine and on Chromium."""
    with deployed() as system:
        _run(system, _WARM_UP)
        ours = _run(system, options.completions)
        chromium = _run(system, max(_WARM_UP, options.completions // _SCALE), "chromium")
    # Where there is no Chromium, or no engine for it yet, something else printed.
    return {"ours": ours, "chromium": chromium if chromium["engines"] == ["chromium"] else None}


def table(found: Found) -> str:
    columns = (
        "Engine", "completions", "certificates/s", "webhook answers/s meanwhile", "p50, ms", "p95, ms", "mails",
        "worker with children at its peak, MB",
    )  # fmt: skip
    rows = [_row(name, found[key]) for name, key in (("our default", "ours"), ("Chromium", "chromium")) if found[key]]
    about = (
        f"{CLIENTS} clients post signed completions of learners of {ORGANIZATIONS} organisations while the worker "
        "works; counted until the last certificate is stored and mailed."
    )
    left_out = "" if found["chromium"] else "\n\nLeft out: Chromium did not print."
    return f"## End to end\n\n{about}\n\n{markdown(columns, rows)}{left_out}"


def goals(found: Found) -> list[Goal]:
    ours, chromium = found["ours"], found["chromium"]
    times = ours["per_second"] / chromium["per_second"] if chromium else None
    promise = f"end to end ≥ 40 certificates/s for {ours['completions']:,} completions"
    return [
        at_least(promise, ours["per_second"], 40, "/s"),
        at_least("end to end ≥ 8 times as fast as the same on Chromium", times, 8, " times"),
        at_most("the worker with its children ≤ 350 MB", ours["megabytes"] or None, 350, " MB"),
    ]


def _row(name: str, run: Found) -> list[object]:
    webhook = run["webhook"]
    return [
        name,
        run["completions"],
        f"{run['per_second']:.1f}",
        f"{webhook['per_second']:.0f}",
        f"{webhook['p50_ms']:.0f}",
        f"{webhook['p95_ms']:.0f}",
        run["mails"],
        f"{run['megabytes']:.0f} in {run['processes']} processes" if run["megabytes"] else None,
    ]


def _run(system: Deployed, count: int, engines: str | None = None) -> dict[str, Any]:
    campaign = Campaign.seeded(system.store, count, engines)
    events = [campaign.event(learner) for learner in campaign.learners]
    with watched(os.getpid(), "APPWRITE_FUNCTION_ID", "certificate_worker") as peak:
        begun = datetime.now(UTC)
        answers = post_all(system.webhook, system.webhook_secret, events)
        seconds = campaign.wait(begun)
    print(f"  {count} completions: {count / seconds:.1f} certificates/s", flush=True)
    return {
        "completions": count,
        "seconds": seconds,
        "per_second": count / seconds,
        "webhook": answers.found(),
        "mails": _mails(system, campaign),
        "megabytes": peak.megabytes,
        "processes": peak.processes,
        "engines": sorted(str(each) for each in campaign.engines_used()),
    }


def _mails(system: Deployed, campaign: Campaign) -> int:
    """How many mails brought the certificates. Raises AssertionError if one came twice or not at all."""
    recipients = campaign.recipients
    arrived = [each for each in mailed(system.stack.services.mails) if each.recipient in recipients]
    times = Counter(each.sha256 for each in arrived)
    assert len(times) == campaign.count == len(arrived), f"{len(times)} certificates in {len(arrived)} attachments"
    return len({each.message_id for each in arrived})
