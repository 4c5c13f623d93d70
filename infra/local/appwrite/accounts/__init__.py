"""Users, their sessions and teams: https://appwrite.io/docs/products/auth."""

from infra.local.appwrite.accounts import account, memberships, recovery, sessions, teams, users
from infra.local.appwrite.identity import MEMBERSHIPS, SESSIONS, USERS

ROUTES = tuple(room.routes for room in (users, account, sessions, recovery, teams, memberships))
SCHEMA = tuple(collection.schema for collection in (USERS, SESSIONS, recovery.TOKENS, teams.TEAMS, MEMBERSHIPS))
