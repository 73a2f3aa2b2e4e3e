"""The clock of an exam: when it ends, what is left, and what an arriving answer counts for.

Only the server's clock decides. The browser is told the seconds left and never asked the time; what
it says of when an answer was chosen is a hint, and no answer is lost by it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, floor

#: How far two clocks that run may drift apart during an exam: by so much an answer may seem to have
#: been chosen after it arrived.
DRIFT = timedelta(seconds=5)
#: How long after the deadline an answer counts whose moment nobody knows: a form without script, a
#: clock that says what cannot be. It covers one slow request of somebody who pressed the button in
#: time; in the whole grace one could go on answering, so what comes later is for a person to weigh.
UNKNOWN_GRACE = timedelta(seconds=30)
#: From the end of a candidate's break to the beginning of the next: shorter ones are no rest, and
#: fill the notes of the room.
BREAKS_APART = timedelta(seconds=30)


class Arrival(StrEnum):
    """How an answer arrived, seen from the deadline."""

    ON_TIME = "on_time"
    #: After the deadline, inside the grace: it counts, and is marked late.
    LATE = "late"
    #: After the grace: it is kept for a person to weigh, and does not count.
    REFUSED = "refused"


class Claim(StrEnum):
    """What a device says of the moment of a choice, seen from the last moment for choosing."""

    IN_TIME = "in_time"
    AFTER = "after"
    #: Nothing.
    UNKNOWN = "unknown"
    #: What cannot be: after the answer arrived.
    IMPOSSIBLE = "impossible"


def deadline(
    started_at: datetime,
    *,
    length_minutes: int,
    time_percent: int = 100,
    extra_minutes: int = 0,
    paused_seconds: int = 0,
    closes_at: datetime,
) -> datetime:
    """Last moment for choosing an answer; never past the close of the session.

    ``time_percent`` (100 or more) lengthens the exam itself, as agreed in FR.AK.07; minutes
    granted for an interruption and the seconds of pauses that have ended come on top of it. None
    of them is ever negative.
    """
    own_length = timedelta(minutes=length_minutes) * time_percent / 100
    grants = timedelta(minutes=extra_minutes, seconds=paused_seconds)
    return min(started_at + own_length + grants, closes_at)


def granted_minutes(
    length_minutes: int, *, time_percent: int, extra_minutes: int, break_minutes: int
) -> int:
    """Whole minutes a seat has beyond the session's length: its own length, extra time, breaks.

    A browser that knows another number, more or less, asks what was granted and why.
    """
    return extra_minutes + break_minutes + length_minutes * (time_percent - 100) // 100


def minutes_to_add(deadline: datetime, clock: datetime, minutes: int) -> int:
    """Minutes by which a deadline moves, so that a grant of ``minutes`` is worth them from now.

    While time is left, they come on top of it. Where it is up, the minutes since then are made
    good, rounded up, so that the candidate has at least all that was granted. ``deadline`` is the
    one without the session's close, ``clock`` what the exam's clock shows (``clock_at``).
    """
    return minutes + max(0, ceil((clock - deadline) / timedelta(minutes=1)))


def is_paused(now: datetime, paused_at: datetime | None, ends_at: datetime | None = None) -> bool:
    """Whether the clock stands; ``ends_at`` is where the pause ends by itself, if it does."""
    return paused_at is not None and (ends_at is None or now < ends_at)


def clock_at(
    now: datetime, paused_at: datetime | None, ends_at: datetime | None = None
) -> datetime:
    """What the exam's clock shows: while paused it stands where the pause began.

    It is what to compare the deadline with; in a pause that has ended by itself, it is behind by
    the length of that pause.
    """
    if paused_at is None or now < paused_at:
        return now
    until = now if ends_at is None else min(now, max(ends_at, paused_at))
    return now - (until - paused_at)


def deadline_at(
    deadline: datetime,
    now: datetime,
    *,
    closes_at: datetime,
    paused_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> datetime:
    """The deadline as it would be if a pause that goes on ended now.

    It moves away while the clock stands, until the session closes: a pause does not keep a
    sitting open longer than its session.
    """
    return min(deadline + (now - clock_at(now, paused_at, ends_at)), closes_at)


def pause_seconds(paused_at: datetime, now: datetime, ends_at: datetime | None = None) -> int:
    """Whole seconds by which a pause that ends now moves the deadline.

    Rounded up, so that nobody loses the rest of one by somebody else's hand. A candidate's own
    break, which has an end (``ends_at``), is rounded down: however many they take, none gives time.
    """
    took = (now - clock_at(now, paused_at, ends_at)).total_seconds()
    return ceil(took) if ends_at is None else floor(took)


def break_seconds(paused_at: datetime, now: datetime, ends_at: datetime) -> int:
    """Whole seconds that a break uses up of those agreed, rounded up."""
    return ceil((now - clock_at(now, paused_at, ends_at)).total_seconds())


def seconds_to_next_break(ended_at: datetime | None, now: datetime) -> int:
    """Whole seconds until a break may begin again; ``ended_at``: the end of the last, if any."""
    return 0 if ended_at is None else seconds_left(ended_at + BREAKS_APART, now)


def seconds_left(deadline: datetime, now: datetime) -> int:
    """Whole seconds until the deadline, rounded up; 0 when it has passed, never negative."""
    return max(0, ceil((deadline - now).total_seconds()))


def is_open(deadline: datetime, now: datetime, grace: timedelta) -> bool:
    """Whether an answer that arrives now can still count."""
    return now <= deadline + grace


def arrival(
    deadline: datetime,
    now: datetime,
    grace: timedelta,
    chosen_at: datetime | None = None,
    unknown_grace: timedelta = UNKNOWN_GRACE,
) -> Arrival:
    """What an answer counts for that arrives ``now``.

    The network may hold an answer up, so the whole grace lets in what was chosen in time by the
    browser's word (``chosen_at``). What it says was chosen after the deadline, if that can be right,
    is refused. Where it says nothing, or what cannot be, the grace is short
    (``unknown_grace``). What it says never makes an answer earlier than its arrival.
    """
    if now <= deadline:
        return Arrival.ON_TIME
    said = claim(chosen_at, deadline, now)
    if said is Claim.AFTER:
        return Arrival.REFUSED
    until = deadline + (grace if said is Claim.IN_TIME else min(grace, unknown_grace))
    return Arrival.LATE if now <= until else Arrival.REFUSED


def claim(chosen_at: datetime | None, until: datetime, received_at: datetime) -> Claim:
    """What a device says of an answer that must have been chosen ``until`` then."""
    if chosen_at is None:
        return Claim.UNKNOWN
    if chosen_at <= until:
        return Claim.IN_TIME
    return Claim.AFTER if can_be(chosen_at, received_at) else Claim.IMPOSSIBLE


def can_be(chosen_at: datetime, received_at: datetime) -> bool:
    """Whether an answer may have been chosen then: before it arrived.

    Else the clock of its device is wrong and says nothing.
    """
    return chosen_at <= received_at + DRIFT
