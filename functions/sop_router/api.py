"""All actions of this function, in one table."""

from functions.sop_router import activity, certificates, downloads, expiring, learners, profile, statistics
from shared.actions import Actions
from shared.health import database, health_action, storage

api = Actions(
    profile.actions,
    learners.actions,
    certificates.actions,
    expiring.actions,
    downloads.actions,
    activity.actions,
    statistics.actions,
    health_action(database=database, storage=storage),
)
