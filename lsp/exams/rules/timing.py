"""The clock of an exam: when it ends, what is left, and what an arriving answer counts for.

Only the server's clock decides. The browser is told the seconds left and never asked the time.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil


class Arrival(StrEnum):
    """How an answer arrived, seen from the deadline."""

    ON_TIME = "on_time"
    #: After the deadline, inside the grace: it counts, and is marked late.
    LATE = "late"
    #: After the grace: it is kept for a person to weigh, and does not count.
    REFUSED = "refused"


def deadline(
    started_at: datetime, length_minutes: int, extra_minutes: int, closes_at: datetime
) -> datetime:
    """Last moment for choosing an answer: start, length and extra time, but not past the close.

    Extra time (an adjustment agreed in FR.AK.07, or an interruption) is minutes, never negative.
    """
    return min(started_at + timedelta(minutes=length_minutes + extra_minutes), closes_at)


def seconds_left(deadline: datetime, now: datetime) -> int:
    """Whole seconds until the deadline, rounded up; 0 when it has passed, never negative."""
    return max(0, ceil((deadline - now).total_seconds()))


def is_open(deadline: datetime, now: datetime, grace: timedelta) -> bool:
    """Whether an answer that arrives now can still count."""
    return now <= deadline + grace


def arrival(
    deadline: datetime, now: datetime, grace: timedelta, chosen_at: datetime | None = None
) -> Arrival:
    """What an answer counts for that arrives ``now``.

    The network may hold an answer up, so the grace lets in what was chosen in time. When the
    browser itself says that it was chosen after the deadline (``chosen_at``), it is refused; what
    it says never makes an answer earlier than its arrival.
    """
    if now <= deadline:
        return Arrival.ON_TIME
    if not is_open(deadline, now, grace):
        return Arrival.REFUSED
    return Arrival.REFUSED if chosen_at is not None and chosen_at > deadline else Arrival.LATE
