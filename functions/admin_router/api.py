"""All actions of this function, in one table."""

from functions.admin_router import (
    activity,
    certificates,
    expiring,
    look_ups,
    mail_check,
    statistics,
    webhook_retries,
    webhooks,
)
from functions.admin_router.courses import changes as course_changes
from functions.admin_router.courses import courses, design_list, previews
from functions.admin_router.issued import bulk, changes, history, listing
from functions.admin_router.learners import learners
from functions.admin_router.metrics import days, metrics
from functions.admin_router.organizations import contacts, organizations
from functions.admin_router.organizations import details as organization_details
from functions.admin_router.organizations import listing as organization_list
from functions.admin_router.organizations import removal as organization_removal
from functions.admin_router.sheets import export as csv_export
from functions.admin_router.sheets import uploads
from shared.actions import Actions
from shared.health import database, graphy, health_action, storage

api = Actions(
    courses.actions,
    course_changes.actions,
    previews.actions,
    design_list.actions,
    organizations.actions,
    organization_list.actions,
    organization_details.actions,
    organization_removal.actions,
    contacts.actions,
    learners.actions,
    uploads.actions,
    csv_export.actions,
    certificates.actions,
    expiring.actions,
    listing.actions,
    history.actions,
    changes.actions,
    bulk.actions,
    webhooks.actions,
    webhook_retries.actions,
    activity.actions,
    statistics.actions,
    look_ups.actions,
    mail_check.actions,
    metrics.actions,
    days.actions,
    health_action(database=database, storage=storage, graphy=graphy),
)
