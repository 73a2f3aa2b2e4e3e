"""The assessor's work: review APL.02, agree (AK.01), weigh the evidence, recommend (AK.02)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from lsp import audit
from lsp.assessments.models import (
    Application,
    Assessment,
    Decision,
    PrerequisiteCheck,
    UnitRecommendation,
    Vote,
)
from lsp.assessments.rules import moves, statements
from lsp.assessments.rules.rollup import (
    Proposal,
    UnitEvidence,
    criterion_standing,
    propose,
    scheme_result,
)
from lsp.assessments.rules.states import AssessmentState, Result
from lsp.assessments.services import signatures
from lsp.assessments.services.contents import (
    AK01,
    AK02,
    APL02,
    ak01_content,
    ak02_content,
    apl02_content,
)
from lsp.assessments.services.guarding import demand, locked
from lsp.assessments.services.signatures import Signer
from lsp.exams.models import Seat
from lsp.exams.services.results import ExamResult, exam_result, rely_on_result
from lsp.exams.services.seats import clear_seat
from lsp.portfolios.services.coverage import UnitCoverage, coverage
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal


@dataclass(frozen=True)
class UnitChoice:
    """What the assessor says of one unit on AK.02."""

    result: Result
    basis: Sequence[str]
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """What speaks for and against each unit, read together from portfolio and exam."""

    coverage: list[UnitCoverage]
    exam: ExamResult
    units: list[UnitEvidence]
    proposals: dict[uuid.UUID, Proposal]


def with_assessment() -> list[ExecutableOption]:
    """What every page of an assessment shows, loaded in a fixed number of statements."""
    application = joinedload(Assessment.application)
    version = application.joinedload(Application.scheme_version)
    return [
        joinedload(Assessment.assessor),
        joinedload(Assessment.seat).joinedload(Seat.session),
        application.joinedload(Application.candidate),
        application.selectinload(Application.prerequisites).joinedload(PrerequisiteCheck.evidence),
        application.selectinload(Application.self_assessment),
        version.joinedload(SchemeVersion.scheme),
        version.selectinload(SchemeVersion.units),
        selectinload(Assessment.units),
        selectinload(Assessment.votes).joinedload(Vote.member),
        selectinload(Assessment.decisions),
    ]


def get_own_assessment(
    session: Session, assessor_id: uuid.UUID, assessment_id: uuid.UUID
) -> Assessment:
    """An assessment given to this assessor. Raises NotFound for anybody else's."""
    return _get(session, Assessment.id == assessment_id, Assessment.assessor_id == assessor_id)


def get_assessment_of(
    session: Session, candidate_id: uuid.UUID, application_id: uuid.UUID
) -> Assessment:
    """The assessment of a candidate's own application. Raises NotFound before it is assigned."""
    return _get(
        session,
        Assessment.application_id == application_id,
        Assessment.application.has(Application.candidate_id == candidate_id),
    )


def _get(session: Session, *where: sa.ColumnElement[bool]) -> Assessment:
    assessment = session.scalars(
        sa.select(Assessment).where(*where).options(*with_assessment())
    ).one_or_none()
    if assessment is None:
        raise NotFound
    return assessment


def current_round(session: Session, assessment_id: uuid.UUID) -> int:
    """The decision round an assessment is in, from 1: each decision closes one."""
    decided = session.scalar(
        sa.select(sa.func.max(Decision.round)).where(Decision.assessment_id == assessment_id)
    )
    return (decided or 0) + 1


def facts(session: Session, assessment: Assessment) -> Facts:
    """Portfolio and exam of the candidate, and the proposal they make on each unit."""
    application = assessment.application
    version = application.scheme_version
    covered = coverage(session, application.candidate_id, version.id)
    exam = exam_result(session, assessment.seat_id)
    compulsory = {row.unit_id: row.is_compulsory for row in version.units}
    percents = {row.unit_id: row.percent for row in exam.units}
    units = [unit_evidence(unit, compulsory.get(unit.unit_id, True)) for unit in covered]
    proposals = {
        unit.unit_id: propose(
            unit,
            exam_percent=percents.get(unit.unit_id),
            pass_percent=exam.rule.percent if exam.rule else version.exam_pass_percent,
            exam_is_marked=exam.state == "marked",
            rule=exam.rule,
            verdict=exam.verdicts.get(unit.unit_id),
        )
        for unit in units
    }
    return Facts(covered, exam, units, proposals)


def unit_evidence(unit: UnitCoverage, is_compulsory: bool) -> UnitEvidence:
    """A unit's portfolio as the rules want it."""
    return UnitEvidence(
        unit_id=unit.unit_id,
        title=f"{unit.code} {unit.title}" if unit.code else unit.title,
        is_compulsory=is_compulsory,
        criteria=tuple(
            (
                criterion.label,
                criterion_standing(
                    None if claim.judgement is None else claim.judgement.is_accepted
                    for claim in criterion.claims
                ),
            )
            for element in unit.elements
            for criterion in element.criteria
        ),
    )


def review_self_assessment(
    session: Session,
    *,
    assessor_id: uuid.UUID,
    assessment_id: uuid.UUID,
    may_go_on: bool,
    note: str,
    now: datetime,
) -> Assessment:
    """Say whether the assessment may go on after reading APL.02.

    "May not" needs a note and leaves APL.02 with the candidate, who mends it and signs again.
    Raises Unready while the candidate's signature does not cover APL.02 as it stands.
    """
    locked(session, Assessment, assessment_id)
    assessment = get_own_assessment(session, assessor_id, assessment_id)
    # The candidate's changes lock the application: none slips in between reading and signing.
    locked(session, Application, assessment.application_id)
    if assessment.state is AssessmentState.REVIEWED and may_go_on:
        return assessment
    if assessment.state is not AssessmentState.ASSIGNED:
        raise Refusal(N_("APL.02 ini sudah ditinjau"))
    content = apl02_content(assessment.application)
    signed = signatures.holds(
        session,
        form_code=APL02,
        application_id=assessment.application_id,
        role=Signer.CANDIDATE,
        content=content,
    )
    demand(moves.self_assessment_signed(signed), [] if may_go_on else moves.reason_given(note))
    assessment.self_assessment_note = note
    if may_go_on:
        assessment.state = AssessmentState.REVIEWED
        signatures.sign(
            session,
            form_code=APL02,
            application_id=assessment.application_id,
            person_id=assessor_id,
            role=Signer.ASSESSOR,
            content=content,
            now=now,
        )
    audit.record(
        session,
        action="self_assessment.reviewed",
        subject_type="assessment",
        subject_id=assessment.id,
        actor_id=assessor_id,
        now=now,
        detail={"may_go_on": may_go_on},
    )
    return assessment


def propose_agreement(
    session: Session,
    *,
    assessor_id: uuid.UUID,
    assessment_id: uuid.UUID,
    evidence_kinds: Sequence[str],
    now: datetime,
) -> Assessment:
    """The assessor fills AK.01 with the kinds of evidence and signs it first."""
    locked(session, Assessment, assessment_id)
    assessment = get_own_assessment(session, assessor_id, assessment_id)
    kinds = [kind for kind in statements.EVIDENCE_KINDS if kind in evidence_kinds]
    if assessment.state is AssessmentState.READY and kinds == assessment.evidence_kinds:
        return assessment
    if assessment.state is not AssessmentState.REVIEWED:
        raise Refusal(N_("AK.01 ditandatangani setelah APL.02 ditinjau dan sebelum ujian dibuka"))
    if not kinds:
        raise Refusal(N_("Pilih paling sedikit satu jenis bukti"))
    assessment.evidence_kinds = kinds
    _sign_agreement(session, assessment, assessor_id, Signer.ASSESSOR, now)
    return assessment


def agree(
    session: Session, *, candidate_id: uuid.UUID, application_id: uuid.UUID, now: datetime
) -> Assessment:
    """The candidate signs AK.01; with both signatures the exam seat is cleared.

    No instrument opens before this. Raises Unready while the assessor has not signed what AK.01
    says now.
    """
    found = get_assessment_of(session, candidate_id, application_id)
    locked(session, Assessment, found.id)
    assessment = get_assessment_of(session, candidate_id, application_id)
    by_candidate = _holds_agreement(session, assessment, Signer.CANDIDATE)
    if assessment.state is not AssessmentState.REVIEWED:
        if by_candidate:
            return assessment
        raise Refusal(N_("AK.01 belum dapat ditandatangani"))
    by_assessor = _holds_agreement(session, assessment, Signer.ASSESSOR)
    demand(moves.agreement_signed(by_assessor=by_assessor, by_candidate=True))
    _sign_agreement(session, assessment, candidate_id, Signer.CANDIDATE, now)
    assessment.state = AssessmentState.READY
    clear_seat(session, assessment.seat_id, now)
    session.flush()
    return assessment


def _holds_agreement(session: Session, assessment: Assessment, role: Signer) -> bool:
    return signatures.holds(
        session,
        form_code=AK01,
        application_id=assessment.application_id,
        role=role,
        content=ak01_content(assessment),
    )


def _sign_agreement(
    session: Session, assessment: Assessment, person_id: uuid.UUID, role: Signer, now: datetime
) -> None:
    if _holds_agreement(session, assessment, role):
        return
    signatures.sign(
        session,
        form_code=AK01,
        application_id=assessment.application_id,
        person_id=person_id,
        role=role,
        content=ak01_content(assessment),
        now=now,
    )
    audit.record(
        session,
        action="agreement.signed",
        subject_type="assessment",
        subject_id=assessment.id,
        actor_id=person_id,
        now=now,
        detail={"role": role.value},
    )


def recommend(
    session: Session,
    *,
    assessor_id: uuid.UUID,
    assessment_id: uuid.UUID,
    choices: Mapping[uuid.UUID, UnitChoice],
    note: str,
    now: datetime,
) -> Assessment:
    """Record AK.02: K or BK on each unit, and what follows for the scheme; sign it.

    From here on no marker changes a mark of the exam alone. Raises Unready until the exam is
    marked and each criterion of a compulsory unit is judged or explained. The same record twice
    is harmless.
    """
    locked(session, Assessment, assessment_id)
    assessment = get_own_assessment(session, assessor_id, assessment_id)
    round_ = current_round(session, assessment_id)
    if assessment.state is AssessmentState.RECOMMENDED and _is_recorded(
        assessment, round_, choices, note
    ):
        return assessment
    if assessment.state is not AssessmentState.READY:
        raise Refusal(N_("Rekomendasi tidak dapat dicatat pada tahap ini"))
    rely_on_result(session, assessment.seat_id, now)
    known = facts(session, assessment)
    missing = [unit for unit in known.units if unit.unit_id not in choices]
    if missing:
        raise Refusal(N_("Pilih K atau BK untuk %(unit)s"), unit=missing[0].title)
    if any(choice.result is Result.FOLLOW_UP for choice in choices.values()):
        raise Refusal(N_("Asesor merekomendasikan K atau BK"))
    demand(
        moves.exam_marked(known.exam.state, known.exam.unmarked),
        moves.criteria_judged([(unit, choices[unit.unit_id].note) for unit in known.units]),
    )
    rows = [_row(unit.unit_id, round_, choices[unit.unit_id]) for unit in known.units]
    assessment.units.extend(rows)
    assessment.recommendation = scheme_result(
        (unit.is_compulsory, choices[unit.unit_id].result) for unit in known.units
    )
    assessment.recommendation_note = note
    assessment.recommended_at = now
    assessment.state = AssessmentState.RECOMMENDED
    session.flush()
    signatures.sign(
        session,
        form_code=AK02,
        application_id=assessment.application_id,
        person_id=assessor_id,
        role=Signer.ASSESSOR,
        content=ak02_content(assessment, rows),
        now=now,
    )
    audit.record(
        session,
        action="assessment.recommended",
        subject_type="assessment",
        subject_id=assessment.id,
        actor_id=assessor_id,
        now=now,
        detail={"round": round_, "result": assessment.recommendation.value},
    )
    return assessment


def _row(unit_id: uuid.UUID, round_: int, choice: UnitChoice) -> UnitRecommendation:
    return UnitRecommendation(
        unit_id=unit_id,
        round=round_,
        result=choice.result,
        basis=[basis for basis in statements.BASES if basis in choice.basis],
        note=choice.note,
    )


def _is_recorded(
    assessment: Assessment, round_: int, choices: Mapping[uuid.UUID, UnitChoice], note: str
) -> bool:
    kept = {
        row.unit_id: (row.result, set(row.basis), row.note)
        for row in assessment.units
        if row.round == round_
    }
    asked = {
        unit_id: (choice.result, set(choice.basis), choice.note)
        for unit_id, choice in choices.items()
    }
    return kept == asked and assessment.recommendation_note == note


def newest_units(assessment: Assessment) -> list[UnitRecommendation]:
    """The newest round of AK.02, empty before the first."""
    newest = max((row.round for row in assessment.units), default=0)
    return [row for row in assessment.units if row.round == newest]


def countersign_recommendation(
    session: Session, *, candidate_id: uuid.UUID, application_id: uuid.UUID, now: datetime
) -> None:
    """The candidate signs AK.02 after reading it; asked for, never needed to go on."""
    assessment = get_assessment_of(session, candidate_id, application_id)
    if assessment.state not in (AssessmentState.RECOMMENDED, AssessmentState.DECIDED):
        raise Refusal(N_("Rekomendasi asesor belum ada"))
    signatures.sign(
        session,
        form_code=AK02,
        application_id=application_id,
        person_id=candidate_id,
        role=Signer.CANDIDATE,
        content=ak02_content(assessment, newest_units(assessment)),
        now=now,
    )
