"""Verbs of the way from application to decision."""
