"""The local services as processes: the Appwrite stand-in, the local Graphy and the mail catcher, on 127.0.0.1."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Names of what a service needs from the environment; nothing else is handed on.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LOCAL_BUILD_CACHE")
#: Variables that tell pip where packages come from; a build inside the stand-in needs them too.
_INHERITED_PREFIXES = ("PIP_", "SSL_CERT_", "REQUESTS_CA_")
STOP_SECONDS = 20


class ServiceFailed(Exception):
    """A service did not start; the message is its own."""


@dataclass(frozen=True)
class Ports:
    """Where the services listen; 0 lets the system choose, but then nobody can know an address in advance."""

    appwrite: int
    graphy: int
    mail: int

    @classmethod
    def from_base(cls, base: int) -> "Ports":
        return cls(base, base + 1, base + 2)


@dataclass(frozen=True)
class Identity:
    """What the services and their clients agree on."""

    project: str
    graphy_merchant_id: str
    graphy_api_key: str
    graphy_webhook_secret: str


@dataclass(frozen=True)
class Services:
    """Addresses of running services, and where they keep their data."""

    appwrite: str
    graphy: str
    mail: str
    data: Path

    @property
    def mails(self) -> Path:
        return self.data / "mails"


@contextmanager
def services(data: Path, ports: Ports, identity: Identity, appwrite: str | None = None) -> Iterator[Services]:
    """Run all three while the block runs; with an `appwrite` elsewhere Graphy, which then has no hook, and mail alone.

    Raises `ServiceFailed` if one can't start, a port being taken for one.
    """
    data.mkdir(parents=True, exist_ok=True)
    secrets = {
        "GRAPHY_API_KEY": identity.graphy_api_key,
        "GRAPHY_WEBHOOK_SECRET": identity.graphy_webhook_secret,
    }
    with ExitStack() as stack:

        def start(name: str, port: int, folder: str, *options: str, **env: str) -> str:
            arguments = ["--data", str(data / folder), "--port", str(port), *options]
            return stack.enter_context(service(name, arguments, env, data / f"{name}.log"))

        mail = start("mail", ports.mail, "mails")
        webhook = "http://localhost:9/"  # the discard port: nobody is there
        if appwrite is None:
            smtp = mail.removeprefix("smtp://")
            appwrite = start("appwrite", ports.appwrite, "appwrite", "--project", identity.project, "--smtp", smtp)
            webhook = f"http://graphy-webhook.functions.localhost:{ports.appwrite}/"
        graphy = start(
            "graphy", ports.graphy, "graphy", "--mid", identity.graphy_merchant_id, "--webhook-url", webhook, **secrets
        )
        yield Services(appwrite, graphy, mail, data)


@contextmanager
def service(name: str, arguments: Sequence[str], env: Mapping[str, str], log: Path) -> Iterator[str]:
    """Run `python -m infra.local.<name>` while the block runs; the address that it prints when it is ready.

    It gets a session of its own: Ctrl-C reaches whoever started the services, who then stops them one after another.
    """
    with log.open("ab") as errors:
        start = log.stat().st_size
        process = subprocess.Popen(
            [sys.executable, "-m", f"infra.local.{name}", *arguments],
            env={**_environment(), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        yield _address(name, process, log, start)
    finally:
        _stop(process)


def _address(name: str, process: subprocess.Popen[str], log: Path, start: int) -> str:
    for line in process.stdout or ():
        if line.startswith("ready "):
            return line.removeprefix("ready ").strip()
    said = log.read_bytes()[start:].decode(errors="replace").strip()
    raise ServiceFailed(f"The local {name} did not start. {said[-2000:]}")


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }
