"""Graphy (formerly Spayee), the learning platform: adding learners, enrolling them, and reading how far they are.

Its API at https://api.ongraphy.com is described for account holders only; this follows what public clients agree on:
parameters are form fields on POST and query parameters on GET, a refusal may come under HTTP 200, and two of the
refusals mean that the thing was done before.
"""

from shared.graphy.answers import GraphyBusy, GraphyError, GraphyRefused, GraphyUnavailable
from shared.graphy.client import Graphy
from shared.graphy.learners import CourseProgress, LearnerProgress, LearnersPage

__all__ = [
    "CourseProgress",
    "Graphy",
    "GraphyBusy",
    "GraphyError",
    "GraphyRefused",
    "GraphyUnavailable",
    "LearnerProgress",
    "LearnersPage",
]
