"""What admins do, and what Prometheus reads."""

from typing import Any

from functions.admin_router.api import api
from functions.admin_router.metrics import routes
from shared.runtime import Answer, Context, Request, serve


async def main(context: Context) -> Any:
    return await serve(context, _handle)


def _handle(request: Request) -> Answer:
    return routes.answer(request) if routes.is_asked(request) else api.handle(request)
