"""The functions' own `main`s, called as the runtime calls them, over a real stand-in, Graphy and mail server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.admin_router.courses import judging
from functions.certificate_worker import work
from functions.graphy_webhook import receive
from functions.graphy_webhook.kicks import Kicks
from infra.deploy.admin import ensure_admin
from infra.local import loopback
from infra.local.graphy.app import Settings, create_app
from infra.local.graphy.courier import Webhook
from infra.local.mail.catcher import Catcher
from infra.local.mail.mailbox import Mailbox
from infra.local.mail.server import serving as serving_mail
from infra.local.web import serving as serving_graphy
from scripts.callers import Appwrite
from tests.conftest import StandIn
from tests.functions.backend import ADMIN, KEY, PASSWORD, SECRET, TEMPLATE, Backend, Course, Person
from tests.functions.courses import make_course
from tests.functions.sendgrid import SendGrid, sendgrid_first


@pytest.fixture(scope="module")
def backend(stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Everything but the deployment, for one module of tests."""
    data = tmp_path_factory.mktemp("backend")
    catcher = Catcher(Mailbox(data / "mails", lambda: datetime.now(UTC)))
    with ExitStack() as stack, pytest.MonkeyPatch.context() as environ:
        port = stack.enter_context(serving_mail(catcher))
        webhook = Webhook("http://graphy-webhook.functions.localhost:9/", SECRET)
        graphy = stack.enter_context(
            serving_graphy(create_app(Settings(data / "graphy", "merchant", "graphy-key", webhook)))
        )
        for name, value in _variables(stand_in.endpoint, graphy, port).items():
            environ.setenv(name, value)
        # A kick put off would come in the middle of another test.
        environ.setattr(receive, "_kicks", Kicks(pause=0))
        ensure_admin(stand_in.server, ADMIN, PASSWORD)
        session = stack.enter_context(loopback.session())
        session.cookies.set_policy(loopback.NO_COOKIES)
        appwrite = Appwrite(session, stand_in.endpoint, stand_in.project)
        admin = Person(appwrite.log_in(ADMIN, PASSWORD))
        stack.callback(work.close)
        stack.callback(judging.close)
        yield Backend(stand_in.server, appwrite, stand_in.key, graphy, catcher, data / "mails", admin)


def _variables(endpoint: str, graphy: str, mail_port: int) -> dict[str, str]:
    return {
        "APPWRITE_FUNCTION_API_ENDPOINT": endpoint,
        "APPWRITE_FUNCTION_PROJECT_ID": "p",
        "GRAPHY_API_BASE": f"{graphy}/public",
        "GRAPHY_MERCHANT_ID": "merchant",
        "GRAPHY_API_KEY": "graphy-key",
        "GRAPHY_WEBHOOK_SECRET": SECRET,
        "GRAPHY_CALLS_PER_SECOND": "1000",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail_port),
        "FROM_EMAIL": "Training <certificates@training.example>",
        "MAX_CSV_ROWS": "50",
        "VERIFY_URL": "http://verify.example/verify",
        "VERIFY_KEYS": f"k1:{KEY}",
    }


@pytest.fixture
def new_course(backend: Backend) -> Callable[..., Course]:
    """Makes a course on both systems and an organisation with an SOP."""

    def make(template: str = TEMPLATE) -> Course:
        return make_course(backend, template)

    return make


@pytest.fixture
def sendgrid(backend: Backend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SendGrid]:
    """SendGrid is asked before the mail server."""
    with sendgrid_first(backend, monkeypatch, tmp_path) as running:
        yield running


@pytest.fixture
def course(new_course: Callable[..., Course]) -> Course:
    return new_course()
