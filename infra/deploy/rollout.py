"""Brings functions to the state that their file describes: plan, build all, then switch over.

settings, variables ──► upload and build, all at once ──► activate each ──► addresses, web platforms ──► health
                                   └─ one fails: stop, and every function still runs its old code
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from infra.deploy import addresses, deployments, platforms, variables
from infra.deploy.errors import ServerError
from infra.deploy.fingerprint import VARIABLE, Fingerprint
from infra.deploy.functions import Function
from infra.deploy.health import Health, ask
from infra.deploy.plan import Plan, plan
from infra.deploy.server import Server
from infra.deploy.settings import Target


@dataclass(frozen=True)
class Report:
    """What was changed, where the functions answer (by function id), and how they are."""

    changes: list[str]
    addresses: dict[str, str]
    health: list[Health]


def deploy(
    server: Server, target: Target, functions: Iterable[Function], root: Path, say: Callable[[str], None]
) -> Report:
    """Deploy the functions from the files under `root`; no changes on a second run. `say` is called from many threads.

    Raises DeployError; a function that is deployed but not healthy is for the report to tell.
    """
    return carry_out(server, target, plan(server, target, functions, root), say)


def carry_out(server: Server, target: Target, plans: Sequence[Plan], say: Callable[[str], None]) -> Report:
    """Do the work that was planned; `say` is called from many threads. Raises DeployError."""
    changes = [text for one in plans for text in one.texts()]
    for text in changes:
        say(text)
    for one in plans:
        _configure(server, one)
    _replace(server, [one for one in plans if one.needs_deployment], say)
    reached = {one.function.id: _address(server, target, one, say) for one in plans}
    _let_browsers_in(server, target, [one for one in plans if reached[one.function.id]], say)
    with ThreadPoolExecutor(max_workers=8) as pool:
        health = list(pool.map(lambda one: ask(server, one.function.id), plans))
    return Report(changes, {name: address for name, address in reached.items() if address}, health)


def _configure(server: Server, one: Plan) -> None:
    function = one.function
    if one.there is None:
        server.post("/functions", functionId=function.id, **function.settings)
    elif one.settings_differ:
        server.put(f"/functions/{function.id}", **function.settings)
    if one.needs_deployment:
        for name, value in one.plain.items():
            variables.put(server, function.id, name, value, one.variables, secret=False)
        for name, value in one.secrets.items():
            variables.put(server, function.id, name, value, one.variables, secret=True)


def _replace(server: Server, plans: list[Plan], say: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        built = list(pool.map(lambda one: deployments.build(server, one.function, one.archive, say), plans))
    for one, deployment_id in zip(plans, built, strict=True):
        for name in one.doomed:
            variables.delete(server, one.function.id, name, one.variables)
        deployments.activate(server, one.function.id, deployment_id)
        mark = Fingerprint.take(deployment_id, one.content, one.code)
        variables.put(server, one.function.id, VARIABLE, str(mark), one.variables, secret=False)
        say(f"{one.function.id}: active")


def _address(server: Server, target: Target, one: Plan, say: Callable[[str], None]) -> str | None:
    domain = one.domain
    if one.new_domain:
        try:
            domain = addresses.create(server, one.function, one.new_domain)
        except ServerError as error:
            say(f"{one.function.id}: {error}")  # it is deployed all the same, and can be reached through the API
    if domain is None and one.function.domain:
        say(addresses.by_hand(one.function))
    return addresses.url(target, domain) if domain else None


def _let_browsers_in(server: Server, target: Target, plans: Sequence[Plan], say: Callable[[str], None]) -> None:
    """Make web platforms of the hosts whose pages call Appwrite; what does not succeed is said, for a person to do."""
    for one in plans:
        if one.new_platform:
            try:
                platforms.create(server, target, one.function, one.new_platform)
            except ServerError as error:
                say(f"{one.function.id}: {error}")
    hosts = [host for one in plans if one.function.pages and (host := one.host)]
    if hosts and platforms.shown(server) is None:
        say(platforms.by_hand(hosts))
