"""What one person does in the demonstration, each a verb, each through the services."""

import io
import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lsp.assessments.models import Application, Assessment
from lsp.assessments.rules.states import Result, Verdict
from lsp.assessments.services.applications import (
    attach_prerequisite,
    save_apl01,
    start_application,
    submit_application,
)
from lsp.assessments.services.assessing import (
    UnitChoice,
    agree,
    countersign_recommendation,
    propose_agreement,
    recommend,
    review_self_assessment,
)
from lsp.assessments.services.assigning import assign
from lsp.assessments.services.checking import check_application
from lsp.assessments.services.decisions import cast_vote
from lsp.assessments.services.self_assessment import (
    save_self_assessment,
    sign_self_assessment,
    units_with_criteria,
)
from lsp.demo.cast import CANDIDATES, Member
from lsp.demo.documents import PORTFOLIO, PREREQUISITES, Document, draw_document
from lsp.demo.stage import Stage
from lsp.exams.models import ExamSession, ItemRevision, PaperQuestion, Script, Seat
from lsp.exams.rules.journal import Arriving, first_seq
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.closing import submit_attempt
from lsp.exams.services.marking import Given, aspects_of, give_mark
from lsp.exams.services.sitting.attempts import open_window
from lsp.exams.services.sitting.saving import Fate, save_answers
from lsp.exams.services.sitting.seats import start_attempt
from lsp.portfolios.services.claims import set_claims
from lsp.portfolios.services.evidence import add_evidence, own_evidence, receive_file
from lsp.portfolios.services.judging import judge_evidence

#: How long after the end an answer may arrive.
GRACE = timedelta(minutes=2)


def _member(name: str) -> Member:
    return next(member for member in CANDIDATES if member.name == name)


def show(stage: Stage, name: str, document: Document, now: datetime) -> uuid.UUID:
    """Upload a document as evidence and claim the criteria it shows."""
    member = _member(name)
    pdf = draw_document(document, office=member.institution, author=member.full_name)
    file = receive_file(
        stage.storage,
        io.BytesIO(pdf),
        filename=f"{document.title.lower().replace(' ', '-')}.pdf",
        megabytes=stage.settings.evidence_megabytes,
    )
    evidence = add_evidence(
        stage.session,
        owner_id=stage.id_of(name),
        file=file,
        title=document.title,
        kind=document.kind,
        made_on=(now - timedelta(days=120)).date(),
        contribution=document.contribution,
        now=now,
    )
    wanted = [
        stage.criteria[code, label] for code, labels in document.shows.items() for label in labels
    ]
    if wanted:
        set_claims(
            stage.session,
            evidence_id=evidence.id,
            person_id=stage.id_of(name),
            criterion_ids=wanted,
            now=now,
        )
    return evidence.id


def apply(stage: Stage, name: str, now: datetime) -> Application:
    """APL.01 with its prerequisites and APL.02, both signed."""
    member, person_id = _member(name), stage.id_of(name)
    application = start_application(
        stage.session, candidate_id=person_id, scheme_version_id=stage.version.id, now=now
    )
    values: dict[str, Any] = {
        **member.apl01,
        "institution": member.institution,
        "work_unit": member.work_unit,
        "position": member.position,
        "purpose": "Sertifikasi",
        "accommodation": "",
        "accommodation_needed": "no",
    }
    save_apl01(stage.session, application, values, vault=stage.vault)
    for check, (title, text) in zip(application.prerequisites, PREREQUISITES, strict=True):
        document = Document(title, "prasyarat", {}, title, (text,))
        attach_prerequisite(
            stage.session,
            application,
            position=check.position,
            evidence_id=show(stage, name, document, now),
        )
    submit_application(
        stage.session,
        candidate_id=person_id,
        application_id=application.id,
        consent=True,
        vault=stage.vault,
        today=now.date(),
        now=now,
    )
    for document in PORTFOLIO:
        show(stage, name, document, now)
    for row in units_with_criteria(stage.session, stage.version.id):
        save_self_assessment(
            stage.session,
            candidate_id=person_id,
            application_id=application.id,
            unit_slug=row.unit.slug,
            answered={element.id: True for element in row.unit.elements},
            now=now,
        )
    sign_self_assessment(
        stage.session, candidate_id=person_id, application_id=application.id, now=now
    )
    return application


def agree_on_assessment(
    stage: Stage, name: str, exam: ExamSession, now: datetime, *, assessor: str
) -> Assessment:
    """Applied, accepted, assigned, APL.02 reviewed, AK.01 signed by both."""
    application = apply(stage, name, now)
    next_day = now + timedelta(days=1)
    check_application(
        stage.session,
        application_id=application.id,
        checker_id=stage.id_of("admin"),
        verdict=Verdict.ACCEPT,
        prerequisites={row.position: (True, "") for row in application.prerequisites},
        note="",
        today=next_day.date(),
        now=next_day,
    )
    assessment = assign(
        stage.session,
        application_id=application.id,
        manager_id=stage.id_of("manajer"),
        assessor_id=stage.id_of(assessor),
        exam_session_id=exam.id,
        now=next_day,
    )
    by_assessor = {"assessor_id": stage.id_of(assessor), "assessment_id": assessment.id}
    review_self_assessment(
        stage.session, **by_assessor, may_go_on=True, note="Bukti lengkap.", now=next_day
    )
    propose_agreement(
        stage.session,
        **by_assessor,
        evidence_kinds=["verifikasi_portofolio", "tes_tulis"],
        now=next_day,
    )
    agree(
        stage.session,
        candidate_id=stage.id_of(name),
        application_id=application.id,
        now=next_day + timedelta(hours=2),
    )
    return assessment


def sit_exam(
    stage: Stage, name: str, assessment: Assessment, now: datetime, *, skipped: frozenset[int]
) -> uuid.UUID:
    """Sit the exam, answering rightly but for the skipped positions; returns the attempt."""
    return sit(stage, name, assessment.seat, now, skipped=skipped)


def sit(
    stage: Stage,
    name: str,
    seat: Seat,
    now: datetime,
    *,
    skipped: frozenset[int] = frozenset(),
    leaves_out: int = 1,
) -> uuid.UUID:
    """Sit at a seat that is cleared; essays leave out the sentence of this number in three."""
    person_id = stage.id_of(name)
    attempt = start_attempt(
        stage.session,
        person_id=person_id,
        seat_id=seat.id,
        token=seat.session.token,
        now=now,
    )
    questions = stage.session.execute(
        sa.select(PaperQuestion.position, ItemRevision)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .where(PaperQuestion.paper_id == attempt.paper_id)
        .order_by(PaperQuestion.position)
    ).tuples()
    window = open_window(stage.session, person_id=person_id, attempt_id=attempt.id)
    answers = [
        Arriving(position=position, seq=seq, response=_response(revision, leaves_out))
        for seq, (position, revision) in enumerate(questions, first_seq(window))
        if position not in skipped
    ]
    later = now + timedelta(minutes=48)
    saved = save_answers(
        stage.session,
        person_id=person_id,
        attempt_id=attempt.id,
        window=window,
        answers=answers,
        now=later,
        grace=GRACE,
    )
    if any(answer.fate is not Fate.SAVED for answer in saved.answers):
        raise RuntimeError(f"answers were not saved: {saved.answers}")
    submit_attempt(
        stage.session, person_id=person_id, attempt_id=attempt.id, now=later, grace=GRACE
    )
    return attempt.id


def _response(revision: ItemRevision, leaves_out: int) -> dict[str, Any]:
    """A right answer, read from the key."""
    key = revision.key
    match revision.type:
        case ItemType.SINGLE_CHOICE:
            return {"choice": key["correct"][0]}
        case ItemType.MULTIPLE_CHOICE:
            return {"choices": key["correct"]}
        case ItemType.TRUE_FALSE:
            return {"value": key["answer"]}
        case ItemType.SHORT_ANSWER:
            return {"text": key["accepted"][0]}
        case ItemType.NUMERICAL:
            return {"text": str(key["value"])}
        case ItemType.MATCHING:
            return {"pairs": key["pairs"]}
        case ItemType.ESSAY:
            return {"text": _in_own_words(key["model_answer"], leaves_out)}
        case ItemType.ORDERING:
            return {"order": key["order"]}
        case ItemType.GAP_FILL:
            return {"gaps": {gap: _filling(part) for gap, part in key["gaps"].items()}}
        case ItemType.HOTSPOT | ItemType.FILE_UPLOAD | ItemType.ORAL:
            raise NotImplementedError(f"the demonstration has no {revision.type} yet")


def _filling(key: dict[str, Any]) -> str:
    """What fills a gap rightly: the id of a choice, an accepted text, or a number."""
    if "correct" in key:
        return str(key["correct"][0])
    return str(key["accepted"][0] if "accepted" in key else key["value"])


def _in_own_words(model_answer: str, leaves_out: int) -> str:
    """An essay as somebody writes it who knows most of it: shorter, in another order."""
    first, *rest = model_answer.replace("\n", " ").split(". ")
    kept = [sentence for number, sentence in enumerate(rest) if number % 3 != leaves_out]
    return ". ".join(["Menurut saya " + first[:1].lower() + first[1:], *kept]).strip()


def judge_portfolio(
    stage: Stage, name: str, assessor: str, now: datetime, *, limit: int | None = None
) -> None:
    """Judge a candidate's claimed evidence as valid, authentic, current and sufficient."""
    shown = [
        row for row in own_evidence(stage.session, stage.id_of(name)) if row.kind != "prasyarat"
    ]
    for evidence in shown[:limit]:
        judge_evidence(
            stage.session,
            evidence_id=evidence.id,
            scheme_version_id=stage.version.id,
            assessor_id=stage.id_of(assessor),
            is_valid=True,
            is_authentic=True,
            is_current=True,
            is_sufficient=True,
            reason="",
            now=now,
        )


def mark_everything(stage: Stage, attempt_id: uuid.UUID, assessor: str, now: datetime) -> None:
    """Mark what the key left of a sitting, a point below the best in the last aspect."""
    scripts = stage.session.scalars(sa.select(Script).where(Script.attempt_id == attempt_id))
    for script in scripts.all():
        points = [most for _, most in aspects_of(script.revision, script.max_score)]
        give_mark(
            stage.session,
            script_id=script.id,
            marker_id=stage.id_of(assessor),
            given=Given(
                aspects=[*points[:-1], points[-1] - 1],
                comment="Runtut; contoh tindak lanjut masih umum.",
            ),
            now=now,
        )


def assess(
    stage: Stage, name: str, exam: ExamSession, now: datetime, *, skipped: frozenset[int]
) -> Assessment:
    """From application to the assessor's recommendation, signed by both."""
    assessor = "asesor2"
    assessment = agree_on_assessment(stage, name, exam, now, assessor=assessor)
    attempt_id = sit_exam(stage, name, assessment, now + timedelta(days=6), skipped=skipped)
    marked = now + timedelta(days=7)
    judge_portfolio(stage, name, assessor, marked)
    mark_everything(stage, attempt_id, assessor, marked)
    choices = {
        row.unit_id: UnitChoice(Result.COMPETENT, ("portofolio", "tertulis"))
        for row in units_with_criteria(stage.session, stage.version.id)
    }
    recommend(
        stage.session,
        assessor_id=stage.id_of(assessor),
        assessment_id=assessment.id,
        choices=choices,
        note="Bukti kuat dan konsisten dengan jawaban tertulis.",
        now=marked,
    )
    countersign_recommendation(
        stage.session,
        candidate_id=stage.id_of(name),
        application_id=assessment.application_id,
        now=marked + timedelta(hours=3),
    )
    return assessment


def vote(stage: Stage, assessment: Assessment, name: str, now: datetime) -> uuid.UUID | None:
    """One member finds the candidate competent; returns the decision if this vote made one."""
    decision = cast_vote(
        stage.session,
        assessment_id=assessment.id,
        member_id=stage.id_of(name),
        round=1,
        vote=Result.COMPETENT,
        reason="",
        quorum=stage.settings.committee_quorum,
        today=now.date(),
        now=now,
    )
    return decision.id if decision else None
