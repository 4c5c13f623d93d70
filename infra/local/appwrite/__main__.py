"""`python -m infra.local.appwrite --data DIR --project ID --port 8090`: serve until a signal comes."""

import argparse
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from infra.local.appwrite.app import create_app
from infra.local.appwrite.database import Database
from infra.local.appwrite.keys import Keys, kept_secret
from infra.local.appwrite.rooms import SCHEMA
from infra.local.appwrite.services import Services, Settings

HOST = "127.0.0.1"


def main() -> None:
    """Read the arguments, bind the port, serve."""
    arguments = _arguments()
    listener = _listen(arguments.port)
    data: Path = arguments.data
    settings = Settings(
        data=data,
        project=arguments.project,
        root_key=kept_secret(arguments.key_file or data / "api-key", "standard_"),
        signing_secret=kept_secret(data / "signing-secret"),
        schema_delay=arguments.schema_delay,
        update_gap=arguments.update_gap,
        sync_limit=arguments.sync_limit,
    )
    _serve(settings, listener)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local.appwrite", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--project", required=True, help="the one project's id")
    parser.add_argument("--port", type=int, default=8090, help="0 lets the system choose")
    parser.add_argument("--key-file", type=Path, help="API key, made if missing (default: DATA/api-key)")
    parser.add_argument("--schema-delay", type=float, default=0.1, help="seconds that a new column is processing")
    parser.add_argument("--sync-limit", type=float, default=30.0, help="seconds that a synchronous execution may take")
    parser.add_argument("--update-gap", type=float, default=0.0, help="seconds between select and write in update_rows")
    return parser.parse_args()


def _listen(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        sys.exit(f"Cannot listen on {HOST}:{port}: {error.strerror}. Is another server using that port?")
    listener.listen(1024)
    return listener


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            print(f"ready http://{HOST}:{sockets[0].getsockname()[1]}/v1", flush=True)


def _serve(settings: Settings, listener: socket.socket) -> None:
    def clock() -> datetime:
        return datetime.now(UTC)

    database = Database(settings.data / "appwrite.sqlite", clock, SCHEMA)
    keys = Keys(settings.project, settings.root_key, settings.signing_secret, clock)
    endpoint = f"http://{HOST}:{listener.getsockname()[1]}/v1"
    app = create_app(Services(settings, database, keys, clock, endpoint))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))  # uvicorn raises the signal again once it has shut down
    config = uvicorn.Config(app, access_log=False, log_level="warning", timeout_graceful_shutdown=5)
    try:
        _Server(config).run(sockets=[listener])
    finally:
        database.close()


if __name__ == "__main__":
    main()
