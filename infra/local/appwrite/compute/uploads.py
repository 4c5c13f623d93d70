"""The files that deployments are uploaded in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from infra.local.appwrite.errors import Fault
from infra.local.appwrite.parts import Part, read_part
from infra.local.appwrite.services import Services

LARGEST = 30_000_000  # bytes, the default of a self-hosted server

NO_FILE = Fault.of("storage_file_empty", 400, "No file sent")
NOT_GZIP = Fault.of("storage_file_type_unsupported", 400, "The given file extension is not supported.")
INVALID_SIZE = Fault.of(
    "deployment_invalid_file_size",
    400,
    "The file size is either not valid or exceeds the maximum allowed size. Please check the file or the value of the "
    "_APP_COMPUTE_SIZE_LIMIT environment variable.",
)


def read_code(code: Any, headers: Mapping[str, str]) -> Part:
    """The tar.gz, or the part of it, in a multipart request; 400 for anything else."""
    if not isinstance(code, UploadFile):
        raise NO_FILE
    part = read_part(code, headers)
    if not part.name.endswith(".gz"):
        raise NOT_GZIP
    if part.size > LARGEST:
        raise INVALID_SIZE
    return part


def upload_path(services: Services, deployment_id: str) -> Path:
    """The file that holds a deployment's upload."""
    return services.settings.data / "deployments" / f"{deployment_id}.tar.gz"


def remove_upload(services: Services, deployment_id: str) -> None:
    """Delete an upload's file."""
    upload_path(services, deployment_id).unlink(missing_ok=True)
