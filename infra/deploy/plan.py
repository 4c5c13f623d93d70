"""What has to be done to each function, found out before anything is changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from infra.deploy import addresses, platforms, variables
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
    #: Variables on the server that nobody named, and that are to go.
    doomed: tuple[str, ...] = ()
    #: The host to let call Appwrite from browsers, None if it may already, or nobody can tell.
    new_platform: str | None = None

    @property
    def settings_differ(self) -> bool:
        there = self.there or {}
        return any(differ(value, there.get(name)) for name, value in self.function.settings.items())

    @property
    def host(self) -> str | None:
        """The domain that leads to it, or that is to."""
        return self.domain or self.new_domain

    @property
    def outdated_variables(self) -> list[str]:
        return variables.outdated(self.plain, self.secrets, self.variables)

    @cached_property
    def needs_deployment(self) -> bool:
        """Variables count, too: a process that runs keeps those it was started with."""
        mark = self._mark
        is_current = mark is not None and mark.fits(self._active, self.content)
        return bool(self.outdated_variables or self.doomed) or not is_current

    @property
    def runs_this_code(self) -> bool:
        """Whether what is active was built of the same files in the same way, whatever its variables."""
        mark = self._mark
        return mark is not None and (mark.deployment_id, mark.code) == (self._active, self.code)

    @property
    def code(self) -> str:
        """What is built and how, as a hash."""
        return hashlib.sha256(json.dumps(self._built, sort_keys=True).encode()).hexdigest()

    @property
    def content(self) -> dict[str, object]:
        """All that goes into its deployment, for the fingerprint."""
        return {**self._built, "variables": {**self.plain, **self.secrets}}

    @property
    def _built(self) -> dict[str, str]:
        how = {"runtime": self.function.runtime, "entrypoint": self.function.entrypoint}
        return {"files": self.archive.sha256, **how, "commands": self.function.commands}

    @property
    def _mark(self) -> Fingerprint | None:
        return Fingerprint.parse(self.variables[VARIABLE]["value"]) if VARIABLE in self.variables else None

    @property
    def _active(self) -> str:
        return str(self.there["deploymentId"]) if self.there else ""

    def texts(self) -> list[str]:
        """The work in words."""
        settings = "update settings" if self.there else "create"
        names = self.outdated_variables
        work = {
            settings: self.settings_differ,
            f"set {', '.join(names)}": bool(names),
            f"DELETE variables {', '.join(self.doomed)}": bool(self.doomed),
            "build and activate": self.needs_deployment,
            f"add address {self.new_domain}": self.new_domain is not None,
            f"add web platform {self.new_platform}": self.new_platform is not None,
        }
        return [f"{self.function.id}: {text}" for text, is_needed in work.items() if is_needed]


def plan(
    server: Server, target: Target, functions: Iterable[Function], root: Path, *, prune: bool = False
) -> list[Plan]:
    """The work on each function; `prune` deletes variables that nobody named. Raises DeployError."""
    names = working_files(root) if target.is_local else committed_files(root)
    domains, hosts = addresses.shown(server), platforms.shown(server)
    plans = [_plan(server, target, function, pack(root, names, function.exclude), domains) for function in functions]
    plans = [replace(one, new_platform=platforms.missing(one.function, one.host, hosts)) for one in plans]
    return [_pruning(one) for one in plans] if prune else plans


def _plan(
    server: Server, target: Target, function: Function, archive: Archive, domains: Mapping[str, str] | None
) -> Plan:
    plain = {**target.chosen(function.variables), **addresses.linked(target, function, domains or {})}
    secrets = target.chosen(function.secrets)
    there = server.find(f"/functions/{function.id}")
    shown = variables.shown(server, function.id) if there else {}
    variables.check(function.id, plain, shown)
    domain = (domains or {}).get(function.id)
    new_domain = None if domain or domains is None else addresses.wanted(target, function)
    return Plan(function, archive, plain, secrets, there, shown, domain, new_domain)


def _pruning(one: Plan) -> Plan:
    named = (*one.function.variables, *one.function.secrets)
    return replace(one, doomed=tuple(variables.leftover(named, one.variables)))
