"""Give a function the variables of `env.<name>` and build its code anew: a warm process would keep the old ones."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infra.deploy import rollout, scopes
from infra.deploy.errors import DeployError
from infra.deploy.plan import Plan, plan
from scripts import remote


def main() -> int:
    """The exit status: 0 if the function runs with its variables and is healthy."""
    parser = remote.parser("make update-env", __doc__)
    parser.add_argument("function", help="the function's id")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    with remote.connected(arguments) as (server, target):
        scopes.require(server, scopes.FUNCTIONS)
        plans = plan(server, target, remote.chosen(arguments.function), Path())
        _check(plans)
        if not any(one.needs_deployment for one in plans):
            print("no changes")
            return 0
        print(f"{arguments.function}: variables are set, and the code that runs is built anew so that they reach it")
        only_variables = [replace(one, new_domain=None, new_platform=None) for one in plans]
        health = rollout.carry_out(server, target, only_variables, print).health
    for one in health:
        print(f"{one.function_id}: {'healthy' if one.ok else 'NOT HEALTHY'}: {one.detail}")
    return 0 if all(one.ok for one in health) else 1


def _check(plans: Sequence[Plan]) -> None:
    for one in plans:
        if not one.runs_this_code or one.settings_differ:
            raise DeployError(
                f"{one.function.id} runs other code or settings than those here, and only variables are to change. "
                "Check out what runs, or deploy."
            )


if __name__ == "__main__":
    sys.exit(main())
