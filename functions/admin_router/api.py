"""All actions of this function, in one table."""

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

api = Actions(
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
)
