"""The administrator's desk: applications by state, one application, its files, the verdict."""

from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.staff import check_form
from lsp.assessments.rules.apl01 import SECTION_TITLES, Section
from lsp.assessments.rules.separation import barred_from_checking
from lsp.assessments.rules.states import ApplicationState, Verdict
from lsp.assessments.services.applications import stored_nik
from lsp.assessments.services.checking import (
    VISIBLE,
    applications_in_state,
    check_application,
    count_by_state,
    get_prerequisite_file,
    get_submitted_application,
)
from lsp.assessments.views import PAGE_SIZE, asked_page, assessments, show_refusal
from lsp.assessments.views.apl01 import answers_of
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session, today


@assessments.get("/permohonan")
@may("application.check")
def checking() -> ResponseReturnValue:
    """Applications that stand in one state, the longest waiting first."""
    asked = request.args.get("keadaan", ApplicationState.SUBMITTED)
    if asked not in VISIBLE:
        raise NotFound
    state = ApplicationState(asked)
    counts = count_by_state(session)
    page = asked_page(counts.get(state, 0))
    return render_template(
        "assessments/checking.html",
        state=state,
        states=VISIBLE,
        counts=counts,
        page=page,
        rows=applications_in_state(session, state, offset=page.offset, limit=PAGE_SIZE),
    )


@assessments.route("/permohonan/<uuid:application_id>", methods=["GET", "POST"])
@may("application.check")
def check(application_id: UUID) -> ResponseReturnValue:
    """One application with its files, and the verdict."""
    application = get_submitted_application(session, application_id)
    form = check_form(application.prerequisites)
    if request.method == "POST" and form.validate():
        try:
            check_application(
                session,
                application_id=application_id,
                checker_id=me().person_id,
                verdict=Verdict(form.verdict.data),
                prerequisites=form.prerequisites(),
                note=form.note.data or "",
                today=today(),
                now=now(),
            )
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Hasil pemeriksaan tersimpan."), "success")
            return redirect(url_for(".checking"))
        application = get_submitted_application(session, application_id)
    return render_template(
        "assessments/check.html",
        application=application,
        bars=barred_from_checking(me().person_id, application.candidate_id),
        is_waiting=application.state is ApplicationState.SUBMITTED,
        form=form,
        sections=SECTION_TITLES,
        Section=Section,
        **answers_of(application, stored_nik(application, parts().vault)),
    )


@assessments.get("/permohonan/<uuid:application_id>/berkas/<int:position>")
@may("application.check")
def prerequisite_file(application_id: UUID, position: int) -> ResponseReturnValue:
    """The file shown for a prerequisite, as a download."""
    evidence = get_prerequisite_file(
        session, application_id=application_id, position=position, checker_id=me().person_id
    )
    response = send_file(
        parts().storage.open(evidence.storage_key),
        mimetype=evidence.media_type,
        as_attachment=True,
        download_name=evidence.filename,
        etag=False,
    )
    response.content_length = evidence.size
    # A stranger's file never acts as a page of ours.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
