"""How many there are of everything in the caller's organisation."""

from shared.actions import Actions

actions = Actions()
