"""What the candidate reads and signs once an assessor is there: AK.01 and AK.02."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.application import SignForm
from lsp.assessments.rules.statements import AGREEMENT, BASES, EVIDENCE_KINDS, RECOMMENDATION
from lsp.assessments.rules.states import AssessmentState
from lsp.assessments.services.assessing import (
    agree,
    countersign_recommendation,
    get_assessment_of,
)
from lsp.assessments.services.dossiers import read_dossier
from lsp.assessments.views import assessments, show_refusal
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, session


@assessments.route("/sertifikasi-saya/<uuid:application_id>/persetujuan", methods=["GET", "POST"])
@may("application.own")
def agreement(application_id: UUID) -> ResponseReturnValue:
    """FR.AK.01 for the candidate: what will happen, one's rights, and the signature."""
    form = SignForm()
    if request.method == "POST" and form.validate():
        try:
            agree(session, candidate_id=me().person_id, application_id=application_id, now=now())
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Persetujuan ditandatangani. Ujian Anda dapat dibuka."), "success")
            return redirect(url_for(".application", application_id=application_id))
    assessment = get_assessment_of(session, me().person_id, application_id)
    return render_template(
        "assessments/agreement.html",
        form=form,
        assessment=assessment,
        dossier=read_dossier(session, assessment),
        evidence_kinds=EVIDENCE_KINDS,
        statements=AGREEMENT,
        State=AssessmentState,
    )


@assessments.route("/sertifikasi-saya/<uuid:application_id>/rekomendasi", methods=["GET", "POST"])
@may("application.own")
def recommendation(application_id: UUID) -> ResponseReturnValue:
    """FR.AK.02 and the committee's decision, as the candidate sees them."""
    form = SignForm()
    if request.method == "POST" and form.validate():
        try:
            countersign_recommendation(
                session, candidate_id=me().person_id, application_id=application_id, now=now()
            )
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Rekaman asesmen ditandatangani."), "success")
            return redirect(url_for(".recommendation", application_id=application_id))
    assessment = get_assessment_of(session, me().person_id, application_id)
    if assessment.state not in (AssessmentState.RECOMMENDED, AssessmentState.DECIDED):
        raise NotFound
    return render_template(
        "assessments/recommendation.html",
        form=form,
        assessment=assessment,
        dossier=read_dossier(session, assessment),
        bases=BASES,
        statements=RECOMMENDATION,
        State=AssessmentState,
    )
