"""What a browser asks of the API before it lets a page read an answer (CORS), and the API of a browser's requests.

Every answer says which methods and headers pages may use. Which pages may read it is said to those of a known origin
alone, and requests of unknown ones are refused, unless they bring an API key. A preflight may come from anywhere: it
does not name the project yet. Functions' own domains are not concerned; https://fetch.spec.whatwg.org/#http-cors-protocol
"""

import json

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.appwrite import origins
from infra.local.appwrite.services import Services

_ALLOWED = (
    "Accept, Origin, Cookie, Set-Cookie, Content-Type, Content-Range, X-Appwrite-Project, X-Appwrite-Key, "
    "X-Appwrite-Dev-Key, X-Appwrite-Locale, X-Appwrite-Mode, X-Appwrite-JWT, X-Appwrite-Organization, "
    "X-Appwrite-Response-Format, X-Appwrite-Timeout, X-Appwrite-ID, X-Appwrite-Timestamp, X-Appwrite-Session, "
    "X-Appwrite-Platform, X-Appwrite-Impersonate-User-Id, X-Appwrite-Impersonate-User-Email, "
    "X-Appwrite-Impersonate-User-Phone, X-SDK-Version, X-SDK-Name, X-SDK-Language, X-SDK-Platform, X-SDK-GraphQL, "
    "X-SDK-Profile, Range, Cache-Control, Expires, Pragma, X-Fallback-Cookies, X-Requested-With, X-Forwarded-For, "
    "X-Forwarded-User-Agent"
)
_ALWAYS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": _ALLOWED,
    "Access-Control-Expose-Headers": "X-Appwrite-Session, X-Fallback-Cookies",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Max-Age": "86400",
}
FUNCTION_DOMAINS = ".functions.localhost"


class Browsers:
    """Stands before the API's routes."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app, self._services = app, services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_function(request := Request(scope)):
            await self._app(scope, receive, send)
            return
        origin = request.headers.get("origin", "").strip().lower()
        is_known = bool(origin) and await run_in_threadpool(self._is_known, request, origin)
        headers = _ALWAYS | ({"Access-Control-Allow-Origin": origin} if is_known else {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        answer: ASGIApp = self._app
        if request.method == "OPTIONS":
            answer = Response(status_code=204, media_type="text/html")
        elif origin and not is_known and not request.headers.get("x-appwrite-key"):
            answer = _refusal(origin)
        await answer(scope, receive, send_with_headers)

    def _is_known(self, request: Request, origin: str) -> bool:
        if request.method == "OPTIONS":
            return origins.has_host(origin)
        project = request.headers.get("x-appwrite-project") or request.query_params.get("project", "")
        return origins.is_known(self._services, origin, project)


def _is_function(request: Request) -> bool:
    return (request.url.hostname or "").endswith(FUNCTION_DOMAINS)


def _refusal(origin: str) -> Response:
    error = origins.refusal(origin)
    return Response(json.dumps(error.body), error.code, media_type="application/json")
