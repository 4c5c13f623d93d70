"""Learners as CSV: read, judged, added, exported."""
