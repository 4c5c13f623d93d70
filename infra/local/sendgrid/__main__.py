"""`python -m infra.local.sendgrid --data DIR`: serve until a signal comes.

The API key comes from the environment, SENDGRID_API_KEY: an argument could be read by anyone on this machine. The key
for SENDGRID_EVENT_KEY is answered by GET /_control/state.
"""

import argparse
import os
import sys
from pathlib import Path

from infra.local import listening
from infra.local.sendgrid.app import Settings, create_app
from infra.local.web import serve


def main() -> None:
    """Read arguments and environment, bind the port, serve."""
    arguments = _arguments()
    key = os.environ.get("SENDGRID_API_KEY")
    if not key:
        sys.exit("Set SENDGRID_API_KEY in the environment.")
    settings = Settings(arguments.data, key, arguments.webhook_url)
    listener = listening.listen(arguments.port)
    serve(create_app(settings), listener, lambda address: print(f"ready {address}", flush=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.sendgrid", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--port", type=int, default=8093, help="0 lets the system choose")
    parser.add_argument("--webhook-url", default="", help="where events are posted")
    return parser.parse_args()


if __name__ == "__main__":
    main()
