from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.journal import (
    SPAN,
    Arriving,
    first_seq,
    in_order,
    is_possible,
    window_of,
)

answers = st.lists(
    st.builds(Arriving, st.integers(1, 5), st.integers(SPAN, 3 * SPAN), st.just({"text": "a"})),
    max_size=30,
)


@given(st.integers(1, 10_000), st.integers(0, SPAN - 1))
def test_no_two_windows_can_give_the_same_number(window, count):
    seq = first_seq(window) + count
    assert window_of(seq) == window
    assert first_seq(window) <= seq < first_seq(window + 1)


@given(st.integers(1, 10_000), st.integers(0, SPAN - 1), st.integers(0, SPAN - 1))
def test_an_answer_of_a_newer_window_outranks_every_older_one(window, old, new):
    assert first_seq(window + 1) + new > first_seq(window) + old


def test_numbers_of_windows_that_were_never_opened_are_impossible():
    assert not is_possible(0, 5)
    assert is_possible(SPAN, 1)
    assert is_possible(first_seq(6) - 1, 5)
    assert not is_possible(first_seq(6), 5)
    assert not is_possible(SPAN, 0)


@given(st.integers(1, SPAN - 1), st.integers(0, 10_000), st.integers(1, 10_000))
def test_what_never_had_a_window_is_possible_and_below_all_that_had_one(seq, newest, window):
    assert is_possible(seq, newest)
    assert seq < first_seq(window)
    assert window_of(seq) == 0


@given(answers)
def test_each_answer_is_kept_once_in_one_order_however_it_arrived(arrived):
    ordered = in_order(arrived)
    keys = [(answer.position, answer.seq) for answer in ordered]
    assert keys == sorted(set(keys))
    assert set(keys) == {(answer.position, answer.seq) for answer in arrived}
    assert [(a.position, a.seq) for a in in_order(reversed(arrived))] == keys
