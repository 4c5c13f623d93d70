"""What happened in the caller's organisation."""

from shared.actions import Actions

actions = Actions()
