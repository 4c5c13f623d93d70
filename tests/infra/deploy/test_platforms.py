"""The deploy lets the pages of functions call Appwrite from browsers."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from infra.deploy import functions as described
from infra.deploy import platforms, scopes
from infra.deploy.functions import Function
from infra.deploy.plan import plan
from infra.deploy.rollout import Report, deploy
from infra.deploy.server import Server, connect
from infra.deploy.settings import Target
from infra.local.stack import ROOT
from infra.local.web import serving
from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project

HOST = "the-one.functions.localhost"
DEPLOYER = ("functions.read", "functions.write", "executions.write", "rules.read", "rules.write")


@pytest.fixture
def functions(project: Project) -> tuple[Function, ...]:
    """One that serves pages, and one that does not."""
    return project.functions(project.describe("one", pages=True), project.describe("two"))


def carried_out(server: Server, target: Target, functions: tuple[Function, ...], project: Project) -> tuple[Any, str]:
    """The report, and all that was said."""
    said: list[str] = []
    report: Report = deploy(server, target, functions, project.root, said.append)
    return report, "\n".join(said)


def hosts(appwrite: Served) -> list[str]:
    return [platform["hostname"] for platform in appwrite.http("GET", "/project/platforms").json()["platforms"]]


def test_the_host_of_a_function_with_pages_becomes_a_web_platform_once(
    appwrite: Served, server: Server, target: Target, functions: tuple[Function, ...], project: Project
) -> None:
    report, _ = carried_out(server, target, functions, project)
    assert [text for text in report.changes if "platform" in text] == [f"one: add web platform {HOST}"]
    assert hosts(appwrite) == [HOST]
    again, said = carried_out(server, target, functions, project)
    assert (again.changes, hosts(appwrite)) == ([], [HOST])
    assert "Console" not in said


def test_a_plan_names_the_platform_and_makes_none(
    appwrite: Served, server: Server, target: Target, functions: tuple[Function, ...], project: Project
) -> None:
    one, two = plan(server, target, functions, project.root)
    assert f"one: add web platform {HOST}" in one.texts()
    assert (two.new_platform, hosts(appwrite)) == (None, [])


def test_a_platform_that_covers_the_host_is_enough(
    appwrite: Served, server: Server, target: Target, functions: tuple[Function, ...], project: Project
) -> None:
    body = {"platformId": "all", "name": "All", "hostname": "*.functions.localhost"}
    appwrite.http("POST", "/project/platforms/web", json=body).raise_for_status()
    assert plan(server, target, functions, project.root)[0].new_platform is None


def test_a_key_that_may_not_see_platforms_deploys_and_one_line_says_what_to_click(
    appwrite: Served, target: Target, functions: tuple[Function, ...], project: Project
) -> None:
    weak = Target(target.endpoint, PROJECT, appwrite.key_with(*DEPLOYER), target.variables)
    with connect(weak) as server:
        report, said = carried_out(server, weak, functions, project)
    assert [health.ok for health in report.health] == [True, True]
    (line,) = [line for line in said.splitlines() if "Console" in line]
    assert HOST in line
    assert "platforms.write" in line
    assert "the-two" not in line


def test_a_key_that_may_only_see_platforms_deploys_and_says_what_was_refused(
    appwrite: Served, target: Target, functions: tuple[Function, ...], project: Project
) -> None:
    weak = Target(target.endpoint, PROJECT, appwrite.key_with(*DEPLOYER, "platforms.read"), target.variables)
    with connect(weak) as server:
        report, said = carried_out(server, weak, functions, project)
    assert (list(report.addresses), hosts(appwrite)) == (["one", "two"], [])
    assert "one: POST /project/platforms/web: app." in said
    assert 'missing scopes (["platforms.write"])' in said


def test_a_host_that_belongs_to_another_function_is_not_let_in(
    appwrite: Served, server: Server, target: Target, project: Project
) -> None:
    one = project.describe("one")
    two = project.describe("two", domain="the-one", pages=True)
    carried_out(server, target, project.functions(one, two), project)
    assert hosts(appwrite) == []


def test_the_console_and_the_portal_are_pages() -> None:
    ours = described.load(ROOT / "infra" / "appwrite_functions.json")
    assert {one.id: bool(one.domain) for one in ours if one.pages} == {"admin_router": True, "sop_router": True}


@pytest.fixture
def older() -> Iterator[Server]:
    """A server that knows nothing of platforms: a page with 404, as Appwrite answers for routes it does not have."""

    async def unknown(_: Request) -> HTMLResponse:
        return HTMLResponse("<!DOCTYPE html><html></html>", 404)

    app = Starlette(routes=[Route("/{path:path}", unknown, methods=["GET", "DELETE"])])
    with serving(app) as address, connect(Target(f"{address}/v1", PROJECT, "key", {})) as connected:
        yield connected


def test_an_older_server_has_no_platforms_to_show_and_its_keys_lack_no_scope_for_them(older: Server) -> None:
    assert platforms.shown(older) is None
    new = [scope for scope in scopes.OPTIONAL if scope.is_new]
    assert {scope.name for scope in new} == {"platforms.read", "platforms.write"}
    assert scopes.missing(older, new) == []
