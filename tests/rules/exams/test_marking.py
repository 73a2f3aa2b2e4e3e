from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.marking import (
    CommentNeeded,
    QuestionMark,
    answer_code,
    check_mark,
    percent,
    unit_scores,
)
from lsp.texts import Refusal

A, B = UUID(int=1), UUID(int=2)


def test_points_add_up_per_unit_in_the_order_of_the_paper() -> None:
    scores = unit_scores(
        [
            QuestionMark(B, Decimal(2), Decimal(1)),
            QuestionMark(A, Decimal(1), Decimal(1)),
            QuestionMark(B, Decimal(4), None),
        ]
    )
    assert [(s.unit_id, s.score, s.max_score) for s in scores] == [(B, 1, 6), (A, 1, 1)]
    assert [s.percent for s in scores] == [Decimal("16.66"), Decimal(100)]


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_rounding_never_lifts_a_percentage_over_what_was_earned(score: int, of: int) -> None:
    found = percent(Decimal(score), Decimal(of))
    assert found * of <= score * 100
    assert (found + Decimal("0.01")) * of > score * 100


@given(quarters=st.integers(0, 16))
def test_a_person_gives_quarters_up_to_the_maximum(quarters: int) -> None:
    check_mark(Decimal(quarters) / 4, Decimal(4), "Kurang contoh")


@pytest.mark.parametrize("score", ["-0.25", "4.25", "1.1", "NaN", "Infinity"])
def test_other_marks_are_refused(score: str) -> None:
    with pytest.raises(Refusal):
        check_mark(Decimal(score), Decimal(4), "Kurang contoh")


def test_a_mark_below_the_maximum_needs_a_reason() -> None:
    check_mark(Decimal(4), Decimal(4), "")
    with pytest.raises(CommentNeeded):
        check_mark(Decimal(3), Decimal(4), "  ")


def test_a_answer_code_is_short_and_its_own() -> None:
    codes = {answer_code(uuid4()) for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 9 for code in codes)
