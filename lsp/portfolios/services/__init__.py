"""Verbs of the portfolio wing."""
