"""Rows for tests: functions with defaults; give only what the test is about."""

from itertools import count

_numbers = count(1)


def number() -> int:
    """A number no other row of this run has."""
    return next(_numbers)
