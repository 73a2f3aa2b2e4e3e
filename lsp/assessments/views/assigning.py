"""The certification manager's desk, and the read-only dossiers of all assessments."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.assessments.forms.staff import AssignForm
from lsp.assessments.rules.statements import BASES
from lsp.assessments.rules.states import AssessmentState
from lsp.assessments.services.assigning import (
    AssessorOffer,
    assign,
    count_waiting,
    get_waiting_application,
    offered_assessors,
    waiting_applications,
)
from lsp.assessments.services.decisions import get_assessment
from lsp.assessments.services.dossiers import (
    changed_since,
    count_assessments,
    list_assessments,
    read_dossier,
)
from lsp.assessments.views import (
    PAGE_SIZE,
    asked_page,
    assessments,
    said,
    show_refusal,
)
from lsp.exams.models import ExamSession
from lsp.exams.services.seats import open_sessions
from lsp.extensions import format_moment
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@assessments.get("/penugasan")
@may("assessment.assign")
def assigning() -> ResponseReturnValue:
    """Accepted applications that wait for an assessor."""
    page = asked_page(count_waiting(session))
    return render_template(
        "assessments/assigning.html",
        page=page,
        rows=waiting_applications(session, offset=page.offset, limit=PAGE_SIZE),
    )


@assessments.route("/penugasan/<uuid:application_id>", methods=["GET", "POST"])
@may("assessment.assign")
def choose_assessor(application_id: UUID) -> ResponseReturnValue:
    """Choose an assessor and an exam session for one application."""
    application = get_waiting_application(session, application_id)
    offers = offered_assessors(session, application)
    exams = open_sessions(session, application.scheme_version_id, now())
    form = AssignForm()
    form.assessor.choices = [(str(offer.person.id), _offer_text(offer)) for offer in offers]
    form.exam_session.choices = [(str(exam.id), _exam_text(exam)) for exam in exams]
    if request.method == "POST" and form.validate():
        try:
            assign(
                session,
                application_id=application_id,
                manager_id=me().person_id,
                assessor_id=UUID(form.assessor.data),
                exam_session_id=UUID(form.exam_session.data),
                now=now(),
            )
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Asesor ditugaskan dan kursi ujian disiapkan."), "success")
            return redirect(url_for(".assigning"))
    return render_template(
        "assessments/assign.html",
        application=application,
        form=form,
        has_assessors=bool(offers),
        has_sessions=bool(exams),
    )


def _offer_text(offer: AssessorOffer) -> str:
    name = f"{offer.person.printed_name} ({offer.person.assessor_registration})"
    load = ngettext("%(num)s asesmen berjalan", "%(num)s asesmen berjalan", offer.running)
    notes = [load, *(_("perhatian: %(warning)s", warning=said(w)) for w in offer.warnings)]
    return f"{name} – {'; '.join(notes)}"


def _exam_text(exam: ExamSession) -> str:
    return f"{exam.title}, {exam.place}, {format_moment(exam.opens_at, exam.timezone)}"


@assessments.get("/berkas-asesmen")
@may("assessment.read")
def dossiers() -> ResponseReturnValue:
    """All assessments, to read."""
    states = tuple(AssessmentState)
    page = asked_page(count_assessments(session, states=states))
    return render_template(
        "assessments/dossiers.html",
        page=page,
        rows=list_assessments(session, states=states, offset=page.offset, limit=PAGE_SIZE),
        changed=changed_since(session),
    )


@assessments.get("/berkas-asesmen/<uuid:assessment_id>")
@may("assessment.read")
def dossier(assessment_id: UUID) -> ResponseReturnValue:
    """One assessment, to read."""
    assessment = get_assessment(session, assessment_id)
    return render_template(
        "assessments/dossier.html",
        assessment=assessment,
        dossier=read_dossier(session, assessment),
        bases=BASES,
        back=(url_for(".dossiers"), _("Berkas asesmen")),
        form=None,
        bars=[],
        cast=None,
        is_member=False,
        shows_votes=assessment.application.candidate_id != me().person_id,
    )
