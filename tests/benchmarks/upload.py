"""Learners by CSV: seconds, calls to Appwrite and memory of the admin function, over a local Appwrite."""

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.deploy import definitions, schema, settings
from infra.deploy.admin import ensure_admin
from infra.deploy.server import connect
from infra.local import loopback
from infra.local.mail.catcher import Catcher
from infra.local.mail.mailbox import Mailbox
from infra.local.services import service
from infra.local.stack import ROOT
from scripts.callers import Appwrite
from tests.benchmarks.part import Found, Goal, Options, markdown
from tests.functions.admin_router.calls import counted
from tests.functions.backend import ADMIN, PASSWORD, TEMPLATE, Backend, Person

COURSE, WEBSITES = "bench", ("acme.example", "globex.example")
PAGE = {"course_id": COURSE, "limit": 10}
EXPORT = {"course_id": COURSE}


_LEARNERS = 5000


def measure(options: Options) -> dict[str, Any]:
    """Seconds and calls of each action, and the memory of all."""
    with running() as backend:
        _prepare(backend)
        before = _memory()
        upload = {"course_id": COURSE, "csv_data": _csv(_LEARNERS)}
        actions = {
            f"pre-flight of {_LEARNERS} new rows": _measure(backend, "VALIDATE_CSV", upload),
            f"upload of {_LEARNERS} new rows": _measure(backend, "UPLOAD_LEARNERS_CSV", upload),
            "the same file again": _measure(backend, "UPLOAD_LEARNERS_CSV", upload),
            "a page of ten learners": _measure(backend, "VIEW_LEARNERS", PAGE),
            "and once more": _measure(backend, "VIEW_LEARNERS", PAGE),
            f"{_LEARNERS} learners as CSV": _measure(backend, "DOWNLOAD_LEARNERS_CSV", EXPORT),
        }
        return {"actions": actions, "megabytes": _memory(), "megabytes_before": before}


def table(found: Found) -> str:
    rows = [(what, f"{one['seconds']:.3f}", one["calls"]) for what, one in found["actions"].items()]
    memory, before = found["megabytes"], found["megabytes_before"]
    held = f"Memory at its peak: {memory:.0f} MB, of which {before:.0f} MB before the first row."
    return "## Upload\n\n" + markdown(("Action", "seconds", "calls to Appwrite"), rows) + "\n\n" + held


def goals(found: Found) -> list[Goal]:
    return []


@contextmanager
def running() -> Iterator[Backend]:
    """The admin function in this process, over a stand-in in another; Graphy and mail are not needed."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        options = ["--data", str(data / "appwrite"), "--port", "0", "--project", "p"]
        endpoint = stack.enter_context(service("appwrite", options, {}, data / "log"))
        key = (data / "appwrite" / "api-key").read_text().strip()
        target = settings.target({"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key}, "")
        server = stack.enter_context(connect(target))
        schema.apply(server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), lambda _: None)
        os.environ |= {"APPWRITE_FUNCTION_API_ENDPOINT": endpoint, "APPWRITE_FUNCTION_PROJECT_ID": "p"}
        ensure_admin(server, ADMIN, PASSWORD)
        session = stack.enter_context(loopback.session())
        session.cookies.set_policy(loopback.NO_COOKIES)
        appwrite = Appwrite(session, endpoint, "p")
        admin = Person(appwrite.log_in(ADMIN, PASSWORD))
        catcher = Catcher(Mailbox(data / "mails", lambda: datetime.now(UTC)))
        yield Backend(server, appwrite, key, "", catcher, data / "mails", admin)


def _prepare(backend: Backend) -> None:
    for website in WEBSITES:
        sop = {"sop_email": f"sop@{website}", "sop_password": PASSWORD}
        assert backend.ask_admin("ADD_ORGANIZATION", website=website, name=website, **sop).status == 200
    created = backend.ask_admin("CREATE_COURSE", course_id=COURSE, name="Bench", certificate_template_html=TEMPLATE)
    assert created.status == 200


def _csv(learners: int) -> str:
    websites = (WEBSITES[number % len(WEBSITES)] for number in range(learners))
    rows = [f"Learner Number {number},learner.{number}@{website},{website}" for number, website in enumerate(websites)]
    return "\n".join(["name,email,organization_website", *rows])


def _measure(backend: Backend, action: str, payload: dict[str, Any]) -> dict[str, float]:
    with counted() as calls:
        start = time.perf_counter()
        answer = backend.ask_admin(action, **payload)
        seconds = time.perf_counter() - start
    assert answer.status == 200, answer.body
    return {"seconds": seconds, "calls": len(calls.made)}


def _memory() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
