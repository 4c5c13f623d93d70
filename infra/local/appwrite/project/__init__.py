"""The project's own settings: its platforms, https://appwrite.io/docs/partners/project/platforms."""

from infra.local.appwrite.project import platforms

ROUTES = (platforms.routes,)
SCHEMA = (platforms.PLATFORMS.schema,)
