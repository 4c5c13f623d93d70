"""What starts the worker: a kick, its schedule, or somebody asking for its health."""

from functions.certificate_worker.passes import Rounds, run_pass
from shared.certificate.press import Press
from shared.context import Ctx
from shared.health import database, graphy, health_action, storage
from shared.mail.smtp import SmtpMailer
from shared.runtime import Request, Response

#: The renderer stays warm from one pass to the next, as long as the process lives.
_press = Press()
_rounds = Rounds()


def handle(request: Request) -> Response:
    """Health if asked for; else one pass, whatever the body says."""
    if request.json().get("action") == "health":
        return _health.handle(request)
    ctx = Ctx.from_request(request)
    done = run_pass(ctx, _press, _rounds)
    ctx.log.info("pass done", **done)
    return Response(dict(done))


def close() -> None:
    """End the renderer's process; the next pass starts a new one."""
    _press.close()


def _mail(ctx: Ctx) -> bool:
    with SmtpMailer(ctx.settings) as mailer:
        return mailer.reachable()


def _renderer(_: Ctx) -> bool:
    return _press.ready()


_health = health_action(database=database, storage=storage, mail=_mail, renderer=_renderer, graphy=graphy)
