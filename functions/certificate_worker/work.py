"""What starts the worker: a kick, its schedule, or somebody asking for its health."""

from functions.certificate_worker.passes import Rounds, run_pass
from shared.certificate.printer import Printer
from shared.config import Settings
from shared.context import Ctx
from shared.health import database, graphy, health_action, storage
from shared.mail.mailer import Mailer
from shared.runtime import Request, Response

_rounds = Rounds()
#: By what sets it up. It stays warm from one pass to the next, as long as the process lives.
_printers: dict[tuple[str, ...], Printer] = {}


def _printer(settings: Settings) -> Printer:
    endpoint = settings.chromium_ws_endpoint.get_secret_value()
    key = (settings.pdf_engines, settings.chromium_path, endpoint, settings.html_to_pdf_api_url)
    return _printers.setdefault(key, Printer(settings))


def handle(request: Request) -> Response:
    """Health if asked for; else one pass, whatever the body says."""
    if request.json().get("action") == "health":
        return _health.handle(request)
    request.log.note(action="pass")
    ctx = Ctx.from_request(request)
    done = run_pass(ctx, _printer(ctx.settings), _rounds)
    ctx.log.info("pass done", **done)
    return Response(dict(done))


def close() -> None:
    """End the renderers' processes; the next pass starts new ones."""
    while _printers:
        _printers.popitem()[1].close()


def _mail(ctx: Ctx) -> bool:
    with Mailer(ctx.settings) as mailer:
        return mailer.reachable()


def _renderer(ctx: Ctx) -> bool:
    return _printer(ctx.settings).ready()


_health = health_action(database=database, storage=storage, mail=_mail, renderer=_renderer, graphy=graphy)
