"""Organisations' contacts: their accounts, passwords and membership."""

from shared.actions import Actions

actions = Actions()
