"""`make demo`: the main job, end to end, on this machine.

Starts the local services, deploys the functions on them, and does over HTTP what an admin, Graphy and an SOP do.
Exit status 0 only if every certificate was issued, stored and mailed.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.errors import DeployError
from infra.local import loopback
from infra.local.services import Ports, ServiceFailed
from infra.local.stack import ROOT, Stack, running_stack
from scripts import logins
from scripts.arguments import PORT, add_place
from scripts.callers import Appwrite, CallFailed, Portal
from scripts.delivered import missing
from scripts.main_job import Client, MainJob, NothingMoves, download_all
from scripts.people import Person, people
from scripts.screen import Advance, Screen

TEMPLATE = ROOT / "shared" / "certificate" / "templates" / "classic.html"
COURSE_ID, COURSE_NAME = "fire-safety", "Fire Safety at Work"
CLIENTS = (
    Client("acme.example", "Acme Manufacturing", "safety@acme.example", "local demo password 1"),
    Client("globex.example", "Globex Logistics", "training@globex.example", "local demo password 2"),
)


@dataclass(frozen=True)
class Demo:
    """The main job for some learners on running services."""

    screen: Screen
    stack: Stack
    learners: Sequence[Person]

    @property
    def folder(self) -> Path:
        """Where the SOPs' downloads go."""
        return self.stack.services.data / "certificates"

    def run(self) -> list[str]:
        """Do all steps; answers what is missing in the end, nothing if all is well."""
        job, count, screen = self._job(), len(self.learners), self.screen
        with screen.step("Organizations added, with an SOP each"):
            job.add_organizations(CLIENTS)
            logins.keep(self.stack.services.data, CLIENTS)
        with screen.step("Course created, its template checked"):
            job.create_course(TEMPLATE.read_text(encoding="utf-8"))
        with screen.step(f"CSV of {count} learners uploaded"):
            job.upload_learners(self.learners)
        with screen.bar("Learners enrolled on Graphy", count) as advance:
            job.wait_until_enrolled(count, advance)
        with screen.step("Completions sent to Graphy's webhook"):
            job.complete(self.learners)
        with screen.bar("Certificates rendered, stored and mailed", count) as advance:
            job.wait_until_delivered(count, advance)
        with screen.bar("Certificates downloaded by the SOPs", count) as advance:
            self._download(job.appwrite, advance)
        return missing(job.states(), self.folder, self.stack.services.mails)

    def _job(self) -> MainJob:
        session = loopback.session()
        session.cookies.set_policy(loopback.NO_COOKIES)  # several people log in here
        appwrite = Appwrite(session, self.stack.services.appwrite, self.stack.project)
        jwt = appwrite.log_in(self.stack.admin_email, self.stack.admin_password)
        admin = Portal(appwrite, "admin_router", jwt, self.stack.addresses["admin_router"])
        return MainJob(appwrite, admin, self.stack.services.graphy, COURSE_ID, COURSE_NAME)

    def _download(self, appwrite: Appwrite, advance: Advance) -> None:
        self.folder.mkdir()
        done = 0
        for client in CLIENTS:
            sop = Portal(appwrite, "sop_router", appwrite.log_in(client.sop_email, client.sop_password))
            for _ in download_all(sop, self.folder, COURSE_ID):
                done += 1
                advance(done, len(self.learners))


def main() -> None:
    """Read the arguments, run the demo on new data, sum up."""
    arguments = _arguments()
    screen = Screen()
    shutil.rmtree(arguments.data, ignore_errors=True)
    try:
        with running_stack(arguments.data, Ports.from_base(arguments.port), screen.say) as stack:
            problems = Demo(screen, stack, people(arguments.learners, [client.website for client in CLIENTS])).run()
            screen.say(_summary(stack, arguments, problems))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
    except (ServiceFailed, DeployError, CallFailed, NothingMoves) as error:
        sys.exit(f"The demo failed. {error}\nLogs: {arguments.data}")
    sys.exit(1 if problems else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=25, choices=range(1, 5001), metavar="1-5000")
    add_place(parser, Path(".local/demo"))
    return parser.parse_args()


def _summary(stack: Stack, arguments: argparse.Namespace, problems: Sequence[str]) -> str:
    certificates = stack.services.data / "certificates"
    first = min(certificates.glob("*.pdf"), default=certificates)
    outcome = "All is well" if not problems else "Missing:\n  " + "\n  ".join(problems[:20])
    return f"""
{arguments.learners - len(problems)} of {arguments.learners} certificates were issued, stored and mailed. {outcome}

  PDFs        {certificates}
  Mails       {stack.services.mails}   (.eml, open them in any mail program)
  Data, logs  {stack.services.data}

Open next: {first.resolve().as_uri()}

The console and the portal, with these certificates: {_run_again(arguments)}
{logins.pages(stack)}"""


def _run_again(arguments: argparse.Namespace) -> str:
    """The same addresses: they are where people's links lead, too."""
    port = "" if arguments.port == PORT else f" PORT={arguments.port}"
    return f"make run DATA={arguments.data}{port}"


if __name__ == "__main__":
    main()
