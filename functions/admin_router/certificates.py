"""Certificates: downloaded, and mailed again."""

from shared.actions import Actions

actions = Actions()
