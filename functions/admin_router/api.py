"""All actions of this function, in one table."""

from functions.admin_router import (
    activity,
    certificates,
    contacts,
    course_changes,
    courses,
    csv_export,
    learners,
    mail_check,
    organization_list,
    organization_removal,
    organizations,
    previews,
    statistics,
    uploads,
    webhook_retries,
    webhooks,
)
from shared.actions import Actions
from shared.health import database, graphy, health_action, storage

api = Actions(
    courses.actions,
    course_changes.actions,
    previews.actions,
    organizations.actions,
    organization_list.actions,
    organization_removal.actions,
    contacts.actions,
    learners.actions,
    uploads.actions,
    csv_export.actions,
    certificates.actions,
    webhooks.actions,
    webhook_retries.actions,
    activity.actions,
    statistics.actions,
    mail_check.actions,
    health_action(database=database, storage=storage, graphy=graphy),
)
