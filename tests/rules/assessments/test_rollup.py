import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.assessments.rules.rollup import (
    Standing,
    UnitEvidence,
    criterion_standing,
    propose,
    scheme_result,
)
from lsp.assessments.rules.states import Result
from lsp.exams.rules.passing import PassKind, PassRule, UnitQuestion, unit_verdict

K, BK = Result.COMPETENT, Result.NOT_YET_COMPETENT
MET, NOT_MET, UNJUDGED = Standing.MET, Standing.NOT_MET, Standing.UNJUDGED


def _unit(*standings: Standing) -> UnitEvidence:
    criteria = tuple((f"1.{i}", standing) for i, standing in enumerate(standings, 1))
    return UnitEvidence(uuid.uuid4(), "Unit", True, criteria)


@pytest.mark.parametrize(
    ("claims", "standing"),
    [
        ([], UNJUDGED),
        ([None], UNJUDGED),
        ([True, None], MET),
        ([False, True], MET),
        ([False], NOT_MET),
        ([False, None], NOT_MET),
    ],
)
def test_one_accepted_claim_meets_a_criterion(
    claims: list[bool | None], standing: Standing
) -> None:
    assert criterion_standing(claims) is standing


def test_a_unit_is_proposed_competent_at_exactly_the_pass_mark() -> None:
    at = propose(_unit(MET), exam_percent=Decimal("70.00"), pass_percent=70)
    below = propose(_unit(MET), exam_percent=Decimal("69.99"), pass_percent=70)
    assert (at.result, below.result) == (K, BK)


def test_a_unit_without_questions_rests_on_the_portfolio_alone() -> None:
    proposal = propose(_unit(MET, MET), exam_percent=None, pass_percent=70)
    assert proposal.result is K
    assert proposal.basis == ("portofolio",)


@given(st.lists(st.sampled_from(Standing), max_size=6))
def test_a_unit_is_never_proposed_competent_while_a_criterion_is_not_met(
    standings: list[Standing],
) -> None:
    proposal = propose(_unit(*standings), exam_percent=Decimal(100), pass_percent=70)
    assert (proposal.result is K) == (bool(standings) and set(standings) == {MET})


def test_the_reasons_name_the_criteria() -> None:
    proposal = propose(_unit(MET, NOT_MET, UNJUDGED), exam_percent=None, pass_percent=70)
    values = [reason.values.get("labels") for reason in proposal.reasons]
    assert "1.2" in values
    assert "1.3" in values


def test_the_scheme_needs_every_compulsory_unit_and_no_elective_one() -> None:
    assert scheme_result([(True, K), (False, BK)]) is K
    assert scheme_result([(True, K), (True, BK)]) is BK
    assert scheme_result([(False, BK)]) is BK
    assert scheme_result([]) is BK


def test_nothing_is_proposed_competent_before_the_exam_is_marked() -> None:
    for percent in (None, Decimal(100)):
        proposal = propose(_unit(MET), exam_percent=percent, pass_percent=70, exam_is_marked=False)
        assert proposal.result is BK
        assert proposal.basis == ("portofolio",)


@pytest.mark.parametrize("kind", [PassKind.CRITERIA, PassKind.UNIT])
@pytest.mark.parametrize(("right", "result"), [(2, K), (1, BK)])
def test_the_papers_own_rule_decides_where_it_counts_questions(
    kind: PassKind, right: int, result: Result
) -> None:
    rule = PassRule(kind, right=2, of=3)
    criterion = uuid.uuid4()
    asked = [UnitQuestion(criterion, Decimal(n < right), Decimal(1)) for n in range(3)]
    proposal = propose(
        _unit(MET),
        exam_percent=Decimal("99"),
        pass_percent=70,
        rule=rule,
        verdict=unit_verdict(asked, rule),
    )
    assert proposal.result is result
    assert any(reason.values.get("reached") is not None for reason in proposal.reasons)


def test_a_cut_of_the_paper_may_have_decimals_and_is_said_exactly() -> None:
    rule = PassRule(PassKind.CUT, percent=Decimal("72.5"))
    proposal = propose(
        _unit(MET), exam_percent=Decimal("72.49"), pass_percent=rule.percent, rule=rule
    )
    assert proposal.result is BK
    assert {"percent": Decimal("72.49"), "limit": Decimal("72.5")} in [
        reason.values for reason in proposal.reasons
    ]
