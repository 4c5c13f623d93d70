"""Courses, their templates, and what a certificate will look like."""
