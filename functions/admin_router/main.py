"""What admins do, the console they do it in, and what Prometheus reads."""

from typing import Any

from functions.admin_router.api import api
from functions.admin_router.console import routes as console
from functions.admin_router.metrics import routes as metrics
from shared.runtime import Answer, Context, Request, serve


async def main(context: Context) -> Any:
    return await serve(context, _handle)


def _handle(request: Request) -> Answer:
    asked = next((routes for routes in (metrics, console) if routes.is_asked(request)), None)
    return asked.answer(request) if asked else api.handle(request)
