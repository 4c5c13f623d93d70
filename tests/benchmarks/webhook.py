"""The webhook alone: answers per second while the worker has nothing to print."""

import secrets
from typing import Any

from shared.ids import stable_id
from tests.benchmarks.clients import CLIENTS, post_all
from tests.benchmarks.deployed import deployed
from tests.benchmarks.part import Found, Goal, Options, at_least, markdown

_WARM_UP = 40


def measure(options: Options) -> dict[str, Any]:
    """Events of a course that nobody knows: each is verified, stored, and kicks the worker, who puts it off."""
    with deployed() as system:
        post_all(system.webhook, system.webhook_secret, _events(_WARM_UP))
        answers = post_all(system.webhook, system.webhook_secret, _events(options.completions))
    return {"events": options.completions, **answers.found()}


def table(found: Found) -> str:
    row = (found["events"], f"{found['per_second']:.0f}", f"{found['p50_ms']:.0f}", f"{found['p95_ms']:.0f}")
    about = f"{CLIENTS} clients at a time; nobody knows the course, so the worker prints nothing."
    return f"## Webhook\n\n{about}\n\n" + markdown(("events", "answers/s", "p50, ms", "p95, ms"), [row])


def goals(found: Found) -> list[Goal]:
    return [at_least(f"the webhook answers ≥ 150 times a second to {CLIENTS} clients", found["per_second"], 150, "/s")]


def _events(count: int) -> list[dict[str, str]]:
    course = f"bench-{secrets.token_hex(4)}"
    emails = (f"learner{number}@nobody.example" for number in range(count))
    return [{"course_id": course, "email": email, "event_id": stable_id("event", course, email)} for email in emails]
