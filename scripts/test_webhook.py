"""Deliver a signed test completion to the webhook, and on request a repeated, a forged and a malformed one; explain the
answers. Its course does not exist, so no certificate comes of it."""

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from infra.deploy import addresses, settings
from infra.deploy.errors import DeployError
from infra.deploy.server import connect
from infra.deploy.settings import Target
from infra.hook_check.answers import Verdict, deliver
from infra.hook_check.deliveries import Kind, Proof, deliveries
from infra.local import loopback
from scripts import remote

#: Where `make run` writes down what it started.
_RUN = Path(".local/run")
_SECRET, _TOKEN = "GRAPHY_WEBHOOK_SECRET", "GRAPHY_WEBHOOK_TOKEN"


def main() -> int:
    """The exit status: 0 if every answer is as it should be."""
    arguments = _arguments()
    return remote.exit_status(lambda: _run(arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/test-webhook.sh", description=__doc__)
    parser.add_argument("url", nargs="?", help="the function's address, without token (default: the environment's)")
    parser.add_argument("--env", default=os.environ.get("ENV"), help="the file env.<name> (default: $ENV)")
    parser.add_argument("--folder", type=Path, default=Path(), help="where that file lies (default: here)")
    for kind in (Kind.REPEATED, Kind.FORGED, Kind.MALFORMED):
        parser.add_argument(f"--{kind}", action="append_const", dest="kinds", const=kind, help=f"a {kind} one too")
    parser.add_argument("--all", action="store_true", help="all of them")
    return parser.parse_args()


def _run(arguments: argparse.Namespace) -> int:
    target = _target(arguments)
    proof = _proof(target)
    kinds = set(Kind) if arguments.all else set(arguments.kinds or ())
    address = _address(arguments.url, target)
    with loopback.session() as session:
        verdicts = [deliver(session, each) for each in deliveries(address, proof, kinds)]
    for each in verdicts:
        mark, status = "ok" if each.is_right else "NOT OK", each.status or "-"
        print(f"{mark:8}{each.delivery.kind:11}{status:<5}{each.meaning}")
    if verdicts[0].completion_id:
        print(_what_next(verdicts[0], arguments.env))
    return 0 if all(each.is_right for each in verdicts) else 1


def _target(arguments: argparse.Namespace) -> Target | None:
    """None if the environment itself has the secret. Raises DeployError."""
    if arguments.env:
        return settings.read(arguments.env, arguments.folder)
    if any(os.environ.get(name) for name in (_SECRET, _TOKEN)):
        return None
    if not (arguments.folder / _RUN / "env.local").is_file():
        raise DeployError(
            f"Say where: ENV=staging, or set {_SECRET} or {_TOKEN}, or start the local services: make run."
        )
    return settings.read("local", arguments.folder / _RUN)


def _proof(target: Target | None) -> Proof:
    known = target.variables if target else os.environ
    proof = Proof(known.get(_SECRET, ""), known.get(_TOKEN, ""))
    if not (proof.secret or proof.token):
        raise DeployError(f"The environment sets neither {_SECRET} nor {_TOKEN}, so the webhook accepts nothing.")
    return proof


def _address(url: str | None, target: Target | None) -> str:
    if not url:
        return _found(target)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DeployError("The address must be one such as https://graphy-webhook.example.com/.")
    if "/hook/" in parts.path or parts.query:
        raise DeployError(f"Leave the token out of the address: it is taken from {_TOKEN}.")
    return url


def _found(target: Target | None) -> str:
    if target is None:
        raise DeployError("Say which address: scripts/test-webhook.sh https://….")
    with connect(target) as server:
        domain = (addresses.shown(server) or {}).get("graphy_webhook")
    if not domain:
        raise DeployError("graphy_webhook has no address there, or the key may not see it: say which.")
    return addresses.url(target, domain)


def _what_next(first: Verdict, env: str | None) -> str:
    where = f"ENV={env}" if env else f"ENV=local FOLDER={_RUN}"
    return f"""
What became of it:  make logs {where} TRACE={first.request_id}
It names a course that does not exist: it becomes `unmatched` and makes no certificate and no mail.
To clean up, delete row {first.completion_id} of table `completions` in the Console,
or leave it to WEBHOOK_RETENTION_DAYS."""


if __name__ == "__main__":
    sys.exit(main())
