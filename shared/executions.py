"""Starting other functions: https://appwrite.io/docs/references/cloud/server-python/functions#createExecution"""

from dataclasses import dataclass

from appwrite.exception import AppwriteException
from appwrite.services.functions import Functions

from shared.log import Log
from shared.transport import AppwriteClient

WORKER = "certificate_worker"


@dataclass(frozen=True)
class Executions:
    """Starts functions with the rights of the running one (scope `executions.write`)."""

    client: AppwriteClient
    log: Log

    def kick_worker(self) -> None:
        """Ask for a pass of the worker now.

        Best effort: an asynchronous execution runs at most once and may be lost. What is due stays due, and the
        worker's own schedule comes by each minute.
        """
        try:
            Functions(self.client).create_execution(WORKER, xasync=True)
        except AppwriteException as error:
            self.log.warning("kick failed", appwrite_code=error.code, appwrite_type=error.type)
