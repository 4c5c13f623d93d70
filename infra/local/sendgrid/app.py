"""The ASGI application: the parts of SendGrid's v3 API that are used, and the controls.

POST /_control/faults  {"fault", "calls"?}            the next mails fail, or all of them; see `faults.Kind`
POST /_control/heal                                   no mail fails any more
POST /_control/events  {"event", "mail_id"?, …}       post this event about that mail, or all, to the hook, signed;
                                                      further fields (`reason`, say) are the event's
GET  /_control/mails                                  the mails that were taken, as they were posted
GET  /_control/state                                  {"calls", "taken", "event_key"}
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.local.sendgrid import events
from infra.local.sendgrid.events import Signer
from infra.local.sendgrid.faults import ANSWERS, Fault, Faults, Kind
from infra.local.sendgrid.inbox import Inbox
from infra.local.sendgrid.judge import Rejected, judge


@dataclass(frozen=True)
class Settings:
    """One account."""

    data: Path
    api_key: str = field(repr=False)
    #: Where events are posted; empty = nowhere.
    webhook_url: str = ""


@dataclass(frozen=True)
class _Account:
    settings: Settings
    inbox: Inbox
    signer: Signer
    faults: Faults

    def authorize(self, request: Request) -> None:
        given, wanted = request.headers.get("authorization", ""), f"Bearer {self.settings.api_key}"
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise Rejected(*ANSWERS[Kind.UNAUTHORIZED])

    async def send(self, request: Request) -> Response:
        """POST /v3/mail/send"""
        body = await request.body()
        self.authorize(request)
        fault = self.faults.take()
        if fault is Kind.NO_ANSWER:
            return await _hang(request)
        if fault and fault is not Kind.TAKEN_WITHOUT_ANSWER:
            return _answer(fault)
        message_id = await run_in_threadpool(lambda: self.inbox.keep(judge(body)))
        if fault:
            return await _hang(request)
        return Response(status_code=202, headers={"X-Message-Id": message_id})

    async def scopes(self, request: Request) -> Response:
        """GET /v3/scopes"""
        self.authorize(request)
        return JSONResponse({"scopes": ["mail.send"]})

    async def arrange(self, request: Request) -> Response:
        command = await request.json()
        self.faults.arrange(Fault(Kind(command["fault"]), command.get("calls")))
        return JSONResponse({})

    async def heal(self, _: Request) -> Response:
        self.faults.clear()
        return JSONResponse({})

    async def tell(self, request: Request) -> Response:
        command: dict[str, Any] = await request.json()
        name, mail_id = command.pop("event"), command.pop("mail_id", None)
        about = [each for each in self.inbox.mails() if mail_id in {None, each.get("custom_args", {}).get("mail_id")}]
        told = [events.event(mail, name, **command) for mail in about]
        status, text = await run_in_threadpool(events.post, self.settings.webhook_url, self.signer, told)
        return JSONResponse({"events": len(told), "status": status, "answer": text})

    async def mails(self, _: Request) -> Response:
        return JSONResponse(self.inbox.mails())

    async def state(self, _: Request) -> Response:
        taken = len(self.inbox.mails())
        return JSONResponse({"calls": self.faults.calls, "taken": taken, "event_key": self.signer.public})


def create_app(settings: Settings) -> Starlette:
    """The application; mails and the key are kept in `settings.data`."""
    inbox, signer = Inbox(settings.data / "mails"), Signer(settings.data / "event-key.pem")
    account = _Account(settings, inbox, signer, Faults())
    return Starlette(
        routes=[
            Route("/v3/mail/send", _refusing(account.send), methods=["POST"]),
            Route("/v3/scopes", _refusing(account.scopes), methods=["GET"]),
            Route("/_control/faults", account.arrange, methods=["POST"]),
            Route("/_control/heal", account.heal, methods=["POST"]),
            Route("/_control/events", account.tell, methods=["POST"]),
            Route("/_control/mails", account.mails, methods=["GET"]),
            Route("/_control/state", account.state, methods=["GET"]),
            Route("/{path:path}", _refuse, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
    )


def _refusing(handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def handled(request: Request) -> Response:
        try:
            return await handle(request)
        except Rejected as error:
            return JSONResponse(error.body, error.status)

    return handled


def _answer(fault: Kind) -> Response:
    if fault is Kind.HTML:
        return HTMLResponse("<h1>502 Bad Gateway</h1>", 502)
    if fault is Kind.REDIRECT:
        return RedirectResponse("/v3/elsewhere", 302)
    status, message = ANSWERS[fault]
    return JSONResponse(Rejected(status, message).body, status)


async def _hang(request: Request) -> Response:
    """Keep silent until the caller hangs up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=204)


async def _refuse(request: Request) -> Response:
    return JSONResponse(Rejected(501, f"Not emulated here: {request.method} {request.url.path}").body, 501)
