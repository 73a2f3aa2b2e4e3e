"""Arithmetic of accounts: passwords, pauses, one-time codes."""
