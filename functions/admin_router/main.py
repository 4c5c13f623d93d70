"""What admins do."""

from typing import Any

from functions.admin_router.api import api
from shared.runtime import Context, serve


async def main(context: Context) -> Any:
    return await serve(context, api.handle)
