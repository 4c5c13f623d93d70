"""`python -m infra.local.appwrite --data DIR --project ID --port 8090`: serve until a signal comes."""

import argparse
import socket
from datetime import UTC, datetime
from pathlib import Path

from infra.local import listening
from infra.local.appwrite.app import create_app
from infra.local.appwrite.database import Database
from infra.local.appwrite.keys import Keys, kept_secret
from infra.local.appwrite.rooms import SCHEMA
from infra.local.appwrite.services import Services, Settings
from infra.local.web import serve


def main() -> None:
    """Read the arguments, bind the port, serve."""
    arguments = _arguments()
    listener = listening.listen(arguments.port)
    data: Path = arguments.data
    settings = Settings(
        data=data,
        project=arguments.project,
        root_key=kept_secret(arguments.key_file or data / "api-key", "standard_"),
        signing_secret=kept_secret(data / "signing-secret"),
        schema_delay=arguments.schema_delay,
        update_gap=arguments.update_gap,
        sync_limit=arguments.sync_limit,
        lose_executions=arguments.lose_executions,
        kill_functions=arguments.kill_functions,
        seed=arguments.seed,
        smtp=arguments.smtp,
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
    parser.add_argument("--lose-executions", type=_fraction, default=0.0, help="fraction of queued ones never run")
    parser.add_argument("--kill-functions", type=_fraction, default=0.0, help="fraction of executions killed midway")
    parser.add_argument("--seed", type=int, default=0, help="chooses which executions are lost and killed")
    parser.add_argument("--smtp", type=_address, default="", help="host:port of the mail server; none: no mails")
    return parser.parse_args()


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not (host and port.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text} is not host:port")
    return text


def _fraction(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def _serve(settings: Settings, listener: socket.socket) -> None:
    def clock() -> datetime:
        return datetime.now(UTC)

    database = Database(settings.data / "appwrite.sqlite", clock, SCHEMA)
    keys = Keys(settings.project, settings.root_key, settings.signing_secret, clock)
    endpoint = f"http://{listening.HOST}:{listening.port_of(listener)}/v1"
    app = create_app(Services(settings, database, keys, clock, endpoint))
    try:
        serve(app, listener, lambda address: print(f"ready {address}/v1", flush=True))
    finally:
        database.close()


if __name__ == "__main__":
    main()
