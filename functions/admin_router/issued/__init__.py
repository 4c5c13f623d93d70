"""Certificates that were issued: shown, revoked, replaced."""
