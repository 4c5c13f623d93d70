"""All of it on this machine: the local services, with the bundle deployed on them by the code that deploys anywhere."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra.deploy import definitions, functions, schema, settings
from infra.deploy.admin import ensure_admin
from infra.deploy.errors import DeployError
from infra.deploy.rollout import Report, deploy
from infra.deploy.server import Server, connect
from infra.local.services import Identity, Ports, Services, services

ROOT = Path(__file__).parents[2]
PROJECT = "certificates"
ADMIN_EMAIL = "admin@training.example"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Elsewhere:
    """An Appwrite that runs already, to deploy on instead of the stand-in. It must be able to reach this machine."""

    endpoint: str
    project: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Stack:
    """Running services with the functions deployed and an admin."""

    services: Services
    project: str
    #: Where functions answer for themselves, by their ids; some servers give them no addresses.
    addresses: Mapping[str, str]
    #: Whether Graphy knows the webhook: on a server elsewhere its address is not known before Graphy is started.
    graphy_delivers: bool
    env_file: Path
    admin_email: str
    admin_password: str = field(repr=False)


@contextmanager
def running_stack(data: Path, ports: Ports, say: Say, elsewhere: Elsewhere | None = None) -> Iterator[Stack]:
    """Start the services on what `data` holds, bring the deployment up to date, and stop all when the block ends.

    Raises ServiceFailed, or DeployError if a function is not healthy.
    """
    kept = _kept_secrets(data / "secrets.json")
    project = elsewhere.project if elsewhere else PROJECT
    identity = Identity(project, "local-merchant", kept["graphy_api_key"], kept["graphy_webhook_secret"])
    with services(data, ports, identity, elsewhere.endpoint if elsewhere else None) as running:
        say(f"Appwrite {running.appwrite}, Graphy {running.graphy}, mail {running.mail}")
        key = elsewhere.key if elsewhere else (data / "appwrite" / "api-key").read_text().strip()
        variables = _variables(running, identity, f"k1:{kept['verify_key']}")
        variables |= {"APPWRITE_API_KEY": key, "METRICS_TOKEN": kept["metrics_token"]}
        env_file = _write_env(data / "env.local", variables)
        target = settings.target(variables, env_file.name)
        admin = f"admin-{kept['admin']}@training.example" if elsewhere else ADMIN_EMAIL
        with connect(target) as server:
            report = _deploy(server, target, say)
            ensure_admin(server, admin, kept["admin_password"])
        yield Stack(running, project, report.addresses, elsewhere is None, env_file, admin, kept["admin_password"])


def _deploy(server: Server, target: settings.Target, say: Say) -> Report:
    schema.apply(server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), say)
    report = deploy(server, target, functions.load(ROOT / "infra" / "appwrite_functions.json"), ROOT, say)
    ill = [f"{health.function_id}: {health.detail}" for health in report.health if not health.ok]
    if ill:
        raise DeployError("Deployed, but not healthy:\n" + "\n".join(ill))
    return report


def _variables(running: Services, identity: Identity, verify_keys: str) -> dict[str, str]:
    """Everything that `env.example` lists, pointing at this machine."""
    host, _, port = running.mail.removeprefix("smtp://").rpartition(":")
    every = dict.fromkeys(settings.parse(ROOT / "env.example"), "")
    return every | {
        "APPWRITE_ENDPOINT": running.appwrite,
        "APPWRITE_PROJECT": identity.project,
        "GRAPHY_API_BASE": f"{running.graphy}/public",
        "GRAPHY_MERCHANT_ID": identity.graphy_merchant_id,
        "GRAPHY_API_KEY": identity.graphy_api_key,
        "GRAPHY_WEBHOOK_SECRET": identity.graphy_webhook_secret,
        "GRAPHY_CALLS_PER_SECOND": "1000",
        "SMTP_HOST": host,
        "SMTP_PORT": port,
        "FROM_EMAIL": "Training Company <certificates@training.example>",
        "VERIFY_KEYS": verify_keys,
    }


def _write_env(path: Path, variables: Mapping[str, str]) -> Path:
    """An environment file like those of real servers, for the scripts and for people."""
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")
    return path


def _kept_secrets(path: Path) -> dict[str, str]:
    """Random once, the same at each start."""
    names = ("admin", "admin_password", "graphy_api_key", "graphy_webhook_secret", "metrics_token", "verify_key")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    kept: dict[str, str] = json.loads(path.read_text() or "{}")
    kept = {name: secrets.token_hex(16) for name in names} | kept
    path.write_text(json.dumps(kept))
    return kept
