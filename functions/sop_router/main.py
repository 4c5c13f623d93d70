"""What organisations' contacts do, the portal they do it in, and what anyone may look up."""

from typing import Any

from functions.sop_router.api import api
from functions.sop_router.portal_pages import routes as portal
from functions.sop_router.verify import routes as verify
from shared.runtime import Answer, Context, Request, serve


async def main(context: Context) -> Any:
    return await serve(context, _handle)


def _handle(request: Request) -> Answer:
    asked = next((routes for routes in (verify, portal) if routes.is_asked(request)), None)
    return asked.answer(request) if asked else api.handle(request)
