"""What admins do."""

from typing import Any

from functions.admin_router import (
    activity,
    certificates,
    contacts,
    courses,
    learners,
    mail_check,
    organizations,
    previews,
    statistics,
    uploads,
    webhooks,
)
from shared.actions import Actions
from shared.health import database, graphy, health_action, storage
from shared.runtime import Context, serve

handle = Actions(
    courses.actions,
    previews.actions,
    organizations.actions,
    contacts.actions,
    learners.actions,
    uploads.actions,
    certificates.actions,
    webhooks.actions,
    activity.actions,
    statistics.actions,
    mail_check.actions,
    health_action(database=database, storage=storage, graphy=graphy),
).handle


async def main(context: Context) -> Any:
    return await serve(context, handle)
