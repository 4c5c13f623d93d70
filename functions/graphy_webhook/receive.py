"""Verify, store, kick the worker, answer. Five failed deliveries make Graphy switch the hook off, so what is Graphy's
and can be parsed is stored and answered with 202 even when course or learner are unknown. SendGrid's events come to the
path /sendgrid."""

from http import HTTPStatus

from functions.graphy_webhook import completion
from functions.graphy_webhook.kicks import Kicks
from functions.graphy_webhook.sendgrid_events import handle_events
from shared.actions import Actions
from shared.config import Misconfigured, Settings
from shared.context import Ctx
from shared.errors import AlreadyExists, BadRequest, MethodNotAllowed, TooLarge
from shared.health import database, health_action
from shared.records import Completion, CompletionStatus
from shared.runtime import Request, Response
from shared.webhooks import verify, verify_token

SIGNATURE_HEADER = "x-graphy-signature"
SENDGRID_PATH = "/sendgrid"
#: The column of the raw event holds 65,535 bytes.
MAX_EVENT_BYTES = 60_000

_health: Actions = health_action(database=database)
_kicks = Kicks()


def handle(request: Request) -> Response:
    """One delivery of Graphy or of SendGrid, or a health check."""
    if request.method != "POST":
        raise MethodNotAllowed("Events are delivered with POST.")
    if _asks_for_health(request):
        return _health.handle(request)
    ctx = Ctx.from_request(request)
    if request.path.rstrip("/") == SENDGRID_PATH:
        ctx.log.note(action="sendgrid events")
        return handle_events(ctx, request)
    ctx.log.note(action="completion")
    _authenticate(request, ctx.settings)
    if len(request.body) > MAX_EVENT_BYTES:
        raise TooLarge(f"An event may hold at most {MAX_EVENT_BYTES} bytes.", bytes=len(request.body))
    is_form = request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
    return receive(ctx, completion.read(request.body, ctx.now(), may_be_form=is_form))


def _authenticate(request: Request, settings: Settings) -> None:
    """Raises `InvalidToken`, `InvalidSignature`; `Misconfigured` if nothing proves who delivers: then nobody may."""
    token = settings.graphy_webhook_token.get_secret_value()
    secret = settings.graphy_webhook_secret.get_secret_value()
    if not (token or secret):
        raise Misconfigured("Neither GRAPHY_WEBHOOK_SECRET nor GRAPHY_WEBHOOK_TOKEN is set: no event is accepted.")
    if token:
        verify_token(token, request.path, request.query)
    if secret:
        verify(secret, request.body, request.headers.get(SIGNATURE_HEADER))


def receive(ctx: Ctx, event: Completion) -> Response:
    """Store `event`, once; a repeat finds it already there and changes nothing.

    What becomes of it is told in the logs under this request's id.
    """
    ctx.log.note(completion_id=event.id)
    try:
        ctx.store.insert(event.model_copy(update={"trace_id": ctx.log.request_id}))
    except AlreadyExists:
        ctx.log.info("completion repeated", completion_id=event.id)
        return _accepted(event, repeated=True)
    ctx.log.info("completion stored", completion_id=event.id, status=event.status)
    if event.status is CompletionStatus.RECEIVED:
        _kicks.ask(ctx.executions.kick_worker)
    return _accepted(event, repeated=False)


def _accepted(event: Completion, *, repeated: bool) -> Response:
    data = {"completion_id": event.id, "status": event.status, "repeated": repeated, "reason": event.reason}
    return Response(data, HTTPStatus.ACCEPTED)


def _asks_for_health(request: Request) -> bool:
    try:
        return request.json().get("action") == "health"
    except BadRequest:
        return False
