"""A server whose functions a test deploys and executes."""

from typing import Any

import requests
from appwrite.input_file import InputFile
from appwrite.services.functions import Functions

from tests.infra.appwrite.compute.tiny import Files, archive, until
from tests.infra.appwrite.served import Served


class Server(Served):
    """The stand-in, with short ways to do what every test here does."""

    @property
    def functions(self) -> Functions:
        """The SDK's functions service, with the project's key."""
        return Functions(self.client())

    def domain(self, name: str, path: str = "/", method: str = "GET", **options: Any) -> requests.Response:
        """A plain request to a function's domain."""
        headers = {"Host": f"{name}.functions.localhost", **options.pop("headers", {})}
        base = self.endpoint.removesuffix("/v1")
        return requests.request(method, base + path, headers=headers, timeout=60, allow_redirects=False, **options)

    def deploy(self, function_id: str, code: str | Files, **settings: Any) -> str:
        """Make the function if there is none, upload the code and wait until it is active; the deployment's id."""
        if self.http("GET", f"/functions/{function_id}").status_code == 404:
            given = {"execute": ["any"], "entrypoint": "main.py", **settings}
            self.functions.create(function_id, function_id, "python-3.12", **given)
        return self.upload(function_id, code)

    def upload(self, function_id: str, code: str | Files, *, activate: bool = True, **settings: Any) -> str:
        """Upload the code and wait until it is built; the deployment's id."""
        deployment_id = self.send(function_id, code, activate=activate, **settings)
        until(lambda: self.deployment(function_id, deployment_id)["status"] in ("ready", "failed"))
        return deployment_id

    def send(self, function_id: str, code: str | Files, *, activate: bool = True, **settings: Any) -> str:
        """Upload the code; the deployment's id."""
        files = {"main.py": code} if isinstance(code, str) else code
        file = InputFile.from_bytes(archive(files), "code.tar.gz")
        return str(self.functions.create_deployment(function_id, file, activate, **settings).id)

    def deployment(self, function_id: str, deployment_id: str) -> dict[str, Any]:
        """The deployment as JSON."""
        found: dict[str, Any] = self.http("GET", f"/functions/{function_id}/deployments/{deployment_id}").json()
        return found

    def execute(self, function_id: str, path: str = "/", **params: Any) -> dict[str, Any]:
        """An execution as JSON."""
        answer = self.http("POST", f"/functions/{function_id}/executions", json={"path": path, **params})
        found: dict[str, Any] = answer.json()
        return found

    def queue(self, function_id: str, path: str = "/") -> str:
        """Ask for an execution that nobody waits for; its id."""
        params = {"path": path, "async": True}
        return str(self.http("POST", f"/functions/{function_id}/executions", json=params).json()["$id"])

    def ended(self, function_id: str, execution_id: str) -> dict[str, Any]:
        """A queued execution once it has ended."""
        path = f"/functions/{function_id}/executions/{execution_id}"
        until(lambda: self.http("GET", path).json()["status"] in ("completed", "failed"))
        found: dict[str, Any] = self.http("GET", path).json()
        return found
