from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.passing import Outcome, PassKind, PassRule, UnitQuestion, unit_verdict
from lsp.texts import Refusal

A, B = UUID(int=1), UUID(int=2)
CUT = PassRule(PassKind.CUT, percent=Decimal(70))
TWO_OF_THREE = PassRule(PassKind.CRITERIA, right=2, of=3)

marks = st.none() | st.sampled_from(["0", "0.5", "1"]).map(Decimal)
questions = st.lists(
    st.builds(UnitQuestion, st.sampled_from([A, B]), marks, st.just(Decimal(1))),
    min_size=1,
    max_size=12,
)
rules = st.one_of(
    st.builds(PassRule, st.just(PassKind.CUT), st.integers(1, 100).map(Decimal)),
    st.builds(
        lambda kind, right, more, from_: PassRule(kind, Decimal(70), right, right + more, from_),
        st.sampled_from([PassKind.CRITERIA, PassKind.UNIT]),
        st.integers(1, 4),
        st.integers(0, 3),
        st.sampled_from([50, 100]).map(Decimal),
    ),
)


def asked(*scores: str | None, criterion: UUID = A, of: int = 1) -> list[UnitQuestion]:
    return [UnitQuestion(criterion, None if s is None else Decimal(s), Decimal(of)) for s in scores]


def test_a_cut_compares_points_and_rounding_lifts_nobody_over_it() -> None:
    assert unit_verdict(asked("7", of=10), CUT).outcome is Outcome.COMPETENT
    verdict = unit_verdict(asked("6.9999", of=10), CUT)
    assert verdict.outcome is Outcome.NOT_YET
    assert verdict.parts[0].reached == Decimal("69.99")


def test_x_of_y_must_be_right_in_every_criterion() -> None:
    right = asked("1", "1", "0") + asked("1", "1", criterion=B)
    assert unit_verdict(right, TWO_OF_THREE).outcome is Outcome.COMPETENT
    verdict = unit_verdict(asked("1", "1", "1") + asked("1", "0", criterion=B), TWO_OF_THREE)
    assert verdict.outcome is Outcome.NOT_YET
    (short,) = verdict.short
    assert (short.criterion_id, short.reached, short.needed) == (B, 1, 2)


def test_over_the_whole_unit_one_criterion_may_make_up_for_another() -> None:
    rule = PassRule(PassKind.UNIT, right=2, of=3)
    found = asked("1", "1", "1", "1") + asked("0", "0", criterion=B)
    assert unit_verdict(found, rule).outcome is Outcome.COMPETENT
    assert unit_verdict(found, TWO_OF_THREE).outcome is Outcome.NOT_YET


def test_a_question_is_right_from_the_share_the_rule_says() -> None:
    rule = PassRule(PassKind.CRITERIA, right_from=Decimal(60))
    assert unit_verdict(asked("2.4", of=4), rule).outcome is Outcome.COMPETENT
    assert unit_verdict(asked("2.25", of=4), rule).outcome is Outcome.NOT_YET


def test_an_unmarked_answer_leaves_open_only_what_it_could_turn() -> None:
    assert unit_verdict(asked("1", None), CUT).outcome is Outcome.UNDECIDED
    assert unit_verdict(asked("1", "1", "1", None), CUT).outcome is Outcome.COMPETENT
    assert unit_verdict(asked("0", "0", "1", None), CUT).outcome is Outcome.NOT_YET
    assert unit_verdict([], CUT).outcome is Outcome.UNDECIDED


@given(questions, rules)
def test_the_verdict_holds_whatever_the_missing_marks_become(
    found: list[UnitQuestion], rule: PassRule
) -> None:
    outcome = unit_verdict(found, rule).outcome
    for mark in (Decimal(0), Decimal(1)):
        marked = [
            UnitQuestion(q.criterion_id, mark if q.score is None else q.score, q.max_score)
            for q in found
        ]
        then = unit_verdict(marked, rule).outcome
        assert then is not Outcome.UNDECIDED
        assert outcome in (then, Outcome.UNDECIDED)


@given(rules)
def test_a_rule_is_read_as_it_was_stored(rule: PassRule) -> None:
    read = PassRule.read(rule.as_json())
    assert read is not None
    assert read.as_json() == rule.as_json()
    assert read.kind is rule.kind


def test_no_rule_leaves_it_to_the_assessor_and_nonsense_is_refused() -> None:
    assert PassRule.read({}) is None
    for stored in (
        {"kind": "mood"},
        {"percent": "70"},
        {"kind": "cut", "percent": "0"},
        {"kind": "cut", "percent": "NaN"},
        {"kind": "cut", "percent": "much"},
        {"kind": "criteria", "right": 4, "of": 3},
        {"kind": "criteria", "right": 0, "of": 3},
    ):
        with pytest.raises(Refusal):
            PassRule.read(stored)
