import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.assessments.models import Decision, Vote
from lsp.assessments.rules.states import AssessmentState, Result
from lsp.assessments.services.assessing import UnitChoice, recommend
from lsp.assessments.services.decisions import (
    competent_units,
    decisions_in_force,
    get_assessment_to_decide,
)
from lsp.assessments.services.guarding import Unready
from lsp.audit import AuditEntry
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.assessments import decide, make_way, recommend_all, vote
from tests.factories.portfolios import make_claim, make_evidence, make_judgement
from tests.factories.skkni import make_scheme_version, make_unit

K, BK, TL = Result.COMPETENT, Result.NOT_YET_COMPETENT, Result.FOLLOW_UP


def test_the_third_vote_decides_with_a_number_of_minutes(session: Session) -> None:
    way = make_way(session)
    assert vote(session, way, way.committee[0]) is None
    assert vote(session, way, way.committee[1]) is None
    decision = vote(session, way, way.committee[2])
    assert decision is not None
    assert (decision.result, decision.minutes_number) == (K, "BA/001/PLENO/2026")
    assert way.given.state is AssessmentState.DECIDED
    made = sa.select(AuditEntry.detail).where(AuditEntry.action == "decision.made")
    assert session.scalars(made).one()["minutes"] == "BA/001/PLENO/2026"


def test_without_a_majority_more_members_vote(session: Session) -> None:
    way = make_way(session)
    for member, result in zip(way.committee, (K, BK, TL), strict=True):
        assert vote(session, way, member, result) is None
    fourth, fifth = (make_person(session, Role.COMMITTEE) for _ in range(2))
    assert vote(session, way, fourth, K) is None
    decision = vote(session, way, fifth, K)
    assert decision is not None
    assert decision.result is K


def test_the_assessor_may_not_vote_though_on_the_committee(session: Session) -> None:
    both = make_person(
        session, Role.ASSESSOR, Role.COMMITTEE, assessor_registration="MET.000.000003 2024"
    )
    way = make_way(session, assessor=both)
    with pytest.raises(Unready):
        vote(session, way, both)
    assert session.scalar(sa.select(sa.func.count(Vote.id))) == 0


def test_who_assigned_the_assessor_may_not_vote(session: Session) -> None:
    both = make_person(session, Role.MANAGER, Role.COMMITTEE)
    way = make_way(session, manager=both)
    with pytest.raises(Unready):
        vote(session, way, both)


def test_the_candidate_may_not_vote_on_themself(session: Session) -> None:
    both = make_person(session, Role.CANDIDATE, Role.COMMITTEE)
    way = make_way(session, candidate=both)
    with pytest.raises(Unready):
        vote(session, way, both)


def test_who_judged_the_candidates_evidence_at_any_time_may_not_vote(session: Session) -> None:
    way = make_way(session)
    former = make_person(session, Role.COMMITTEE)
    criterion = way.version.units[0].unit.elements[0].criteria[0]
    evidence = make_evidence(session, owner=way.candidate)
    claim = make_claim(session, evidence=evidence, criterion=criterion)
    make_judgement(session, claim=claim, assessor=former)
    with pytest.raises(Unready):
        vote(session, way, former)


def test_somebody_outside_the_committee_does_not_vote(session: Session) -> None:
    way = make_way(session)
    with pytest.raises(Refusal):
        vote(session, way, make_person(session, Role.AUDITOR))


@pytest.mark.parametrize("against", [BK, TL])
def test_a_vote_against_the_recommendation_needs_a_reason(
    session: Session, against: Result
) -> None:
    way = make_way(session)
    with pytest.raises(Unready):
        vote(session, way, way.committee[0], against, reason="  ")
    vote(session, way, way.committee[0], against, reason="Bukti unit 2 lemah")
    vote(session, way, way.committee[1], K, reason="")


def test_voting_twice_is_harmless_and_changing_ones_vote_is_refused(session: Session) -> None:
    way = make_way(session)
    member = way.committee[0]
    vote(session, way, member)
    vote(session, way, member)
    assert session.scalar(sa.select(sa.func.count(Vote.id))) == 1
    with pytest.raises(Refusal):
        vote(session, way, member, BK)


def test_the_deciding_vote_sent_twice_makes_one_decision(session: Session) -> None:
    way = make_way(session)
    decide(session, way)
    assert vote(session, way, way.committee[2], round=1) is None
    assert session.scalar(sa.select(sa.func.count(Decision.id))) == 1


def test_after_the_decision_nobody_votes(session: Session) -> None:
    way = make_way(session)
    decide(session, way)
    late = make_person(session, Role.COMMITTEE)
    for round_ in (1, 2):
        with pytest.raises(Refusal):
            vote(session, way, late, round=round_)


def test_follow_up_returns_the_dossier_and_opens_the_next_round(session: Session) -> None:
    way = make_way(session)
    first = decide(session, way, TL)
    assert way.given.state is AssessmentState.READY
    with pytest.raises(Refusal):
        vote(session, way, way.committee[0], round=2)
    recommend_all(session, way, K)
    with pytest.raises(Refusal):
        vote(session, way, make_person(session, Role.COMMITTEE), round=1)
    second = decide(session, way, K)
    assert (second.round, second.supersedes_id) == (2, first.id)
    assert second.minutes_number == "BA/002/PLENO/2026"
    assert {row.round for row in way.given.units} == {1, 2}


def test_decisions_are_never_changed_or_removed(session: Session) -> None:
    way = make_way(session)
    decide(session, way, BK)
    for table in (Decision, Vote):
        for statement in (
            sa.update(table).values(assessment_id=way.given.id),
            sa.delete(table),
        ):
            with pytest.raises(sa.exc.DatabaseError), session.begin_nested():
                session.execute(statement)


def test_an_assessment_that_was_not_recommended_is_not_before_the_committee(
    session: Session,
) -> None:
    way = make_way(session, "judged")
    with pytest.raises(NotFound):
        get_assessment_to_decide(session, way.given.id)
    with pytest.raises(NotFound):
        vote(session, way, way.committee[0])


def test_only_the_newest_decision_of_an_assessment_is_in_force(
    session: Session, statements: list[str]
) -> None:
    competent, not_yet, reopened = (make_way(session) for _ in range(3))
    decide(session, competent)
    decide(session, not_yet, BK)
    decide(session, reopened, TL)
    recommend_all(session, reopened)
    decide(session, reopened)
    session.expire_all()
    statements.clear()
    found = decisions_in_force(session, K)
    names = {d.assessment.application.candidate.id for d in found}
    labels = [
        row.unit.label for d in found for row in d.assessment.application.scheme_version.units
    ]
    assert labels
    assert len(statements) <= 4
    assert names == {competent.candidate.id, reopened.candidate.id}
    assert len(decisions_in_force(session, BK)) == 1
    assert not decisions_in_force(session, TL)


def test_competent_units_are_the_compulsory_and_the_recommended_elective_ones(
    session: Session,
) -> None:
    version = make_scheme_version(session, units=[make_unit(session) for _ in range(3)])
    version.units[1].is_compulsory = version.units[2].is_compulsory = False
    way = make_way(session, "judged", version=version)
    results = (K, BK, K)
    recommend(
        session,
        assessor_id=way.assessor.id,
        assessment_id=way.given.id,
        choices={
            row.unit_id: UnitChoice(result, ())
            for row, result in zip(version.units, results, strict=True)
        },
        note="",
        now=NOW,
    )
    decision = decide(session, way)
    found = [unit.id for unit in competent_units(session, decision.id)]
    assert found == [version.units[0].unit_id, version.units[2].unit_id]


def test_a_decision_not_yet_competent_covers_no_unit(session: Session) -> None:
    way = make_way(session)
    assert competent_units(session, decide(session, way, BK).id) == []
