from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.timing import (
    UNKNOWN_GRACE,
    Arrival,
    arrival,
    break_seconds,
    clock_at,
    deadline,
    deadline_at,
    is_open,
    is_paused,
    minutes_to_add,
    pause_seconds,
    seconds_left,
)

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLOSE = START + timedelta(hours=8)
GRACE = timedelta(minutes=2)
moments = st.integers(0, 365 * 24 * 3600 * 1000).map(
    lambda milliseconds: START + timedelta(milliseconds=milliseconds)
)
graces = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1))


def ends(start=START, close=CLOSE, **grants):
    return deadline(start, **{"length_minutes": 90, **grants}, closes_at=close)


grants = st.fixed_dictionaries(
    {
        "length_minutes": st.integers(1, 600),
        "time_percent": st.integers(100, 400),
        "extra_minutes": st.integers(0, 600),
        "paused_seconds": st.integers(0, 40_000),
    }
)


def test_the_deadline_is_start_plus_length_plus_extra_time_plus_pauses():
    assert ends() == START + timedelta(minutes=90)
    assert ends(extra_minutes=30) == START + timedelta(minutes=120)
    assert ends(paused_seconds=90) == START + timedelta(minutes=91, seconds=30)


def test_longer_time_by_the_adjustment_is_a_share_of_the_length_alone():
    assert ends(time_percent=150) == START + timedelta(minutes=135)
    assert ends(time_percent=150, extra_minutes=10) == START + timedelta(minutes=145)


def test_the_deadline_is_never_after_the_session_closes():
    assert ends(CLOSE - timedelta(minutes=10), extra_minutes=30) == CLOSE


@given(moments, moments, grants)
def test_no_grant_leads_past_the_close(start, close, granted):
    assert ends(start, close, **granted) <= close


@given(
    moments,
    moments,
    grants,
    st.sampled_from(["length_minutes", "time_percent", "extra_minutes", "paused_seconds"]),
    st.integers(1, 1000),
)
def test_more_of_any_grant_never_brings_the_deadline_forward(start, close, granted, name, more):
    greater = {**granted, name: granted[name] + more}
    assert ends(start, close, **greater) >= ends(start, close, **granted)


# --- Pauses ----------------------------------------------------------------------------------

lengths = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=30))


def test_while_paused_the_clock_stands():
    paused = START + timedelta(minutes=10)
    later = paused + timedelta(minutes=25)
    assert clock_at(later, paused) == paused
    assert seconds_left(ends(), clock_at(later, paused)) == 80 * 60


def test_a_pause_that_ends_by_itself_leaves_the_clock_behind_by_its_length():
    paused = START + timedelta(minutes=10)
    until = paused + timedelta(minutes=15)
    assert is_paused(until - timedelta(seconds=1), paused, until)
    assert not is_paused(until, paused, until)
    assert clock_at(until + timedelta(minutes=5), paused, until) == paused + timedelta(minutes=5)


@given(moments, lengths, lengths, lengths)
def test_a_pause_neither_gains_nor_loses_time(end, before, length, after):
    """The seconds left when it began are there when it ends, but for the rest of a second."""
    paused = end - before
    resumed = paused + length
    far = end + timedelta(days=400)
    left = seconds_left(end, paused)
    assert seconds_left(end, clock_at(resumed, paused)) == left
    assert seconds_left(deadline_at(end, resumed, closes_at=far, paused_at=paused), resumed) == left
    moved = end + timedelta(seconds=pause_seconds(paused, resumed))
    assert left <= seconds_left(moved, resumed) <= left + 1


@given(moments, lengths, lengths, lengths)
def test_a_pause_never_keeps_a_sitting_open_past_the_close(end, before, length, after):
    paused = end - before
    now = paused + length
    close = end + after
    assert end <= deadline_at(end, now, closes_at=close, paused_at=paused) <= close


@given(moments, lengths, lengths, lengths)
def test_the_clock_never_runs_back(paused, budget, one, more):
    until = paused + budget
    assert clock_at(paused + one, paused, until) <= clock_at(paused + one + more, paused, until)
    assert clock_at(paused + one, paused) <= clock_at(paused + one, paused, until) <= paused + one


@given(moments, lengths, lengths)
def test_a_break_takes_no_more_than_its_budget(paused, budget, length):
    took = break_seconds(paused, paused + length, paused + budget)
    assert took == -(-min(budget, length) // timedelta(seconds=1))


@given(moments, lengths, lengths)
def test_a_break_gives_no_more_time_than_it_took(paused, budget, length):
    gained = pause_seconds(paused, paused + length, paused + budget)
    assert min(budget, length) - timedelta(seconds=1) < timedelta(seconds=gained)
    assert timedelta(seconds=gained) <= min(budget, length)


def test_without_a_pause_the_clock_is_the_time():
    assert clock_at(START, None) == START
    assert deadline_at(START, CLOSE, closes_at=CLOSE) == START
    assert not is_paused(START, None)


# --- What an answer counts for ---------------------------------------------------------------


@given(moments, moments)
def test_seconds_left_are_never_negative_and_zero_only_when_time_is_up(end, now):
    left = seconds_left(end, now)
    assert left >= 0
    assert (left == 0) == (now >= end)


def test_a_started_second_counts_as_a_second():
    assert seconds_left(START + timedelta(milliseconds=1), START) == 1
    assert seconds_left(START + timedelta(seconds=60), START) == 60


def test_the_last_moment_of_the_deadline_is_on_time():
    assert arrival(START, START, GRACE) is Arrival.ON_TIME
    assert arrival(START, START + timedelta(microseconds=1), GRACE) is Arrival.LATE


def test_the_last_moment_of_the_grace_is_late_and_after_it_refused():
    assert arrival(START, START + GRACE, GRACE, START) is Arrival.LATE
    beyond = START + GRACE + timedelta(microseconds=1)
    assert arrival(START, beyond, GRACE, START) is Arrival.REFUSED


def test_what_the_browser_admits_to_have_chosen_after_the_deadline_is_refused():
    arrived = START + timedelta(minutes=1)
    assert arrival(START, arrived, GRACE, START + timedelta(seconds=1)) is Arrival.REFUSED
    assert arrival(START, arrived, GRACE, START) is Arrival.LATE


def test_a_device_that_says_nothing_or_what_cannot_be_has_time_for_one_slow_request():
    arrived = START + timedelta(seconds=7)
    for chosen in (None, START + timedelta(hours=2), arrived + timedelta(seconds=6)):
        assert arrival(START, arrived, GRACE, chosen) is Arrival.LATE
    # Two clocks that run drift by seconds: that is no wrong clock.
    assert arrival(START, arrived, GRACE, arrived + timedelta(seconds=5)) is Arrival.REFUSED
    last = START + UNKNOWN_GRACE
    for chosen in (None, START + timedelta(hours=2)):
        assert arrival(START, last, GRACE, chosen) is Arrival.LATE
        assert arrival(START, last + timedelta(microseconds=1), GRACE, chosen) is Arrival.REFUSED
    short = timedelta(seconds=10)
    assert arrival(START, START + timedelta(seconds=11), short) is Arrival.REFUSED


@given(moments, moments, graces, st.none() | moments)
def test_what_the_browser_says_makes_no_answer_earlier_than_it_came(end, now, grace, chosen):
    told = arrival(end, now, grace, chosen)
    assert (told is Arrival.ON_TIME) == (now <= end)
    assert told is Arrival.REFUSED or is_open(end, now, grace)


@given(moments, moments, graces)
def test_an_attempt_is_open_exactly_while_an_answer_chosen_in_time_counts(end, now, grace):
    assert is_open(end, now, grace) == (arrival(end, now, grace, end) is not Arrival.REFUSED)


def test_minutes_come_on_top_while_time_is_left_and_count_from_now_when_it_is_up():
    assert minutes_to_add(START, START - timedelta(minutes=3), 10) == 10
    assert minutes_to_add(START, START, 10) == 10
    assert minutes_to_add(START, START + timedelta(minutes=7), 10) == 17
    assert minutes_to_add(START, START + timedelta(minutes=7, seconds=1), 10) == 18


@given(moments, moments, st.integers(1, 180))
def test_a_grant_is_worth_all_its_minutes_and_less_than_one_more(end, now, minutes):
    left = end + timedelta(minutes=minutes_to_add(end, now, minutes)) - max(end, now)
    assert timedelta(0) <= left - timedelta(minutes=minutes) < timedelta(minutes=1)
