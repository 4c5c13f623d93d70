"""A function on the server under test: deployed from a few files, executed by REST."""

import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from appwrite.input_file import InputFile
from appwrite.services.functions import Functions

from tests.conformance.server import Server

Execution = dict[str, Any]
SIZE = "s-0.5vcpu-512mb"
#: A build on a real server takes half a minute.
PATIENCE = 180


class Function:
    """One function; its settings are those of the last `configure`, as an update resets what it leaves out."""

    def __init__(self, server: Server, function_id: str, **settings: Any) -> None:
        self.server, self.id = server, function_id
        self.path = f"/functions/{function_id}"
        body = {"functionId": function_id, "runtime": "python-3.12", **_settings(settings)}
        answer = server.http("POST", "/functions", json=body)
        assert answer.status_code == 201, answer.text

    @property
    def api(self) -> Functions:
        """The SDK's service, with the key."""
        return Functions(self.server.client())

    def configure(self, **settings: Any) -> None:
        """Give it these settings, and the defaults of the tests for the rest."""
        self.server.http("PUT", self.path, json=_settings(settings)).raise_for_status()

    def show(self) -> dict[str, Any]:
        """The function as JSON."""
        found: dict[str, Any] = self.server.http("GET", self.path).json()
        return found

    def deploy(self, files: Mapping[str, str], *, activate: bool = True, **settings: Any) -> dict[str, Any]:
        """Upload the files and wait for the end of the build; the deployment, which may have failed."""
        upload = InputFile.from_bytes(archive(files), "code.tar.gz")
        made = str(self.api.create_deployment(self.id, upload, activate, **settings).id)
        path = f"{self.path}/deployments/{made}"
        return until(lambda: self._get(path), lambda found: found["status"] in ("ready", "failed"))

    def execute(self, path: str = "/", **params: Any) -> Execution:
        """An execution, or the error, as JSON."""
        found: Execution = self.create(path, **params).json()
        return found

    def create(self, path: str = "/", **params: Any) -> requests.Response:
        """The plain answer to a new execution."""
        return self.server.http("POST", f"{self.path}/executions", json={"path": path, **params})

    def echo(self, **params: Any) -> dict[str, Any]:
        """What the sample's code saw of an execution."""
        found: dict[str, Any] = json.loads(self.execute("/echo", **params)["responseBody"])
        return found

    def ended(self, execution_id: str) -> Execution:
        """A queued execution once it has ended."""
        path = f"{self.path}/executions/{execution_id}"
        return until(lambda: self._get(path), lambda found: found["status"] in ("completed", "failed"))

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.server.http("GET", path).json()
        return found


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    # Without both specifications the server takes its largest, which a plan may not have.
    sizes = {"buildSpecification": SIZE, "runtimeSpecification": SIZE}
    return {"name": "Conformance", "entrypoint": "main.py", "execute": ["any"], **sizes, **given}


def archive(files: Mapping[str, str]) -> bytes:
    """A tar.gz with these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def until(
    ask: Callable[[], dict[str, Any]], is_enough: Callable[[dict[str, Any]], bool], patience: float = PATIENCE
) -> dict[str, Any]:
    """Ask again and again until the answer is enough; fails after so many seconds."""
    deadline = time.monotonic() + patience
    while not is_enough(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


def named(pairs: list[dict[str, str]]) -> dict[str, str]:
    """The headers of an execution by name."""
    return {pair["name"]: pair["value"] for pair in pairs}
