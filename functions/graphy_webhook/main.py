"""Completions from Graphy come in."""

from typing import Any

from functions.graphy_webhook.receive import handle
from shared.runtime import Context, serve


async def main(context: Context) -> Any:
    return await serve(context, handle)
