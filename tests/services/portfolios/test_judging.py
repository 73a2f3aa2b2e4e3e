from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.audit import AuditEntry
from lsp.portfolios.models import Claim, Judgement
from lsp.portfolios.services.coverage import coverage
from lsp.portfolios.services.judging import judge_claim, judge_evidence
from lsp.portfolios.services.readers import grant_reader
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.portfolios import make_claim, make_evidence
from tests.factories.skkni import make_scheme_version

YES: dict[str, Any] = {
    "is_valid": True,
    "is_authentic": True,
    "is_current": True,
    "is_sufficient": True,
    "reason": "",
    "now": NOW,
}


def make_reader(session: Session, claim: Claim) -> Person:
    assessor = make_person(session, Role.ASSESSOR)
    grant_reader(session, owner_id=claim.evidence.owner_id, reader_id=assessor.id, now=NOW)
    return assessor


def judgements(session: Session, claim: Claim) -> list[Judgement]:
    query = sa.select(Judgement).where(Judgement.claim_id == claim.id).order_by(Judgement.at)
    return list(session.scalars(query))


def test_a_judgement_is_added_and_recorded_without_personal_data(session: Session) -> None:
    claim = make_claim(session)
    assessor = make_reader(session, claim)
    judge_claim(session, claim_id=claim.id, assessor_id=assessor.id, **YES)
    assert [each.is_accepted for each in judgements(session, claim)] == [True]
    entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject_type, entry.subject_id, entry.detail) == (
        "claim.judged",
        "claim",
        str(claim.id),
        {},
    )


def test_judging_again_adds_a_row_and_changes_none(session: Session) -> None:
    claim = make_claim(session)
    assessor = make_reader(session, claim)
    no = {**YES, "is_current": False, "reason": "Dari tahun 2019"}
    judge_claim(session, claim_id=claim.id, assessor_id=assessor.id, **no)
    later = {**YES, "now": NOW + timedelta(minutes=5)}
    judge_claim(session, claim_id=claim.id, assessor_id=assessor.id, **later)
    assert [each.is_accepted for each in judgements(session, claim)] == [False, True]


@pytest.mark.parametrize("side", ["is_valid", "is_authentic", "is_current", "is_sufficient"])
def test_a_no_needs_a_reason(session: Session, side: str) -> None:
    claim = make_claim(session)
    assessor = make_reader(session, claim)
    no = {**YES, side: False, "reason": "  "}
    with pytest.raises(Refusal, match="alasan"):
        judge_claim(session, claim_id=claim.id, assessor_id=assessor.id, **no)
    assert judgements(session, claim) == []


def test_whoever_was_not_let_in_finds_no_claim(session: Session) -> None:
    claim = make_claim(session)
    assessor = make_person(session, Role.ASSESSOR)
    with pytest.raises(NotFound):
        judge_claim(session, claim_id=claim.id, assessor_id=assessor.id, **YES)


def test_the_owner_cannot_judge_though_an_assessor_elsewhere(session: Session) -> None:
    owner = make_person(session, Role.CANDIDATE, Role.ASSESSOR)
    claim = make_claim(session, evidence=make_evidence(session, owner=owner))
    with pytest.raises(NotFound):
        judge_claim(session, claim_id=claim.id, assessor_id=owner.id, **YES)


def test_a_withdrawn_claim_is_not_judged(session: Session) -> None:
    claim = make_claim(session, withdrawn_at=NOW)
    assessor = make_reader(session, claim)
    with pytest.raises(Refusal, match="ditarik"):
        judge_claim(session, claim_id=claim.id, assessor_id=assessor.id, **YES)


def test_one_judgement_serves_all_open_claims_of_the_evidence_in_the_scheme(
    session: Session,
) -> None:
    version = make_scheme_version(session)
    criteria = [c for su in version.units for e in su.unit.elements for c in e.criteria]
    evidence = make_evidence(session)
    claims = [make_claim(session, evidence=evidence, criterion=c) for c in criteria[:3]]
    elsewhere = make_claim(session, evidence=evidence)
    other = make_claim(
        session,
        evidence=make_evidence(session, owner=session.get(Person, evidence.owner_id)),
        criterion=criteria[0],
    )
    assessor = make_reader(session, claims[0])
    no = {**YES, "is_valid": False, "reason": "Hanya untuk 1.1"}
    judge_claim(session, claim_id=claims[0].id, assessor_id=assessor.id, **no)
    given = {
        "evidence_id": evidence.id,
        "scheme_version_id": version.id,
        "assessor_id": assessor.id,
        **YES,
    }
    assert judge_evidence(session, **given) == 2
    shown = {
        view.claim_id: view
        for unit in coverage(session, evidence.owner_id, version.id)
        for criterion in unit.criteria
        for view in criterion.claims
    }
    accepted = [shown[claim.id].judgements[0].is_accepted for claim in claims]
    assert accepted == [False, True, True]
    assert judgements(session, elsewhere) == judgements(session, other) == []
    with pytest.raises(Refusal, match="sudah Anda nilai"):
        judge_evidence(session, **given)


def test_judging_a_whole_piece_needs_the_grant_too(session: Session) -> None:
    claim, version = make_claim(session), make_scheme_version(session)
    with pytest.raises(NotFound):
        judge_evidence(
            session,
            evidence_id=claim.evidence_id,
            scheme_version_id=version.id,
            assessor_id=make_person(session, Role.ASSESSOR).id,
            **YES,
        )
