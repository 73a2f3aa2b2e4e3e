"""Verbs of the exam wing."""
