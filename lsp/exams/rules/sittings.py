"""Where a sitting may go from where it stands, and when one that the clock ended may go on."""

from datetime import datetime, timedelta
from enum import StrEnum

from lsp.exams.rules.kinds import AttemptState

#: How long after its end a sitting can be taken up again; later it would be another exam.
REOPENS_WITHIN = timedelta(hours=24)


class AttemptGuard(StrEnum):
    """What it takes to open a sitting again."""

    #: The time ran out; what a candidate handed in before stays handed in.
    ENDED_BY_CLOCK = "ended by the clock"
    #: An invigilator grants time and says why.
    TIME_GRANTED = "time granted for a reason"
    #: The answers are not another person's to judge yet.
    NOBODY_MARKED = "nobody has begun to mark it"
    WITHIN_A_DAY = "within a day of its end"
    #: Nobody's recommendation would change under them, unless a second person opened the result, …
    NOTHING_RESTS_ON_IT = "no recommendation rests on it, or its result was opened again"
    #: … and who did that does not decide, too.
    ANOTHER_OPENED_IT = "somebody else opened the result"
    #: The candidate handed it in by mistake, and would still be at it.
    TIME_LEFT = "handed in while its time lasts"


#: What a grant of time asks for, to open again what the clock ended.
_BY_A_GRANT = tuple(guard for guard in AttemptGuard if guard is not AttemptGuard.TIME_LEFT)


#: Where a sitting may go from where it stands.
ATTEMPT_STEPS: dict[AttemptState, tuple[AttemptState, ...]] = {
    AttemptState.OPEN: (AttemptState.SUBMITTED, AttemptState.CLOSED),
    # The page sends by itself what is there when the time is up: that is the clock's doing, too.
    AttemptState.SUBMITTED: (AttemptState.OPEN,),
    AttemptState.CLOSED: (AttemptState.OPEN,),
}

#: Steps that ask for something. What its candidate handed in goes on by ``keeps_handed_in``, too.
ATTEMPT_GUARDS: dict[tuple[AttemptState, AttemptState], tuple[AttemptGuard, ...]] = {
    (AttemptState.SUBMITTED, AttemptState.OPEN): _BY_A_GRANT,
    (AttemptState.CLOSED, AttemptState.OPEN): _BY_A_GRANT,
}


def ended_by_clock(state: AttemptState, ended_at: datetime | None, deadline: datetime) -> bool:
    """Whether the time ended a sitting, and not its candidate.

    A page sends by itself when the time is up, so what was handed in then was not given up.
    """
    if state is AttemptState.OPEN or ended_at is None:
        return False
    return state is AttemptState.CLOSED or ended_at >= deadline


def keeps_shut(
    state: AttemptState,
    ended_at: datetime | None,
    deadline: datetime,
    now: datetime,
    *,
    marked_by_people: bool,
    hold: AttemptGuard | None = None,
) -> AttemptGuard | None:
    """The first guard that keeps a sitting from being opened again by a grant; None for none.

    ``hold`` is what a recommendation has to do with it (``rooms.holding``).
    """
    if not ended_by_clock(state, ended_at, deadline):
        return AttemptGuard.ENDED_BY_CLOCK
    if hold is not None:
        return hold
    if marked_by_people:
        return AttemptGuard.NOBODY_MARKED
    if ended_at is not None and now - ended_at > REOPENS_WITHIN:
        return AttemptGuard.WITHIN_A_DAY
    return None


def keeps_handed_in(
    state: AttemptState,
    ended_at: datetime | None,
    deadline: datetime,
    now: datetime,
    *,
    marked_by_people: bool,
    hold: AttemptGuard | None = None,
) -> AttemptGuard | None:
    """What keeps a sitting handed in by mistake from going on in its own time; None for nothing."""
    is_handed_in = state is AttemptState.SUBMITTED and ended_at is not None and ended_at < deadline
    if not is_handed_in or now >= deadline:
        return AttemptGuard.TIME_LEFT
    if hold is not None:
        return hold
    return AttemptGuard.NOBODY_MARKED if marked_by_people else None
