"""`GET /metrics`, for Prometheus: closed unless METRICS_TOKEN is set, and open to whoever brings it."""

import hmac

from functions.admin_router.metrics import exposition
from functions.admin_router.metrics.metrics import current
from shared.context import Ctx
from shared.errors import NotFound, Unauthenticated
from shared.runtime import Answer, Content, Problem, Request

_PATH = "metrics"
#: RFC 6750: whoever is refused is told what is wanted.
_CHALLENGE = {"www-authenticate": 'Bearer realm="metrics"'}


def is_asked(request: Request) -> bool:
    """Whether `request` is for this package; all else is an action."""
    return request.method in {"GET", "HEAD"} and request.path.strip("/") == _PATH


def answer(request: Request) -> Answer:
    """Raises `NotFound` while nobody may ask."""
    request.log.note(action="metrics")
    ctx = Ctx.from_request(request)
    token = ctx.settings.metrics_token.get_secret_value()
    if not token:
        raise NotFound("Metrics are closed: METRICS_TOKEN is not set.")
    if not _brings(request, token):
        return Problem(Unauthenticated("METRICS_TOKEN is needed: Authorization: Bearer …"), _CHALLENGE)
    return Content(exposition.text(current(ctx)).encode(), exposition.CONTENT_TYPE)


def _brings(request: Request, token: str) -> bool:
    """Compared in constant time: https://docs.python.org/3/library/hmac.html#hmac.compare_digest"""
    scheme, _, given = request.headers.get("authorization", "").strip().partition(" ")
    return hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode()) and scheme.lower() == "bearer"
