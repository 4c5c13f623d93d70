"""`make run`: the local services with the functions deployed, kept running until Ctrl-C; their data stays."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from infra.deploy.errors import DeployError
from infra.local.services import Ports, ServiceFailed
from infra.local.stack import Stack, running_stack
from scripts import logins
from scripts.arguments import add_place


def main() -> None:
    """Start, say where everything is, wait for Ctrl-C, stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_place(parser, Path(".local/run"))
    arguments = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    try:
        with running_stack(arguments.data, Ports.from_base(arguments.port), print) as stack:
            print(_welcome(stack), flush=True)
            stopped.wait()
    except KeyboardInterrupt:
        print("\nStopped; the data stays in", arguments.data)
    except (ServiceFailed, DeployError) as error:
        sys.exit(str(error))


def _welcome(stack: Stack) -> str:
    return f"""
Running. Ctrl-C stops it; {stack.services.data} keeps the data. Open and sign in:
{logins.pages(stack)}
  Appwrite         {stack.services.appwrite}   project {stack.project}
  Graphy webhook   {stack.addresses["graphy_webhook"]}
  Local Graphy     {stack.services.graphy}
  Mails            {stack.services.mails}
  Keys, secrets    {stack.env_file}

Each function's actions, with curl: functions/*/README.md"""


if __name__ == "__main__":
    main()
