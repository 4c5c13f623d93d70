"""What an execution is handed: headers, environment, key."""

from tests.infra.appwrite.compute.samples import ECHO, seen
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.served import PROJECT


def test_function_sees_the_headers_of_the_real_server_in_their_order(echo: Server) -> None:
    headers = seen(echo.execute("echo", body="12345", headers={"x-mine": "v"}))["headers"]
    assert list(headers) == [
        *("host", "x-mine", "x-appwrite-execution-id", "x-appwrite-key", "x-appwrite-trigger", "x-appwrite-user-id"),
        *("x-appwrite-user-jwt", "x-appwrite-country-code", "x-appwrite-continent-code", "x-appwrite-continent-eu"),
        *("x-appwrite-client-ip", "authorization", "accept", "accept-encoding", "content-length", "content-type"),
    ]
    assert (headers["x-appwrite-trigger"], headers["x-appwrite-user-id"]) == ("http", "")
    assert (headers["content-length"], headers["content-type"]) == ("5", "application/octet-stream")
    assert headers["authorization"].startswith("Basic ")


def test_environment_is_the_functions_own_and_nothing_else(server: Server) -> None:
    server.functions.create("env", "Env", "python-ml-3.12", entrypoint="main.py", runtime_specification="s-1vcpu-1gb")
    server.functions.create_variable("env", "env-v", "MINE", "m")
    deployment = server.deploy("env", ECHO)
    environment = seen(server.execute("env"))["environment"]
    vcs = {name: environment.pop(name) for name in list(environment) if name.startswith("APPWRITE_VCS_")}
    assert len(vcs) == 12
    assert set(vcs.values()) == {""}
    assert environment.pop("PATH").split(":")[0].endswith("/function/runtime-env/bin")
    assert environment.pop("OPEN_RUNTIMES_SECRET")
    environment.pop("LC_CTYPE", None)  # the interpreter's own doing: https://peps.python.org/pep-0538/
    assert environment == {
        "MINE": "m",
        "APPWRITE_FUNCTION_API_ENDPOINT": server.endpoint,
        "APPWRITE_FUNCTION_ID": "env",
        "APPWRITE_FUNCTION_NAME": "Env",
        "APPWRITE_FUNCTION_DEPLOYMENT": deployment,
        "APPWRITE_FUNCTION_PROJECT_ID": PROJECT,
        "APPWRITE_FUNCTION_RUNTIME_NAME": "Python (ML)",
        "APPWRITE_FUNCTION_RUNTIME_VERSION": "3.12",
        "APPWRITE_FUNCTION_CPUS": "1",
        "APPWRITE_FUNCTION_MEMORY": "1024",
        "APPWRITE_VERSION": "1.9.6",
        "APPWRITE_REGION": "default",
        "APPWRITE_DEPLOYMENT_TYPE": "manual",
        "OPEN_RUNTIMES_ENTRYPOINT": "main.py",
        "OPEN_RUNTIMES_HOSTNAME": "127.0.0.1",
        "OPEN_RUNTIMES_CPUS": "1",
        "OPEN_RUNTIMES_MEMORY": "1024",
        "CI": "true",
    }
