"""What organisations' contacts do."""

from typing import Any

from functions.sop_router import activity, certificates, downloads, learners, statistics
from shared.actions import Actions
from shared.health import database, health_action, storage
from shared.runtime import Context, serve

handle = Actions(
    learners.actions,
    certificates.actions,
    downloads.actions,
    activity.actions,
    statistics.actions,
    health_action(database=database, storage=storage),
).handle


async def main(context: Context) -> Any:
    return await serve(context, handle)
