"""Tries a webhook as Graphy, and strangers, would."""
