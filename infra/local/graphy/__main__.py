"""`python -m infra.local.graphy --data DIR --mid ID --webhook-url URL`: serve until a signal comes.

The merchant's key and the webhook's secret come from the environment, GRAPHY_API_KEY and GRAPHY_WEBHOOK_SECRET, and so
does GRAPHY_WEBHOOK_TOKEN, if the webhook's address has one: an argument could be read by anyone on this machine.
"""

import argparse
import os
import sys
from pathlib import Path

from infra.local import listening
from infra.local.graphy.app import Settings, create_app
from infra.local.graphy.courier import Webhook
from infra.local.web import serve


def main() -> None:
    """Read arguments and environment, bind the port, serve."""
    arguments = _arguments()
    settings = Settings(
        data=arguments.data,
        merchant_id=arguments.mid,
        api_key=_secret("GRAPHY_API_KEY"),
        webhook=Webhook(
            arguments.webhook_url, _secret("GRAPHY_WEBHOOK_SECRET"), os.environ.get("GRAPHY_WEBHOOK_TOKEN", "")
        ),
    )
    listener = listening.listen(arguments.port)
    serve(create_app(settings), listener, lambda address: print(f"ready {address}", flush=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.graphy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--port", type=int, default=8091, help="0 lets the system choose")
    parser.add_argument("--mid", required=True, help="the merchant's id")
    parser.add_argument("--webhook-url", required=True, help="where completions are posted")
    return parser.parse_args()


def _secret(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        sys.exit(f"Set {name} in the environment.")
    return value


if __name__ == "__main__":
    main()
