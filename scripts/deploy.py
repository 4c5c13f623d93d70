"""Deploy the functions of `infra/appwrite_functions.json` to the Appwrite that `env.<name>` describes."""

import argparse
import sys
from pathlib import Path

from infra.deploy import functions, settings
from infra.deploy.errors import DeployError
from infra.deploy.functions import Function
from infra.deploy.plan import plan
from infra.deploy.rollout import Report, deploy
from infra.deploy.server import connect


def main() -> int:
    """The exit status: 0 if all chosen functions are deployed and healthy."""
    arguments, root = _arguments(), Path.cwd()
    try:
        target = settings.read(arguments.env, root)
        chosen = _chosen(functions.load(root / "infra" / "appwrite_functions.json"), arguments.only)
        with connect(target) as server:
            if arguments.dry_run:
                texts = [text for one in plan(server, target, chosen, root) for text in one.texts()]
                print("\n".join(texts) or "no changes")
                return 0
            return _tell(deploy(server, target, chosen, root, print))
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/deploy.sh", description=__doc__)
    parser.add_argument("env", help="staging, production, …: the file env.<name> or .env.<name>")
    parser.add_argument("--only", metavar="FUNCTION", help="this function and no other")
    parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    return parser.parse_args()


def _chosen(known: tuple[Function, ...], only: str | None) -> list[Function]:
    chosen = [function for function in known if only in {None, function.id}]
    if not chosen:
        raise DeployError(f"There is no function {only}; known are {', '.join(function.id for function in known)}.")
    return chosen


def _tell(report: Report) -> int:
    print(f"{len(report.changes)} changes" if report.changes else "no changes")
    for function_id, address in report.addresses.items():
        print(f"{function_id}: {address}")
    for health in report.health:
        print(f"{health.function_id}: {'healthy' if health.ok else 'NOT HEALTHY'}: {health.detail}")
    return 0 if all(health.ok for health in report.health) else 1


if __name__ == "__main__":
    sys.exit(main())
