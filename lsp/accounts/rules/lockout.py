"""The pause after wrong one-time codes: it stops guessing and ends by itself.

Only who gave the right password is asked for a code, so no stranger brings this upon anybody.
"""

from datetime import datetime, timedelta

#: Failures in a row that begin a pause, and how long it lasts.
FAILURES = 5
PAUSE = timedelta(minutes=15)


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Whether attempts are not looked at now."""
    return locked_until is not None and now < locked_until


def after_failure(failures: int, now: datetime) -> tuple[int, datetime | None]:
    """Failures in a row after one more, and the end of the pause when one begins.

    A pause starts the count anew, so that its end gives five attempts again.
    """
    if failures + 1 >= FAILURES:
        return 0, now + PAUSE
    return failures + 1, None
