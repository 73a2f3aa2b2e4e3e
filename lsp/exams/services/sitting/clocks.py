"""A sitting's clock: its deadline, and how it stands still and goes on.

Whoever calls these holds the attempt's row locked; saving an answer reads it in the same order.
"""

from datetime import UTC, datetime, timedelta

from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting.attempts import OwnAttempt, OwnExam, OwnPlace

#: A moment after every session, for asking what a deadline would be without its session's close.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def deadline_of(exam: ExamSession, seat: Seat, attempt: Attempt) -> datetime:
    """The deadline by everything granted so far; a pause that goes on is not in it yet."""
    return min(own_deadline(exam, seat, attempt), exam.closes_at)


def own_deadline(
    exam: ExamSession, seat: Seat, attempt: Attempt, time_percent: int | None = None
) -> datetime:
    """What the deadline would be if the session did not close, or by another percentage."""
    return timing.deadline(
        attempt.started_at,
        length_minutes=exam.length_minutes,
        time_percent=seat.time_percent if time_percent is None else time_percent,
        extra_minutes=seat.extra_minutes,
        paused_seconds=attempt.paused_seconds,
        closes_at=_NEVER,
    )


def deadline_now(
    exam: ExamSession | OwnExam, attempt: Attempt | OwnAttempt, now: datetime
) -> datetime:
    """The deadline as it stands at this moment, a pause that goes on included."""
    return timing.deadline_at(
        attempt.deadline,
        now,
        closes_at=exam.closes_at,
        paused_at=attempt.paused_at,
        ends_at=attempt.pause_ends_at,
    )


def is_paused(attempt: Attempt | OwnAttempt, now: datetime) -> bool:
    """Whether the clock stands, by the invigilator's word or in the candidate's own break."""
    return timing.is_paused(now, attempt.paused_at, attempt.pause_ends_at)


def pause(attempt: Attempt, now: datetime) -> bool:
    """Let the clock stand until somebody lets it go on; says whether it does so from now.

    A break of the candidate's own ends here and the invigilator's pause goes on from it. Nothing
    happens to a sitting that has ended, that is paused already or whose time is up.
    """
    if attempt.state is not AttemptState.OPEN:
        return False
    if attempt.paused_at is not None and attempt.pause_ends_at is None:
        return False
    # After a break that nobody wrote down the clock is behind; it stands where it is.
    stands_at = timing.clock_at(now, attempt.paused_at, attempt.pause_ends_at)
    if stands_at >= attempt.deadline:
        return False
    attempt.break_seconds += _break_seconds(attempt, now)
    attempt.paused_at, attempt.pause_ends_at = stands_at, None
    return True


def take_break(exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime) -> bool:
    """Let the clock stand for a break, until the minutes agreed in FR.AK.07 are used up.

    Says whether the break begins: not when the clock stands, the time is up or none is left.
    """
    settle(exam, seat, attempt, now)
    left = break_seconds_left(seat, attempt, now)
    if left == 0 or is_paused(attempt, now) or not pause(attempt, now):
        return False
    attempt.pause_ends_at = now + timedelta(seconds=left)
    return True


def resume(exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime) -> bool:
    """Let the clock go on and move the deadline by the pause; says whether it stood.

    Never past the close of the session.
    """
    if attempt.paused_at is None:
        return False
    attempt.paused_seconds += timing.pause_seconds(attempt.paused_at, now, attempt.pause_ends_at)
    attempt.break_seconds += _break_seconds(attempt, now)
    attempt.paused_at = attempt.pause_ends_at = None
    attempt.deadline = deadline_of(exam, seat, attempt)
    return True


def settle(exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime) -> None:
    """Write down the end of a break whose minutes have been used up."""
    if attempt.paused_at is not None and not is_paused(attempt, now):
        resume(exam, seat, attempt, now)


def break_seconds_left(seat: Seat | OwnPlace, attempt: Attempt | OwnAttempt, now: datetime) -> int:
    """Seconds of break the candidate may still take; none of them is taken twice."""
    used = attempt.break_seconds + _break_seconds(attempt, now)
    return max(0, seat.break_minutes * 60 - used)


def _break_seconds(attempt: Attempt | OwnAttempt, now: datetime) -> int:
    """Seconds of the break that goes on, or has ended by itself and is not written down yet."""
    if attempt.paused_at is None or attempt.pause_ends_at is None:
        return 0
    return timing.break_seconds(attempt.paused_at, now, attempt.pause_ends_at)
