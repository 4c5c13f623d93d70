"""The bundle deployed, once for all tests that need it: on the local services, or on any Appwrite.

With CONFORMANCE_ENDPOINT, CONFORMANCE_PROJECT and CONFORMANCE_KEY set, the functions run on that server, which must be
able to reach Graphy and the mail server on this machine; what a test adds there has random names.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.deploy import settings
from infra.deploy.server import Server, connect
from infra.local import loopback
from infra.local.services import Ports
from infra.local.stack import Elsewhere, Stack, running_stack
from scripts.callers import Appwrite, Portal
from scripts.main_job import Client, MainJob
from tests.e2e.browsing import Organization
from tests.e2e.company import TEMPLATE, Company
from tests.e2e.screenshots import chromium
from tests.ports import three_free_ports

_NAMES = ("CONFORMANCE_ENDPOINT", "CONFORMANCE_PROJECT", "CONFORMANCE_KEY")


@pytest.fixture(scope="session")
def elsewhere() -> Elsewhere | None:
    """The server that the environment names, if it does."""
    values = [os.environ.get(name, "") for name in _NAMES]
    return Elsewhere(*values) if all(values) else None


@pytest.fixture(scope="session")
def stack(elsewhere: Elsewhere | None, build_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """What `make run` starts, on free ports and new data."""
    data, ports = tmp_path_factory.mktemp("stack") / "data", Ports.from_base(three_free_ports())
    with running_stack(data, ports, lambda _: None, elsewhere) as stack:
        yield stack


@pytest.fixture
def local_stack(elsewhere: Elsewhere | None, stack: Stack) -> Stack:
    """The stack, for tests that look at this machine's processes or at its functions' addresses."""
    if elsewhere:
        pytest.skip("the functions run on another server")
    return stack


@pytest.fixture(scope="session")
def server(stack: Stack) -> Iterator[Server]:
    with connect(settings.target(settings.parse(stack.env_file), "env")) as server:
        yield server


@pytest.fixture
def new_company(stack: Stack, server: Server) -> Iterator[Callable[[str], Company]]:
    with loopback.session() as session:
        session.cookies.set_policy(loopback.NO_COOKIES)
        appwrite = Appwrite(session, stack.services.appwrite, stack.project)
        jwt = appwrite.log_in(stack.admin_email, stack.admin_password)
        admin = Portal(appwrite, "admin_router", jwt, stack.addresses.get("admin_router"))

        def make(word: str) -> Company:
            name = f"{word}-{secrets.token_hex(4)}"
            client = Client(f"{name}.example", name.title(), f"sop@{name}.example", "a long password")
            job = MainJob(appwrite, admin, stack.services.graphy, f"course-{name}", f"Course {name}")
            job.add_organizations([client])
            job.create_course(TEMPLATE)
            return Company(stack, job, client, server)

        yield make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Two processors are shared with other tests, and a function may have to start first.
    expect.set_options(timeout=15_000)
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Of somebody who was never here; nothing on it may go wrong unseen, nor against its policy."""
    context = browser.new_context(locale="en-IN", accept_downloads=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def _organizations() -> list[Organization]:
    return []


@pytest.fixture
def organization(
    local_stack: Stack, new_company: Callable[[str], Company], _organizations: list[Organization]
) -> Organization:
    """The same for all tests that change nothing about it."""
    if not _organizations:
        _organizations.append(Organization.of(new_company("initech")))
    return _organizations[0]
