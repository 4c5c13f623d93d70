"""Many certificates at once, as ZIP files that the worker makes."""

from shared.actions import Actions

actions = Actions()
