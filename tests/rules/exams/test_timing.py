from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.timing import Arrival, arrival, deadline, is_open, seconds_left

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLOSE = START + timedelta(hours=8)
GRACE = timedelta(minutes=2)
moments = st.integers(0, 365 * 24 * 3600 * 1000).map(
    lambda milliseconds: START + timedelta(milliseconds=milliseconds)
)
graces = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=1))


def test_the_deadline_is_start_plus_length_plus_extra_time():
    assert deadline(START, 90, 0, CLOSE) == START + timedelta(minutes=90)
    assert deadline(START, 90, 30, CLOSE) == START + timedelta(minutes=120)


def test_the_deadline_is_never_after_the_session_closes():
    assert deadline(CLOSE - timedelta(minutes=10), 90, 30, CLOSE) == CLOSE


@given(moments, st.integers(1, 600), st.integers(0, 600), moments)
def test_extra_time_never_brings_the_deadline_forward(start, length, extra, close):
    assert deadline(start, length, 0, close) <= deadline(start, length, extra, close) <= close


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
    assert arrival(START, START + GRACE, GRACE) is Arrival.LATE
    assert arrival(START, START + GRACE + timedelta(microseconds=1), GRACE) is Arrival.REFUSED


def test_what_the_browser_admits_to_have_chosen_after_the_deadline_is_refused():
    arrived = START + timedelta(minutes=1)
    assert arrival(START, arrived, GRACE, START + timedelta(seconds=1)) is Arrival.REFUSED
    assert arrival(START, arrived, GRACE, START) is Arrival.LATE


@given(moments, moments, graces, st.none() | moments)
def test_what_the_browser_says_never_makes_an_answer_count_for_more(end, now, grace, chosen):
    order = list(Arrival)
    told = order.index(arrival(end, now, grace, chosen))
    assert told >= order.index(arrival(end, now, grace))


@given(moments, moments, graces)
def test_an_attempt_is_open_exactly_while_answers_can_count(end, now, grace):
    assert is_open(end, now, grace) == (arrival(end, now, grace) is not Arrival.REFUSED)
