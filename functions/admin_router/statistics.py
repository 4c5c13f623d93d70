"""How many there are of everything."""

from shared.actions import Actions

actions = Actions()
