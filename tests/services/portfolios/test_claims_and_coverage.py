import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lsp.portfolios.models import Claim, Evidence
from lsp.portfolios.rules.coverage import ClaimState, CriterionState
from lsp.portfolios.services.claims import set_claims
from lsp.portfolios.services.coverage import claim_states, coverage, scheme_choices
from lsp.roles import Role
from lsp.skkni.models import SchemeState
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.portfolios import make_claim, make_evidence, make_judgement
from tests.factories.skkni import make_scheme_version, make_unit


def claim(session: Session, evidence: Evidence, *criterion_ids: uuid.UUID) -> list[Claim]:
    return set_claims(
        session,
        evidence_id=evidence.id,
        person_id=evidence.owner_id,
        criterion_ids=criterion_ids,
        now=NOW,
    )


def test_claims_are_set_dropped_and_taken_up_again(session: Session) -> None:
    evidence, unit = make_evidence(session), make_unit(session)
    first, second = unit.elements[0].criteria
    assert {c.criterion_id for c in claim(session, evidence, first.id, second.id)} == {
        first.id,
        second.id,
    }
    assert [c.criterion_id for c in claim(session, evidence, second.id)] == [second.id]
    assert len(claim(session, evidence, first.id, second.id)) == 2
    assert session.query(Claim).filter_by(evidence_id=evidence.id).count() == 2


def test_a_judged_claim_stays(session: Session) -> None:
    evidence, unit = make_evidence(session), make_unit(session)
    first, second = unit.elements[0].criteria
    judged = make_claim(session, evidence=evidence, criterion=first)
    make_judgement(session, claim=judged, assessor=make_person(session, Role.ASSESSOR))
    with pytest.raises(Refusal, match=r"1\.1"):
        claim(session, evidence, second.id)
    assert len(claim(session, evidence, first.id, second.id)) == 2


def test_an_unknown_criterion_is_refused(session: Session) -> None:
    with pytest.raises(Refusal, match="Pilih KUK"):
        claim(session, make_evidence(session), uuid.uuid4())


def test_nobody_claims_with_another_persons_or_withdrawn_evidence(session: Session) -> None:
    criterion = make_unit(session).elements[0].criteria[0]
    with pytest.raises(NotFound):
        set_claims(
            session,
            evidence_id=make_evidence(session).id,
            person_id=make_person(session).id,
            criterion_ids=[criterion.id],
            now=NOW,
        )
    with pytest.raises(Refusal, match="ditarik"):
        claim(session, make_evidence(session, withdrawn_at=NOW), criterion.id)


def test_coverage_shows_every_criterion_in_order_with_own_claims_only(session: Session) -> None:
    owner = make_person(session)
    units = [make_unit(session), make_unit(session, elements=0)]
    version = make_scheme_version(session, units=units)
    criterion = units[0].elements[1].criteria[0]
    mine = make_claim(session, evidence=make_evidence(session, owner=owner), criterion=criterion)
    make_claim(session, criterion=criterion)
    make_claim(session, evidence=make_evidence(session, owner=owner))
    make_claim(
        session, evidence=make_evidence(session, owner=owner, withdrawn_at=NOW), criterion=criterion
    )
    make_claim(
        session,
        evidence=make_evidence(session, owner=owner),
        criterion=criterion,
        withdrawn_at=NOW,
    )
    shown = coverage(session, owner.id, version.id)
    assert [unit.unit_id for unit in shown] == [unit.id for unit in units]
    assert [c.label for c in shown[0].criteria] == ["1.1", "1.2", "2.1", "2.2"]
    claims = [each for c in shown[0].criteria for each in c.claims]
    assert [each.claim_id for each in claims] == [mine.id]
    assert shown[1].elements == ()


def test_coverage_carries_the_judgements_that_stand(session: Session) -> None:
    one, two = make_person(session, Role.ASSESSOR), make_person(session, Role.ASSESSOR)
    version = make_scheme_version(session)
    criterion = version.units[0].unit.elements[0].criteria[0]
    claimed = make_claim(session, criterion=criterion)
    make_judgement(session, claim=claimed, assessor=one, is_valid=False, reason="Bukan KUK ini")
    later = NOW + timedelta(minutes=1)
    make_judgement(session, claim=claimed, assessor=one, at=later)
    make_judgement(session, claim=claimed, assessor=two, at=later)
    shown = coverage(session, claimed.evidence.owner_id, version.id)[0].criteria[0]
    assert shown.state is CriterionState.MET
    view = shown.claims[0]
    assert len(view.judgements) == 2
    assert view.judgement is not None
    assert view.judgement.is_accepted
    states = claim_states(claimed.evidence)
    assert states == {ClaimState.ACCEPTED: 1}


@pytest.mark.parametrize("pieces", [1, 8])
def test_coverage_costs_three_statements_however_much_is_claimed(
    session: Session, statements: list[str], pieces: int
) -> None:
    owner, assessor = make_person(session), make_person(session, Role.ASSESSOR)
    version = make_scheme_version(session, units=[make_unit(session) for _ in range(pieces)])
    for scheme_unit in version.units:
        evidence = make_evidence(session, owner=owner)
        for element in scheme_unit.unit.elements:
            for criterion in element.criteria:
                claimed = make_claim(session, evidence=evidence, criterion=criterion)
                make_judgement(session, claim=claimed, assessor=assessor)
    owner_id, version_id = owner.id, version.id
    session.expire_all()
    statements.clear()
    shown = coverage(session, owner_id, version_id)
    assert all(unit.is_met for unit in shown)
    assert len(shown) == pieces
    assert len(statements) == 3


def test_the_scheme_one_claims_most_in_comes_first(session: Session) -> None:
    owner = make_person(session)
    versions = [make_scheme_version(session) for _ in range(3)]
    versions[0].state = SchemeState.REPLACED
    criterion = versions[2].units[0].unit.elements[0].criteria[0]
    make_claim(session, evidence=make_evidence(session, owner=owner), criterion=criterion)
    chosen = scheme_choices(session, owner.id)
    assert chosen[0].id == versions[2].id
    assert versions[0].id not in [version.id for version in chosen]
