"""Where the worker's time goes, and its calls to Appwrite: its passes in this process, each stage and step timed."""

import importlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any
from unittest.mock import patch

from functions.certificate_worker import passes, work
from functions.certificate_worker.main import main as worker_main
from infra.deploy import definitions, schema, settings
from infra.deploy.server import connect
from infra.local.services import service
from infra.local.stack import ROOT
from shared.store import Store
from tests.benchmarks.campaign import Campaign
from tests.benchmarks.deployed import store_of
from tests.benchmarks.part import Found, Goal, Options, markdown
from tests.benchmarks.stopwatch import Stopwatch
from tests.functions.admin_router.calls import counted
from tests.functions.backend import execute

#: What is timed within the stages, by whose names it may have.
_STEPS = {
    "render": ("shared.certificate.printer.Printer.print", "shared.certificate.press.Press.print"),
    "store the file": ("shared.files.Files.put",),
    "read the file back": ("shared.files.Files.read",),
    "hand the mail over": ("shared.mail.mailer.Mailer.send", "shared.mail.smtp.SmtpMailer.send"),
}
_WARM_UP = 20
_WORKER, _PASSES = "functions.certificate_worker.", passes.__name__


def measure(options: Options) -> dict[str, Any]:
    """Milliseconds and calls for each certificate, with `completions` queued."""
    with _running() as (store, key):
        _finish(Campaign.seeded(store, _WARM_UP), key)
        campaign = Campaign.seeded(store, options.completions)
        stages, steps = Stopwatch(), Stopwatch()
        with _instrumented(stages, steps), counted() as calls:
            seconds = _finish(campaign, key)
        made = Counter(f"{method} {_kind(path)}" for method, path in calls.made)
    count = options.completions

    def each(watch: Stopwatch) -> dict[str, float]:
        return {name: spent / count * 1000 for name, spent in watch.seconds.items()}

    per_certificate = {kind: number / count for kind, number in made.most_common()}
    return {
        "completions": count,
        "ms": seconds / count * 1000,
        "stages": each(stages),
        "steps": each(steps),
        "calls": per_certificate,
    }


def table(found: Found) -> str:
    calls: dict[str, float] = found["calls"]
    total = sum(calls.values())
    rows = [(name, f"{value:.2f}") for name, value in _dearest(found["stages"]) if value >= 0.005]
    steps = [(name, f"{value:.2f}") for name, value in _dearest(found["steps"]) if value >= 0.005]
    frequent = [(f"`{kind}`", f"{number:.2f}") for kind, number in _dearest(calls)[:10]]
    about = f"{found['completions']:,} queued completions, {found['ms']:.1f} ms each, the worker in one process."
    return "\n\n".join(
        [
            "## Where the time goes",
            about,
            markdown(("Stage of a pass", "ms per certificate"), rows),
            "Within the stages; several threads do these at a time, so that they may add up to more:",
            markdown(("Step", "ms per certificate"), steps),
            f"Calls to Appwrite for each certificate: {total:.2f}. The most frequent:",
            markdown(("Call", "per certificate"), frequent),
        ]
    )


def goals(found: Found) -> list[Goal]:
    return []


def _dearest(values: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda item: -item[1])


def _finish(campaign: Campaign, key: str) -> float:
    """Queue all, have passes made until all are through; seconds."""
    begun = campaign.queue_all()
    while campaign.left():
        answer = execute(worker_main, b"", {"x-appwrite-key": key, "x-appwrite-trigger": "schedule"})
        assert answer.status == 200, answer.logs
    return campaign.wait(begun)


@contextmanager
def _instrumented(stages: Stopwatch, steps: Stopwatch) -> Iterator[None]:
    """Time every stage that a pass is made of, and every step that is there."""
    with ExitStack() as stack:
        for name, function in vars(passes).items():
            if _is_stage(function):
                stack.enter_context(patch.object(passes, name, stages.timed(name.replace("_", " "), function)))
        for label, paths in _STEPS.items():
            for path in paths:
                owner, method = _owner(path), path.rpartition(".")[2]
                if owner:
                    stack.enter_context(patch.object(owner, method, steps.timed(label, getattr(owner, method))))
        yield


def _is_stage(value: object) -> bool:
    """A function that `passes` has of another module of the worker."""
    return isinstance(value, FunctionType) and value.__module__.startswith(_WORKER) and value.__module__ != _PASSES


def _owner(path: str) -> type | None:
    """The class of `package.module.Class.method`, if there is one."""
    module, name, _ = path.rsplit(".", 2)
    try:
        found: type | None = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        return None
    return found


@contextmanager
def _running() -> Iterator[tuple[Store, str]]:
    """Appwrite and mail server as processes; no function is deployed, so that nobody else takes the work."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        options = ["--data", str(data / "appwrite"), "--port", "0", "--project", "p"]
        endpoint = stack.enter_context(service("appwrite", options, {}, data / "log"))
        mail = stack.enter_context(service("mail", ["--data", str(data / "mails"), "--port", "0"], {}, data / "mail"))
        key = (data / "appwrite" / "api-key").read_text().strip()
        target = settings.target({"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key}, "")
        with connect(target) as server:
            schema.apply(server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), lambda _: None)
        os.environ |= _variables(endpoint, mail)
        stack.callback(work.close)
        yield store_of(endpoint, "p", key), key


def _variables(endpoint: str, mail: str) -> dict[str, str]:
    host, _, port = mail.removeprefix("smtp://").rpartition(":")
    return {
        "APPWRITE_FUNCTION_API_ENDPOINT": endpoint,
        "APPWRITE_FUNCTION_PROJECT_ID": "p",
        "SMTP_HOST": host,
        "SMTP_PORT": port,
        "FROM_EMAIL": "Training <certificates@training.example>",
        "VERIFY_URL": "https://verify.example/verify",
        "VERIFY_KEYS": f"k1:{'0' * 32}",
        "GRAPHY_POLL_MINUTES": "0",
    }


def _kind(path: str) -> str:
    """A path without what differs from one row or file to the next."""
    parts = path.removeprefix("/v1/").removeprefix("tablesdb/certificates/tables/").split("/")
    return "/".join("…" if len(part) > 24 else part for part in parts)
