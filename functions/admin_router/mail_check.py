"""A mail to see whether mails go out."""

from shared.actions import Actions

actions = Actions()
