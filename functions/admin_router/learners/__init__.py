"""Learners: listed, changed, erased."""
