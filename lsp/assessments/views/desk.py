"""The assessor's desk: what is left to do, and one assessment with all its steps."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.staff import (
    AgreementForm,
    RecommendationForm,
    ReviewForm,
    recommendation_form,
)
from lsp.assessments.models import Assessment
from lsp.assessments.rules.apl01 import SECTION_TITLES, Section
from lsp.assessments.rules.statements import AGREEMENT, BASES, EVIDENCE_KINDS
from lsp.assessments.rules.states import AssessmentState
from lsp.assessments.services.applications import stored_nik
from lsp.assessments.services.assessing import (
    facts,
    get_own_assessment,
    newest_units,
    propose_agreement,
    recommend,
    review_self_assessment,
)
from lsp.assessments.services.dossiers import count_assessments, list_assessments, read_dossier
from lsp.assessments.views import PAGE_SIZE, asked_page, assessments, show_refusal
from lsp.assessments.views.apl01 import answers_of
from lsp.forms import Form
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, parts, session

OPEN = (AssessmentState.ASSIGNED, AssessmentState.REVIEWED, AssessmentState.READY)
OVER = (AssessmentState.RECOMMENDED, AssessmentState.DECIDED)


@assessments.get("/asesmen")
@may("assessment.assess")
def desk() -> ResponseReturnValue:
    """My assessments: those that wait for me, or those I have finished."""
    is_over = request.args.get("selesai") == "1"
    states, own = OVER if is_over else OPEN, me().person_id
    page = asked_page(count_assessments(session, states=states, assessor_id=own))
    return render_template(
        "assessments/desk.html",
        page=page,
        is_over=is_over,
        rows=list_assessments(
            session, states=states, assessor_id=own, offset=page.offset, limit=PAGE_SIZE
        ),
        State=AssessmentState,
    )


@assessments.get("/asesmen/<uuid:assessment_id>")
@may("assessment.assess")
def assessment(assessment_id: UUID) -> ResponseReturnValue:
    """One assessment, step by step."""
    return _page(get_own_assessment(session, me().person_id, assessment_id))


def _page(
    assessment: Assessment,
    *,
    review: ReviewForm | None = None,
    agreement: AgreementForm | None = None,
    recommendation: RecommendationForm | None = None,
) -> str:
    """The page; a form given is the one that was refused."""
    dossier = read_dossier(session, assessment)
    refused: Form | None = review or agreement or recommendation
    nik = stored_nik(assessment.application, parts().vault)
    return render_template(
        "assessments/assessment.html",
        assessment=assessment,
        application=assessment.application,
        dossier=dossier,
        form=refused,
        review_form=review or ReviewForm(data={"review_note": assessment.self_assessment_note}),
        agreement_form=agreement
        or AgreementForm(
            data={
                "evidence_kinds": assessment.evidence_kinds
                or ["verifikasi_portofolio", "tes_tulis"]
            }
        ),
        recommendation_form=recommendation
        or recommendation_form(
            dossier.facts.units,
            dossier.facts.proposals,
            dossier.recommended,
            assessment.recommendation_note,
        ),
        statements=AGREEMENT,
        evidence_kinds=EVIDENCE_KINDS,
        bases=BASES,
        State=AssessmentState,
        sections=SECTION_TITLES,
        Section=Section,
        **answers_of(assessment.application, nik),
    )


def _done(assessment_id: UUID, text: str, step: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for(".assessment", assessment_id=assessment_id, _anchor=step))


def _refused(assessment_id: UUID, refusal: Refusal, form: Form, **forms: Any) -> str:
    session.rollback()
    show_refusal(form, refusal)
    return _page(get_own_assessment(session, me().person_id, assessment_id), **forms)


@assessments.post("/asesmen/<uuid:assessment_id>/tinjau-apl-02")
@may("assessment.assess")
def review(assessment_id: UUID) -> ResponseReturnValue:
    """Whether the assessment may go on after APL.02."""
    own = get_own_assessment(session, me().person_id, assessment_id)
    form = ReviewForm()
    if not form.validate():
        return _page(own, review=form)
    try:
        review_self_assessment(
            session,
            assessor_id=me().person_id,
            assessment_id=assessment_id,
            may_go_on=bool(form.may_go_on.answer),
            note=form.review_note.data or "",
            now=now(),
        )
    except Refusal as refusal:
        return _refused(assessment_id, refusal, form, review=form)
    session.commit()
    return _done(assessment_id, _("Tinjauan APL.02 tersimpan."), "apl-02")


@assessments.post("/asesmen/<uuid:assessment_id>/persetujuan")
@may("assessment.assess")
def sign_agreement(assessment_id: UUID) -> ResponseReturnValue:
    """Fill AK.01 and sign it as the assessor."""
    own = get_own_assessment(session, me().person_id, assessment_id)
    form = AgreementForm()
    if not form.validate():
        return _page(own, agreement=form)
    try:
        propose_agreement(
            session,
            assessor_id=me().person_id,
            assessment_id=assessment_id,
            evidence_kinds=form.evidence_kinds.data or [],
            now=now(),
        )
    except Refusal as refusal:
        return _refused(assessment_id, refusal, form, agreement=form)
    session.commit()
    return _done(assessment_id, _("AK.01 ditandatangani. Sekarang giliran asesi."), "ak-01")


@assessments.post("/asesmen/<uuid:assessment_id>/rekomendasi")
@may("assessment.assess")
def record_recommendation(assessment_id: UUID) -> ResponseReturnValue:
    """Record AK.02 and sign it."""
    own = get_own_assessment(session, me().person_id, assessment_id)
    known = facts(session, own)
    form = recommendation_form(
        known.units,
        known.proposals,
        {row.unit_id: row for row in newest_units(own)},
        own.recommendation_note,
    )
    if not form.validate():
        return _page(own, recommendation=form)
    try:
        recommend(
            session,
            assessor_id=me().person_id,
            assessment_id=assessment_id,
            choices=form.choices_made(),
            note=form.comment.data or "",
            now=now(),
        )
    except Refusal as refusal:
        return _refused(assessment_id, refusal, form, recommendation=form)
    session.commit()
    return _done(assessment_id, _("Rekomendasi dicatat dan diteruskan ke pleno."), "ak-02")
