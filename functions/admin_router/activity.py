"""Who changed what, as admins see it."""

from shared.actions import Actions

actions = Actions()
