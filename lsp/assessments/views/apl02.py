"""FR.APL.02, the self-assessment: its units, the questions of one unit, and the signature."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.application import SignForm, unit_form
from lsp.assessments.rules.statements import SELF_ASSESSMENT
from lsp.assessments.services import signatures
from lsp.assessments.services.applications import get_own_application
from lsp.assessments.services.contents import APL02, apl02_content
from lsp.assessments.services.self_assessment import (
    answers,
    may_change,
    save_self_assessment,
    sign_self_assessment,
    units_with_criteria,
)
from lsp.assessments.services.signatures import Signer
from lsp.assessments.views import assessments, show_refusal
from lsp.portfolios.services.coverage import coverage
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, session


@assessments.route("/sertifikasi-saya/<uuid:application_id>/apl-02", methods=["GET", "POST"])
@may("application.own")
def self_assessment(application_id: UUID) -> ResponseReturnValue:
    """The units of APL.02 with what is answered, and the signature under it."""
    application = get_own_application(session, me().person_id, application_id)
    form = SignForm()
    if request.method == "POST" and form.validate():
        try:
            sign_self_assessment(
                session, candidate_id=me().person_id, application_id=application_id, now=now()
            )
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Asesmen mandiri ditandatangani."), "success")
            return redirect(url_for(".application", application_id=application_id))
        application = get_own_application(session, me().person_id, application_id)
    content = {(application.id, APL02): apl02_content(application)}
    views = signatures.signature_views(session, [application.id], content)[application.id]
    return render_template(
        "assessments/self_assessment.html",
        application=application,
        form=form,
        units=units_with_criteria(session, application.scheme_version_id),
        answers=answers(application),
        is_open=may_change(session, application),
        signature=next(
            (v for v in views if v.form_code == APL02 and v.role == Signer.CANDIDATE), None
        ),
        statements=SELF_ASSESSMENT,
    )


@assessments.route(
    "/sertifikasi-saya/<uuid:application_id>/apl-02/<string:slug>", methods=["GET", "POST"]
)
@may("application.own")
def self_assessment_unit(application_id: UUID, slug: str) -> ResponseReturnValue:
    """The questions of one unit, each with its criteria and the evidence claimed for them."""
    application = get_own_application(session, me().person_id, application_id)
    units = [row.unit for row in units_with_criteria(session, application.scheme_version_id)]
    place = next((i for i, unit in enumerate(units) if unit.slug == slug), None)
    if place is None:
        raise NotFound
    if not may_change(session, application):
        return redirect(url_for(".self_assessment", application_id=application_id))
    unit = units[place]
    form = unit_form(unit.elements, answers(application))
    if request.method == "POST" and form.validate():
        save_self_assessment(
            session,
            candidate_id=me().person_id,
            application_id=application_id,
            unit_slug=slug,
            answered=form.answered(),
            now=now(),
        )
        session.commit()
        flash(_("Jawaban tersimpan."), "success")
        if place + 1 < len(units):
            return redirect(
                url_for(
                    ".self_assessment_unit",
                    application_id=application_id,
                    slug=units[place + 1].slug,
                )
            )
        return redirect(url_for(".self_assessment", application_id=application_id))
    covered = coverage(session, me().person_id, application.scheme_version_id)
    return render_template(
        "assessments/self_assessment_unit.html",
        application=application,
        unit=unit,
        number=place + 1,
        count=len(units),
        form=form,
        claims={
            criterion.criterion_id: criterion.claims
            for row in covered
            if row.unit_id == unit.id
            for element in row.elements
            for criterion in element.criteria
        },
    )
