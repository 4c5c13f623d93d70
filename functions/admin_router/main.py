"""What admins do."""

from typing import Any

from functions.admin_router import courses, learners, organizations, webhooks
from shared.actions import Actions
from shared.health import database, graphy, health_action, storage
from shared.runtime import Context, serve

handle = Actions(
    courses.actions,
    organizations.actions,
    learners.actions,
    webhooks.actions,
    health_action(database=database, storage=storage, graphy=graphy),
).handle


async def main(context: Context) -> Any:
    return await serve(context, handle)
