"""Somebody is told when something is wrong."""
