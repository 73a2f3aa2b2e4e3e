import uuid
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lsp.portfolios.rules.coverage import (
    NO_CRITERIA,
    ClaimState,
    ClaimView,
    CriterionCoverage,
    CriterionState,
    ElementCoverage,
    JudgementView,
    UnitCoverage,
    open_claims,
    standing,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)
ANI, BUDI = uuid.UUID(int=1), uuid.UUID(int=2)


def judged(
    *, accepted: bool = True, by: uuid.UUID = ANI, minute: int = 0, sides: int = 0b1111
) -> JudgementView:
    valid, authentic, current, sufficient = (bool(sides >> bit & 1) for bit in range(4))
    return JudgementView(
        valid and accepted, authentic, current, sufficient, "", by, AT + timedelta(minutes=minute)
    )


def claim(*judgements: JudgementView) -> ClaimView:
    return ClaimView(
        uuid.uuid4(), uuid.uuid4(), "Bukti", "siaran_pers", date(2026, 1, 1), judgements
    )


def criterion(label: str, *claims: ClaimView) -> CriterionCoverage:
    return CriterionCoverage(uuid.uuid4(), label, f"Kriteria {label}", claims)


def unit(*elements: list[CriterionCoverage]) -> UnitCoverage:
    parts = tuple(
        ElementCoverage(uuid.uuid4(), i, f"Elemen {i}", tuple(criteria))
        for i, criteria in enumerate(elements, 1)
    )
    return UnitCoverage(uuid.uuid4(), "UJI.1", "Unit uji", parts)


MET = claim(judged())
WAITING = claim()
REFUSED = claim(judged(accepted=False))


@given(st.integers(0, 15))
def test_a_claim_is_accepted_only_when_all_four_are_yes(sides: int) -> None:
    state = claim(judged(sides=sides)).state
    assert (state is ClaimState.ACCEPTED) is (sides == 0b1111)


def test_a_claim_nobody_judged_is_open() -> None:
    assert WAITING.state is ClaimState.OPEN
    assert WAITING.judgement is None


def test_of_each_assessor_the_newest_judgement_counts() -> None:
    first, second = judged(accepted=False, minute=1), judged(minute=2)
    assert standing([first, second]) == (second,)
    assert claim(*standing([first, second])).state is ClaimState.ACCEPTED


def test_a_no_of_one_assessor_outweighs_a_later_yes_of_another() -> None:
    no, yes = judged(accepted=False, by=ANI, minute=1), judged(by=BUDI, minute=2)
    both = claim(*standing([no, yes]))
    assert both.judgement == no
    assert both.state is ClaimState.REFUSED
    assert both.by(BUDI) == yes


def test_a_criterion_is_met_by_one_accepted_claim_beside_a_refused_one() -> None:
    assert criterion("1.1", REFUSED, MET).is_met
    assert not criterion("1.1", REFUSED).is_met


def test_a_criterion_waits_while_a_claim_is_open() -> None:
    assert criterion("1.1", REFUSED, WAITING).state is CriterionState.WAITING
    assert criterion("1.1", REFUSED).state is CriterionState.REFUSED
    assert criterion("1.1").state is CriterionState.EMPTY


def test_a_unit_is_met_when_every_criterion_of_every_element_is() -> None:
    assert unit([criterion("1.1", MET)], [criterion("2.1", MET)]).is_met
    almost = unit([criterion("1.1", MET)], [criterion("2.1", MET), criterion("2.2")])
    assert almost.elements[0].is_met
    assert not almost.elements[1].is_met
    assert not almost.is_met
    assert almost.met_count == 2


def test_a_unit_or_element_without_criteria_is_not_met_and_says_so() -> None:
    assert not unit().is_met
    assert not unit([]).is_met
    assert [each.text for each in unit().missing] == [NO_CRITERIA]


def test_what_is_missing_is_named_by_its_number() -> None:
    shown = unit(
        [criterion("1.1", MET), criterion("1.2", WAITING)],
        [criterion("2.1"), criterion("2.2"), criterion("2.3", REFUSED)],
    )
    assert [each.text % each.values for each in shown.missing] == [
        "Belum: 2.1, 2.2 belum punya bukti",
        "Belum: 2.3 belum punya bukti yang diterima",
        "Belum: 1.2 menunggu penilaian asesor",
    ]
    assert unit([criterion("1.1", MET)]).missing == []


@given(st.lists(st.lists(st.sampled_from([MET, WAITING, REFUSED]), max_size=3), min_size=1))
def test_a_unit_is_met_exactly_when_nothing_is_missing(claims: list[list[ClaimView]]) -> None:
    whole = unit([criterion(f"1.{i}", *each) for i, each in enumerate(claims, 1)])
    assert whole.is_met is (not whole.missing)
    assert whole.is_met is (whole.met_count == len(claims))


def test_a_claim_judged_by_another_assessor_is_still_open_for_me() -> None:
    mine, theirs = claim(judged(by=ANI)), claim(judged(by=BUDI))
    assert open_claims([unit([criterion("1.1", mine, theirs)])], ANI) == [theirs]
