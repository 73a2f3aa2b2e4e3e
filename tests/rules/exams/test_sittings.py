from datetime import UTC, datetime, timedelta

import pytest

from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.sittings import (
    REOPENS_WITHIN,
    AttemptGuard,
    ended_by_clock,
    keeps_handed_in,
    keeps_shut,
)

DEADLINE = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "ended_at", "by_clock"),
    [
        (AttemptState.OPEN, None, False),
        (AttemptState.SUBMITTED, DEADLINE - SECOND, False),
        (AttemptState.SUBMITTED, DEADLINE, True),
        (AttemptState.CLOSED, DEADLINE, True),
    ],
)
def test_the_clock_ends_what_nobody_handed_in_before(state, ended_at, by_clock) -> None:
    assert ended_by_clock(state, ended_at, DEADLINE) is by_clock


def test_time_opens_what_the_clock_ended_for_a_day_unless_somebody_marked_it() -> None:
    last = DEADLINE + REOPENS_WITHIN
    closed = (AttemptState.CLOSED, DEADLINE, DEADLINE)
    assert keeps_shut(*closed, last, marked_by_people=False) is None
    late = keeps_shut(*closed, last + SECOND, marked_by_people=False)
    assert late is AttemptGuard.WITHIN_A_DAY
    assert keeps_shut(*closed, last, marked_by_people=True) is AttemptGuard.NOBODY_MARKED
    handed_in = (AttemptState.SUBMITTED, DEADLINE - SECOND, DEADLINE)
    assert keeps_shut(*handed_in, last, marked_by_people=False) is AttemptGuard.ENDED_BY_CLOCK


def test_what_was_handed_in_by_mistake_goes_on_only_in_its_own_time() -> None:
    handed_in = (AttemptState.SUBMITTED, DEADLINE - 2 * SECOND, DEADLINE)
    assert keeps_handed_in(*handed_in, DEADLINE - SECOND, marked_by_people=False) is None
    for sitting, now in (
        (handed_in, DEADLINE),
        ((AttemptState.SUBMITTED, DEADLINE, DEADLINE), DEADLINE - SECOND),
        ((AttemptState.CLOSED, DEADLINE - SECOND, DEADLINE), DEADLINE - SECOND),
        ((AttemptState.OPEN, None, DEADLINE), DEADLINE - SECOND),
    ):
        kept = keeps_handed_in(*sitting, now, marked_by_people=False)
        assert kept is AttemptGuard.TIME_LEFT
