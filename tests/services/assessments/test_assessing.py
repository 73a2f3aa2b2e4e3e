import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.assessments.models import Assessment, Signature
from lsp.assessments.rules.states import AssessmentState, Result
from lsp.assessments.services.assessing import (
    UnitChoice,
    agree,
    countersign_recommendation,
    facts,
    get_own_assessment,
    propose_agreement,
    recommend,
    review_self_assessment,
)
from lsp.assessments.services.assigning import assign, offered_assessors
from lsp.assessments.services.dossiers import read_dossier
from lsp.assessments.services.guarding import Unready
from lsp.assessments.services.self_assessment import save_self_assessment
from lsp.audit import AuditEntry
from lsp.exams.models import Seat
from lsp.portfolios.services.evidence import get_readable_evidence
from lsp.roles import Role
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.assessments import (
    Way,
    answer_self_assessment,
    give,
    judge,
    make_assessor,
    make_way,
    mark_exam,
    offer,
    recommend_all,
    review,
    sign_agreement,
)
from tests.factories.exams import make_exam_session
from tests.factories.portfolios import make_evidence
from tests.factories.skkni import make_scheme_version, make_unit

K, BK = Result.COMPETENT, Result.NOT_YET_COMPETENT


def _is_cleared(session: Session, way: Way) -> bool:
    seat_id = way.given.seat_id
    return session.scalar(sa.select(Seat.cleared_at).where(Seat.id == seat_id)) is not None


def test_assigning_takes_a_seat_and_opens_the_portfolio_to_the_assessor(session: Session) -> None:
    way = make_way(session, "accepted")
    evidence = make_evidence(session, owner=way.candidate)
    with pytest.raises(NotFound):
        get_readable_evidence(session, way.assessor.id, evidence.id)
    assessment = give(session, way)
    seat = session.get_one(Seat, assessment.seat_id)
    assert (seat.candidate_id, seat.marker_id) == (way.candidate.id, way.assessor.id)
    assert get_readable_evidence(session, way.assessor.id, evidence.id)
    assert not _is_cleared(session, way)


def test_assigning_twice_is_harmless_and_another_assessor_is_refused(session: Session) -> None:
    way = make_way(session, "assigned")
    first = way.given.id
    assert give(session, way).id == first
    way.assessor = make_assessor(session)
    with pytest.raises(Refusal):
        give(session, way)


def test_an_assessor_needs_the_role_and_a_registration(session: Session) -> None:
    way = make_way(session, "accepted")
    way.assessor = make_person(session, Role.COMMITTEE)
    with pytest.raises(Unready) as refused:
        give(session, way)
    assert len(refused.value.unmet) == 2


def test_a_candidate_who_is_an_assessor_too_does_not_assess_themself(session: Session) -> None:
    both = make_person(
        session, Role.CANDIDATE, Role.ASSESSOR, assessor_registration="MET.000.000002 2024"
    )
    way = make_way(session, "accepted", candidate=both)
    assert both.id not in {o.person.id for o in offered_assessors(session, way.application)}
    way.assessor = both
    with pytest.raises(Unready):
        give(session, way)


def test_nobody_assigns_their_own_application(session: Session) -> None:
    both = make_person(session, Role.CANDIDATE, Role.MANAGER)
    way = make_way(session, "accepted", candidate=both, manager=both)
    with pytest.raises(Unready):
        give(session, way)


def test_the_session_must_be_one_of_this_scheme(session: Session) -> None:
    way = make_way(session, "accepted")
    with pytest.raises(Refusal):
        assign(
            session,
            application_id=way.application.id,
            manager_id=way.manager.id,
            assessor_id=way.assessor.id,
            exam_session_id=make_exam_session(session).id,
            now=NOW,
        )


def test_the_same_office_is_offered_with_a_warning(session: Session) -> None:
    candidate = make_person(session, institution="Kementerian Uji")
    make_assessor(session, institution="kementerian uji", full_name="Sekantor")
    way = make_way(session, "accepted", candidate=candidate)
    offers = {o.person.full_name: o for o in offered_assessors(session, way.application)}
    assert offers["Sekantor"].warnings
    assert not offers[way.assessor.full_name].warnings


def test_another_assessors_assessment_does_not_exist(session: Session) -> None:
    way = make_way(session, "assigned")
    with pytest.raises(NotFound):
        get_own_assessment(session, make_assessor(session).id, way.given.id)


def test_apl02_is_reviewed_only_when_its_signature_still_holds(session: Session) -> None:
    way = make_way(session, "assigned")
    with pytest.raises(Unready):
        _review(session, way)
    answer_self_assessment(session, way)
    unit = way.version.units[0].unit
    save_self_assessment(
        session,
        candidate_id=way.candidate.id,
        application_id=way.application.id,
        unit_slug=unit.slug,
        answered={unit.elements[0].id: False},
        now=NOW,
    )
    with pytest.raises(Unready):
        _review(session, way)
    answer_self_assessment(session, way)
    _review(session, way)
    assert way.given.state is AssessmentState.REVIEWED


def test_not_going_on_needs_a_note_and_leaves_apl02_open(session: Session) -> None:
    way = make_way(session, "assigned")
    answer_self_assessment(session, way)
    with pytest.raises(Unready):
        _review(session, way, may_go_on=False)
    _review(session, way, may_go_on=False, note="Jawab ulang unit kedua")
    assert way.given.state is AssessmentState.ASSIGNED
    answer_self_assessment(session, way, competent=False)


def test_after_the_review_apl02_is_closed(session: Session) -> None:
    way = make_way(session, "reviewed")
    with pytest.raises(Refusal):
        answer_self_assessment(session, way)


def test_no_instrument_opens_before_both_signed_ak01(session: Session) -> None:
    way = make_way(session, "reviewed")
    with pytest.raises(Unready):
        sign_agreement(session, way)
    assert not _is_cleared(session, way)
    offer(session, way)
    assert not _is_cleared(session, way)
    sign_agreement(session, way)
    assert _is_cleared(session, way)
    assert way.given.state is AssessmentState.READY


def test_ak01_is_not_signed_before_apl02_is_reviewed(session: Session) -> None:
    way = make_way(session, "assigned")
    with pytest.raises(Refusal):
        offer(session, way)
    with pytest.raises(Refusal):
        sign_agreement(session, way)
    assert not _is_cleared(session, way)


def test_a_changed_agreement_must_be_signed_again_by_the_assessor(session: Session) -> None:
    way = make_way(session, "offered")
    way.exam.place = "TUK lain"
    session.flush()
    with pytest.raises(Unready):
        sign_agreement(session, way)
    offer(session, way)
    sign_agreement(session, way)
    assert _is_cleared(session, way)


def test_signing_the_agreement_twice_is_harmless(session: Session) -> None:
    way = make_way(session, "agreed")
    sign_agreement(session, way)
    offer(session, way)
    signed = sa.select(sa.func.count(Signature.id)).where(Signature.form_code == "AK.01")
    assert session.scalar(signed) == 2


def test_another_candidate_cannot_sign_the_agreement(session: Session) -> None:
    way = make_way(session, "offered")
    with pytest.raises(NotFound):
        agree(
            session,
            candidate_id=make_person(session).id,
            application_id=way.application.id,
            now=NOW,
        )


def test_an_agreement_needs_a_kind_of_evidence_from_the_form(session: Session) -> None:
    way = make_way(session, "reviewed")
    with pytest.raises(Refusal):
        propose_agreement(
            session,
            assessor_id=way.assessor.id,
            assessment_id=way.given.id,
            evidence_kinds=["ramalan"],
            now=NOW,
        )


def test_the_proposal_follows_portfolio_and_exam(session: Session) -> None:
    way = make_way(session, "agreed")
    judge(session, way, share=Decimal("0.5"))
    found = facts(session, way.given)
    assert {p.result for p in found.proposals.values()} == {BK}
    assert all(unit.criteria for unit in found.units)


def test_a_recommendation_waits_for_the_exam(session: Session) -> None:
    way = make_way(session, "agreed")
    with pytest.raises(Unready) as refused:
        recommend_all(session, way, note="Dilihat langsung")
    assert "ujian" in refused.value.unmet[0].text
    mark_exam(session, way)
    recommend_all(session, way, note="Dilihat langsung")
    assert way.given.state is AssessmentState.RECOMMENDED


def test_a_recommendation_needs_judged_evidence_or_a_note_on_the_unit(session: Session) -> None:
    way = make_way(session, "agreed")
    mark_exam(session, way)
    with pytest.raises(Unready) as refused:
        recommend_all(session, way)
    assert len(refused.value.unmet) == 2


def test_the_assessor_decides_against_the_proposal(session: Session) -> None:
    way = make_way(session, "judged")
    recommend_all(session, way, BK)
    assert way.given.recommendation is BK
    assert {row.result for row in way.given.units} == {BK}


def test_every_unit_needs_a_choice(session: Session) -> None:
    way = make_way(session, "judged")
    with pytest.raises(Refusal):
        recommend(
            session,
            assessor_id=way.assessor.id,
            assessment_id=way.given.id,
            choices={uuid.uuid4(): UnitChoice(K, ())},
            note="",
            now=NOW,
        )


def test_an_elective_unit_does_not_hold_the_scheme_back(session: Session) -> None:
    version = make_scheme_version(session, units=[make_unit(session), make_unit(session)])
    version.units[1].is_compulsory = False
    way = make_way(session, "judged", version=version)
    recommend(
        session,
        assessor_id=way.assessor.id,
        assessment_id=way.given.id,
        choices={
            version.units[0].unit_id: UnitChoice(K, ("portofolio",)),
            version.units[1].unit_id: UnitChoice(BK, ()),
        },
        note="",
        now=NOW,
    )
    assert way.given.recommendation is K


def test_recommending_twice_is_harmless_and_changing_it_is_refused(session: Session) -> None:
    way = make_way(session)
    recommend_all(session, way)
    counted = sa.select(sa.func.count()).where(AuditEntry.action == "assessment.recommended")
    assert session.scalar(counted) == 1
    with pytest.raises(Refusal):
        recommend_all(session, way, BK)


def test_the_candidate_signs_ak02_afterwards_and_nothing_waits_for_it(session: Session) -> None:
    way = make_way(session)
    assert not read_dossier(session, way.given).is_signed("AK.02", "candidate")
    countersign_recommendation(
        session, candidate_id=way.candidate.id, application_id=way.application.id, now=NOW
    )
    assert read_dossier(session, way.given).is_signed("AK.02", "candidate")


def test_a_change_after_signing_shows_as_broken(session: Session) -> None:
    way = make_way(session)
    assert all(view.holds for view in read_dossier(session, way.given).signatures)
    way.given.units[0].note = "Ditambah belakangan"
    way.application.form = {**way.application.form, "position": "Direktur"}
    session.flush()
    broken = {v.form_code for v in read_dossier(session, way.given).signatures if not v.holds}
    assert broken == {"AK.02", "APL.01"}


def test_a_signature_cannot_be_changed_or_removed(session: Session) -> None:
    make_way(session, "submitted")
    for statement in (sa.update(Signature).values(role="x"), sa.delete(Signature)):
        with pytest.raises(sa.exc.DatabaseError), session.begin_nested():
            session.execute(statement)


def test_a_dossier_costs_the_same_statements_however_large(
    session: Session, statements: list[str]
) -> None:
    counts = []
    for size in (1, 4):
        units = [make_unit(session, elements=size) for _ in range(size)]
        version = make_scheme_version(session, units=units)
        assessment_id = make_way(session, version=version).given.id
        session.expire_all()
        statements.clear()
        assessment = session.get_one(Assessment, assessment_id)
        read_dossier(session, get_own_assessment(session, assessment.assessor_id, assessment_id))
        counts.append(len(statements))
    assert counts[0] == counts[1]


def _review(session: Session, way: Way, *, may_go_on: bool = True, note: str = "") -> None:
    review_self_assessment(
        session,
        assessor_id=way.assessor.id,
        assessment_id=way.given.id,
        may_go_on=may_go_on,
        note=note,
        now=NOW,
    )


def test_reviewing_twice_is_harmless(session: Session) -> None:
    way = make_way(session, "assigned")
    review(session, way)
    _review(session, way)
    assert way.given.state is AssessmentState.REVIEWED
