"""Deploy schema and functions, as the files in `infra/` say, to the Appwrite that `env.<name>` describes."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.deploy import definitions, rollout, schema, scopes
from infra.deploy.definitions import Schema
from infra.deploy.errors import DeployError
from infra.deploy.plan import Plan, plan
from infra.deploy.rollout import Report
from infra.deploy.server import Server
from infra.deploy.settings import Target
from infra.deploy.steps import Step
from infra.migrations import registry
from scripts import remote


def main() -> int:
    """The exit status: 0 if all chosen functions are deployed and healthy."""
    arguments = _arguments()
    return remote.exit_status(lambda: _run(arguments))


def _arguments() -> argparse.Namespace:
    parser = remote.parser("scripts/deploy.sh", __doc__)
    parser.add_argument("--only", metavar="FUNCTION", help="this function and nothing else, no schema either")
    parser.add_argument("--check", action="store_true", help="say which scopes the key needs and lacks, change nothing")
    parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    parser.add_argument("--ask", action="store_true", help="show the plan and let a person confirm it")
    parser.add_argument("--prune", action="store_true", help="also DELETE what the files do not name, once confirmed")
    return parser.parse_args()


@dataclass(frozen=True)
class _Work:
    """All that is to be done, known before anything is changed."""

    schema: Schema
    steps: Sequence[Step]
    deletions: Sequence[Step]
    plans: Sequence[Plan]

    def texts(self) -> list[str]:
        return [step.text for step in (*self.steps, *self.deletions)] + [
            text for one in self.plans for text in one.texts()
        ]

    @property
    def deletes(self) -> bool:
        return bool(self.deletions) or any(one.doomed for one in self.plans)


def _run(arguments: argparse.Namespace) -> int:
    with remote.connected(arguments) as (server, target):
        if arguments.check:
            return _check(server)
        scopes.require(server, scopes.FUNCTIONS if arguments.only else scopes.SCHEMA + scopes.FUNCTIONS)
        work = _plan(server, target, arguments)
        texts = work.texts()
        if arguments.dry_run:
            print("\n".join(texts) or "no changes")
            return 0
        if texts and (arguments.ask or work.deletes):
            print("\n".join(texts))
            remote.confirm(f"This changes {target.endpoint}, project {target.project}.", arguments.env)
        if not arguments.only:
            schema.carry_out(server, work.schema, [*work.steps, *work.deletions], print)
        status = _tell(texts, rollout.carry_out(server, target, work.plans, print))
        if not arguments.only:
            _tell_migrations(server, work.schema, arguments.env)
        return status


def _plan(server: Server, target: Target, arguments: argparse.Namespace) -> _Work:
    wanted = definitions.load(remote.COLLECTIONS)
    steps = [] if arguments.only else schema.plan(server, wanted)
    deletions = schema.pruning(server, wanted) if arguments.prune and not arguments.only else []
    plans = plan(server, target, remote.chosen(arguments.only), Path(), prune=arguments.prune)
    return _Work(wanted, steps, deletions, plans)


def _check(server: Server) -> int:
    needed = scopes.SCHEMA + scopes.FUNCTIONS
    lacking = scopes.missing(server, needed + scopes.OPTIONAL)
    for scope in needed + scopes.OPTIONAL:
        optional = ", optional" if scope in scopes.OPTIONAL else ""
        print(f"{'MISSING' if scope in lacking else 'ok':8}{scope.name:18}{scope.purpose}{optional}")
    return 1 if set(lacking) & set(needed) else 0


def _tell(changes: Sequence[str], report: Report) -> int:
    print(f"{len(changes)} changes" if changes else "no changes")
    for function_id, address in report.addresses.items():
        print(f"{function_id}: {address}")
    for health in report.health:
        print(f"{health.function_id}: {'healthy' if health.ok else 'NOT HEALTHY'}: {health.detail}")
    return 0 if all(health.ok for health in report.health) else 1


def _tell_migrations(server: Server, schema: Schema, env: str) -> None:
    """They change what people have stored, so a person starts them; what is deployed runs with the older rows too."""
    if all(table.id != registry.TABLE for table in schema.tables):
        return
    try:
        waiting = registry.waiting(server)
    except DeployError as error:
        print(f"migrations: can't tell whether any are pending: {error}")
        return
    for each, rows in waiting:
        print(f"migration pending: {each.name}: {rows} rows to look at")
    if waiting:
        print(f"Carry them out with: make migrate ENV={env}")


if __name__ == "__main__":
    sys.exit(main())
