"""The console and the portal: what a browser loads, and how long a contact of 5,000 learners waits for a view."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from infra.local import loopback
from infra.local.stack import ROOT, Stack
from scripts.callers import Appwrite, Portal
from scripts.main_job import Client, MainJob
from scripts.people import people
from shared.web.assets import STYLE, Assets
from shared.web.pages import STATIC
from tests.benchmarks.deployed import deployed
from tests.benchmarks.part import Found, Goal, Options, at_most, markdown, percentile
from tests.e2e.browsing import Somebody
from tests.e2e.company import TEMPLATE, ignore
from tests.e2e.screenshots import chromium

LEARNERS = 5000
_SIGNINGS_IN = 10
#: Where turning pages begins, and how often it is turned from there.
_FROM, _TURNS = (1, 90, 170), 20
_FOLDERS = {"console": "functions/admin_router/console/static", "portal": "functions/sop_router/portal_pages/static"}
_CLIENT = Client("acme.example", "Acme", "sop@acme.example", "a long password")


def measure(options: Options) -> dict[str, Any]:
    """Milliseconds until what was asked for is seen; the bytes are those of the files, not compressed."""
    weights = {name: _weights(ROOT / folder) for name, folder in _FOLDERS.items()}
    with deployed() as system, chromium() as browser:
        _prepare(system.stack)
        address = system.stack.addresses["sop_router"]
        signing_in = []
        for _ in range(_SIGNINGS_IN):
            with browser.new_context(locale="en-IN") as context:
                signing_in.append(_sign_in(context.new_page(), address))
        with browser.new_context(locale="en-IN") as context:
            page = context.new_page()
            _sign_in(page, address)
            turning = [each for start in _FROM for each in _turns(page, address, start)]
    waits = {"from the click on “Sign in” to the first learners": signing_in, "to the next 25 learners": turning}
    return {"weights": weights, "learners": LEARNERS, "waits": {name: _spread(each) for name, each in waits.items()}}


def table(found: Found) -> str:
    rows = []
    for name, weight in found["weights"].items():
        heaviest, most = max(weight["views"].items(), key=lambda each: each[1])
        begun = weight["scripts"] + weight["style"] + weight["words"]
        sizes = (weight["scripts"], weight["style"], weight["words"], begun, most)
        rows.append((name, *(f"{size / 1000:.0f}" for size in sizes), heaviest))
    weights = markdown(("Page", "scripts", "style", "words", "at once", "heaviest view, besides", "which is"), rows)
    waits = [(what, *(f"{one[name]:.0f}" for name in ("p50_ms", "p95_ms"))) for what, one in found["waits"].items()]
    about = f"A contact of {found['learners']:,} learners, in Chromium on the same machine:"
    return f"## Pages\n\nkB, not compressed, with the words of one language.\n\n{weights}\n\n{about}\n\n" + markdown(
        ("Wait", "p50, ms", "p95, ms"), waits
    )


def goals(found: Found) -> list[Goal]:
    first, following = found["waits"].items()
    return [
        at_most(f"{what}, of {found['learners']:,}: p50 ≤ {most} ms", one["p50_ms"], most, " ms")
        for (what, one), most in ((first, 500), (following, 200))
    ]


def _weights(folder: Path) -> dict[str, Any]:
    assets = Assets(STATIC, folder)

    def size(*names: str) -> int:
        return sum(len(assets.content(assets.address(name)).body) for name in names)

    begun = {"app.js", *assets.needed_by("app.js")}
    routes = r'\(\) => (?:withWords\("(\w+)", )?import\("\./(.+?)"\)'
    views = re.findall(routes, (folder / "app.js").read_text(encoding="utf-8"))
    words = {view: [f"{group}-en.json"] if group else [] for group, view in views}
    besides = {view: size(*({view, *assets.needed_by(view)} - begun), *own) for view, own in words.items()}
    return {"scripts": size(*begun), "style": size(STYLE), "words": size("en.json"), "views": besides}


def _prepare(stack: Stack) -> None:
    """An organisation, and its learners in one course."""
    with loopback.session() as session:
        session.cookies.set_policy(loopback.NO_COOKIES)
        appwrite = Appwrite(session, stack.services.appwrite, stack.project)
        jwt = appwrite.log_in(stack.admin_email, stack.admin_password)
        admin = Portal(appwrite, "admin_router", jwt, stack.addresses["admin_router"])
        job = MainJob(appwrite, admin, stack.services.graphy, "bench", "Fire Safety at Work")
        job.add_organizations([_CLIENT])
        job.create_course(TEMPLATE)
        job.upload_learners(people(LEARNERS, [_CLIENT.website]))
        job.wait_until_enrolled(LEARNERS, ignore)


def _sign_in(page: Page, address: str) -> float:
    somebody = Somebody(page, address).opens().sees("Sign in")
    page.get_by_label("E-mail address").fill(_CLIENT.sop_email)
    page.get_by_label("Password", exact=True).fill(_CLIENT.sop_password)
    with _timed() as taken:
        page.get_by_role("button", name="Sign in").click()
        _sees_page(page, 1)
    somebody.sees(_CLIENT.name)
    return taken[0]


def _turns(page: Page, address: str, start: int) -> Iterator[float]:
    page.goto(f"{address}#/?page={start}")
    page.reload()
    _sees_page(page, start)
    for number in range(start + 1, start + 1 + _TURNS):
        with _timed() as taken:
            page.get_by_role("link", name="Next").click()
            _sees_page(page, number)
        yield taken[0]


def _sees_page(page: Page, number: int) -> None:
    first = 25 * (number - 1) + 1
    expect(page.get_by_text(re.compile(f"^{first:,}–{first + 24:,} of "))).to_be_visible(timeout=30_000)


@contextmanager
def _timed() -> Iterator[list[float]]:
    taken: list[float] = []
    begun = time.perf_counter()
    yield taken
    taken.append(1000 * (time.perf_counter() - begun))


def _spread(values: list[float]) -> dict[str, float]:
    return {"p50_ms": percentile(values, 50), "p95_ms": percentile(values, 95)}
