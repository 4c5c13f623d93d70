"""`python -m infra.local.mail --data DIR --port 8025`: keep every message as a file until a signal comes.

With --user a sender must log in with that name and the password in SMTP_PASS, an environment variable.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.local import listening
from infra.local.mail.catcher import Catcher, Login
from infra.local.mail.mailbox import Mailbox
from infra.local.mail.server import serve


def main() -> None:
    """Read arguments and environment, bind the port, serve."""
    arguments = _arguments()
    catcher = Catcher(Mailbox(arguments.data, lambda: datetime.now(UTC)), _login(arguments.user))
    listener = listening.listen(arguments.port)
    address = f"smtp://{listening.HOST}:{listening.port_of(listener)}"
    serve(catcher, listener, lambda: print(f"ready {address}", flush=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.mail", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for the .eml files")
    parser.add_argument("--port", type=int, default=8025, help="0 lets the system choose")
    parser.add_argument("--user", help="ask senders to log in")
    return parser.parse_args()


def _login(user: str | None) -> Login | None:
    if user is None:
        return None
    password = os.environ.get("SMTP_PASS")
    if not password:
        sys.exit("Set SMTP_PASS in the environment.")
    return Login(user, password)


if __name__ == "__main__":
    main()
