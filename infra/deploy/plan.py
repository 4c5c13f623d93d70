"""What has to be done to each function, found out before anything is changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from infra.deploy import addresses, variables
from infra.deploy.fingerprint import VARIABLE, Fingerprint
from infra.deploy.functions import Function
from infra.deploy.package import Archive, committed_files, pack, working_files
from infra.deploy.server import Document, Server
from infra.deploy.settings import Target
from infra.deploy.steps import differ


@dataclass(frozen=True)
class Plan:
    """One function: what it should be, what the server has of it (`there`: None, nothing), and the work between."""

    function: Function
    archive: Archive
    plain: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    there: Document | None
    variables: variables.Shown
    #: The domain that leads to it.
    domain: str | None
    #: The domain to give it, None if it has one or none can be had.
    new_domain: str | None

    @property
    def settings_differ(self) -> bool:
        there = self.there or {}
        return any(differ(value, there.get(name)) for name, value in self.function.settings.items())

    @property
    def outdated_variables(self) -> list[str]:
        return variables.outdated(self.plain, self.secrets, self.variables)

    @cached_property
    def needs_deployment(self) -> bool:
        """Variables count, too: a process that runs keeps those it was started with."""
        mark = Fingerprint.parse(self.variables[VARIABLE]["value"]) if VARIABLE in self.variables else None
        active = self.there["deploymentId"] if self.there else ""
        return bool(self.outdated_variables) or mark is None or not mark.fits(active, self.content)

    @property
    def content(self) -> dict[str, object]:
        """All that goes into its deployment, for the fingerprint."""
        built = {"runtime": self.function.runtime, "entrypoint": self.function.entrypoint}
        run = {"commands": self.function.commands, "variables": {**self.plain, **self.secrets}}
        return {"files": self.archive.sha256, **built, **run}

    def texts(self) -> list[str]:
        """The work in words."""
        settings = "update settings" if self.there else "create"
        names = self.outdated_variables
        work = {
            settings: self.settings_differ,
            f"set {', '.join(names)}": bool(names),
            "build and activate": self.needs_deployment,
            f"add address {self.new_domain}": self.new_domain is not None,
        }
        return [f"{self.function.id}: {text}" for text, is_needed in work.items() if is_needed]


def plan(server: Server, target: Target, functions: Iterable[Function], root: Path) -> list[Plan]:
    """The work on each function. Raises DeployError where it could not be done."""
    names = working_files(root) if target.is_local else committed_files(root)
    domains = addresses.shown(server)
    return [_plan(server, target, function, pack(root, names, function.exclude), domains) for function in functions]


def _plan(
    server: Server, target: Target, function: Function, archive: Archive, domains: Mapping[str, str] | None
) -> Plan:
    plain, secrets = target.chosen(function.variables), target.chosen(function.secrets)
    there = server.find(f"/functions/{function.id}")
    shown = variables.shown(server, function.id) if there else {}
    variables.check(function.id, plain, shown)
    domain = (domains or {}).get(function.id)
    new_domain = None if domain or domains is None else addresses.wanted(target, function)
    return Plan(function, archive, plain, secrets, there, shown, domain, new_domain)
