from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.agreement import (
    AspectRefused,
    ControlResult,
    deviation,
    drawn,
    most_controls,
    next_marker,
    settle,
    total_of,
    within_tolerance,
)
from lsp.exams.rules.kinds import MarkingRole
from lsp.exams.rules.marking import CommentNeeded

FIRST, SECOND, THIRD = MarkingRole.FIRST, MarkingRole.SECOND, MarkingRole.THIRD
#: Marks in quarters of an answer of four points.
MARKS = st.integers(0, 16).map(lambda quarters: Decimal(quarters) / 4)
TOLERANCES = st.integers(0, 100)


def settled(first, second, third=None, *, tolerance=20, is_double=True):
    marks = {FIRST: first, SECOND: second, THIRD: third}
    return settle(
        {role: mark for role, mark in marks.items() if mark is not None},
        is_double=is_double,
        max_score=Decimal(4),
        tolerance_percent=tolerance,
    )


@given(MARKS, MARKS, TOLERANCES)
def test_two_marks_count_the_same_in_either_order(one, other, tolerance) -> None:
    assert settled(one, other, tolerance=tolerance) == settled(other, one, tolerance=tolerance)


@given(MARKS, MARKS, TOLERANCES)
def test_within_the_tolerance_the_mark_is_the_exact_mean_and_else_a_third_decides(
    one, other, tolerance
) -> None:
    found = settled(one, other, tolerance=tolerance)
    if abs(one - other) / 4 * 100 <= tolerance:
        assert (found.score, found.waits_for) == ((one + other) / 2, None)
        assert min(one, other) <= found.score <= max(one, other)
        assert found.score * 2 == one + other
    else:
        assert (found.score, found.waits_for) == (None, THIRD)


@given(MARKS, MARKS, MARKS, TOLERANCES)
def test_the_third_mark_is_final_whatever_the_others_gave(one, other, third, tolerance) -> None:
    assert settled(one, other, third, tolerance=tolerance).score == third


@given(MARKS, st.none() | MARKS)
def test_one_marker_is_enough_for_an_answer_of_one(first, second) -> None:
    assert settled(first, second, is_double=False).score == first


def test_what_is_missing_is_named() -> None:
    assert settled(None, Decimal(3)).waits_for is FIRST
    assert settled(Decimal(3), None).waits_for is SECOND


def test_the_limit_itself_is_within_the_tolerance() -> None:
    assert within_tolerance(Decimal(3), Decimal("2.2"), Decimal(4), 20)
    assert not within_tolerance(Decimal(3), Decimal("2.19"), Decimal(4), 20)
    assert settled(Decimal("2.25"), Decimal("3.00")).score == Decimal("2.625")
    assert settled(Decimal("2.00"), Decimal("3.00")).waits_for is THIRD
    assert settled(Decimal(2), Decimal(2), tolerance=0).score == 2


@given(MARKS, MARKS, MARKS)
def test_an_agreed_mark_decides_only_where_two_markers_are_too_far_apart(
    agreed, one, other
) -> None:
    def found(**marks: Decimal):
        marks_by_role = {MarkingRole(role): mark for role, mark in marks.items()}
        return settle(marks_by_role, is_double=True, max_score=Decimal(4), tolerance_percent=20)

    assert found(agreed=agreed).waits_for is FIRST
    assert found(agreed=agreed, first=one).waits_for is SECOND
    both = found(agreed=agreed, first=one, second=other)
    if within_tolerance(one, other, Decimal(4), 20):
        assert (both.score, both.decided_by) == ((one + other) / 2, (FIRST, SECOND))
    else:
        assert (both.score, both.decided_by) == (agreed, (MarkingRole.AGREED,))


@pytest.mark.parametrize(
    ("answers", "most"), [(0, 0), (1, 1), (5, 1), (6, 2), (15, 3), (1000, 200)]
)
def test_at_most_a_fifth_of_a_session_measures_its_markers(answers: int, most: int) -> None:
    assert most_controls(answers) == most


# --- Aspects ---------------------------------------------------------------------------------

POINTS = [Decimal("1.5"), Decimal("2.33"), Decimal("0.17")]


@given(st.lists(st.integers(0, 16), min_size=1, max_size=6))
def test_aspects_add_up_exactly(quarters) -> None:
    given_ = [Decimal(n) / 4 for n in quarters]
    assert total_of(given_, [Decimal(4)] * len(given_), "Alasan") * 4 == sum(quarters)


def test_full_points_of_an_aspect_need_no_quarter_and_no_reason() -> None:
    assert total_of(POINTS, POINTS, "") == 4


@pytest.mark.parametrize("points", ["-0.25", "1.75", "0.3", "NaN", "Infinity"])
def test_the_aspect_that_cannot_be_given_is_named(points: str) -> None:
    with pytest.raises(AspectRefused) as refused:
        total_of([Decimal("1.5"), Decimal(points), Decimal(0)], [Decimal("1.5")] * 3, "Alasan")
    assert refused.value.number == 1


def test_less_than_full_points_need_a_reason() -> None:
    with pytest.raises(CommentNeeded):
        total_of([Decimal(1)], [Decimal(2)], " ")


# --- The sample ------------------------------------------------------------------------------

IDS = st.lists(st.uuids(), max_size=40, unique=True)


@given(IDS, TOLERANCES, st.text(max_size=5))
def test_a_sample_has_its_share_rounded_up_and_can_be_drawn_again(ids, percent, seed) -> None:
    sample = drawn(ids, percent=percent, seed=seed)
    assert len(sample) == -(-len(ids) * percent // 100)
    assert sample <= set(ids)
    assert drawn(reversed(ids), percent=percent, seed=seed) == sample


@given(IDS, IDS, TOLERANCES)
def test_what_was_drawn_stays_drawn_when_more_comes_in(early, late, percent) -> None:
    first = drawn(early, percent=percent, seed="s")
    every = {*early, *late}
    again = drawn(every, percent=percent, seed="s", already=first, closed=set(early) - first)
    assert first <= again
    assert not again & (set(early) - first)
    assert len(again) <= max(len(first), -(-len(every) * percent // 100))


def test_another_seed_draws_another_sample() -> None:
    ids = [UUID(int=n) for n in range(100)]
    samples = {frozenset(drawn(ids, percent=10, seed=str(n))) for n in range(20)}
    assert len(samples) > 15


# --- An even spread --------------------------------------------------------------------------


@given(st.integers(0, 60), st.lists(st.uuids(), min_size=1, max_size=6, unique=True))
def test_everybody_gets_the_same_but_for_one(answers, people) -> None:
    loads = dict.fromkeys(people, 0)
    for number in range(answers):
        chosen = next_marker(loads, barred=(), seed=str(number))
        assert chosen is not None
        loads[chosen] += 1
    assert max(loads.values()) - min(loads.values()) <= 1
    assert sum(loads.values()) == answers


def test_who_is_barred_never_gets_it() -> None:
    one, other = uuid4(), uuid4()
    assert next_marker({one: 0, other: 9}, barred={one}, seed="s") == other
    assert next_marker({one: 0, other: 9}, barred={one, other}, seed="s") is None
    assert next_marker({}, barred=(), seed="s") is None


# --- Deviations ------------------------------------------------------------------------------


def results(*pairs: tuple[str, str]) -> list[ControlResult]:
    return [ControlResult(Decimal(a), Decimal(b), Decimal(4)) for a, b in pairs]


def test_a_generous_and_a_severe_mark_do_not_cancel_out() -> None:
    found = deviation(results(("4", "3"), ("2", "3"), ("3", "3")), 20)
    assert (found.count, found.within) == (3, 1)
    assert (found.mean, found.size) == (Decimal(0), Decimal("16.7"))
    assert not found.is_beyond


def test_who_deviates_more_than_the_tolerance_on_average_is_beyond_the_limit() -> None:
    assert deviation(results(("4", "3"), ("4", "3")), 20).is_beyond
    assert not deviation(results(("4", "3"), ("4", "3")), 25).is_beyond
    assert deviation(results(("1", "3")), 20).mean == -50


def test_without_control_scripts_nothing_is_said() -> None:
    found = deviation([], 20)
    assert (found.count, found.mean, found.size, found.is_beyond) == (0, None, None, False)


@given(st.lists(st.tuples(MARKS, MARKS), min_size=1), TOLERANCES)
def test_the_size_is_never_below_the_mean(pairs, tolerance) -> None:
    found = deviation([ControlResult(a, b, Decimal(4)) for a, b in pairs], tolerance)
    assert found.mean is not None
    assert found.size is not None
    assert abs(found.mean) <= found.size
    assert 0 <= found.within <= found.count == len(pairs)
