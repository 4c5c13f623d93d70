"""What a certificate will look like, before anything is issued."""

from shared.actions import Actions

actions = Actions()
