"""The environment variables of builds and executions."""

from collections.abc import Mapping

from infra.local.appwrite.collection import Document
from infra.local.appwrite.compute import runtimes
from infra.local.appwrite.errors import VERSION
from infra.local.appwrite.services import Services

_REPOSITORY = ("ID", "NAME", "OWNER", "URL", "BRANCH", "BRANCH_URL")
_COMMIT = ("HASH", "MESSAGE", "URL", "AUTHOR_NAME", "AUTHOR_URL")
#: Empty, since no deployment here comes from a repository.
VCS = {
    **{f"APPWRITE_VCS_REPOSITORY_{name}": "" for name in _REPOSITORY},
    **{f"APPWRITE_VCS_COMMIT_{name}": "" for name in _COMMIT},
    "APPWRITE_VCS_ROOT_DIRECTORY": "",
}


def environment(
    services: Services, function: Document, deployment: Document, variables: Mapping[str, str], specification: str
) -> dict[str, str]:
    """The function's own variables, overridden by the platform's.

    https://appwrite.io/docs/products/functions/develop#environment-variables
    """
    runtime, version = runtimes.title(function["runtime"])
    size = runtimes.size(specification)
    return {
        **variables,
        **VCS,
        "APPWRITE_FUNCTION_API_ENDPOINT": services.endpoint,
        "APPWRITE_FUNCTION_ID": function["$id"],
        "APPWRITE_FUNCTION_NAME": function["name"],
        "APPWRITE_FUNCTION_DEPLOYMENT": deployment["$id"],
        "APPWRITE_FUNCTION_PROJECT_ID": services.settings.project,
        "APPWRITE_FUNCTION_RUNTIME_NAME": runtime,
        "APPWRITE_FUNCTION_RUNTIME_VERSION": version,
        "APPWRITE_FUNCTION_CPUS": size.cpus,
        "APPWRITE_FUNCTION_MEMORY": size.memory,
        "APPWRITE_VERSION": VERSION,
        "APPWRITE_REGION": "default",
        "APPWRITE_DEPLOYMENT_TYPE": deployment["type"],
        "OPEN_RUNTIMES_ENTRYPOINT": deployment["entrypoint"],
        "OPEN_RUNTIMES_CPUS": size.cpus,
        "OPEN_RUNTIMES_MEMORY": size.memory,
        "CI": "true",
    }
