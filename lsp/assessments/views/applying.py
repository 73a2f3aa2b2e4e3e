"""The candidate's home, and the start of an application."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.application import SignForm
from lsp.assessments.models import Application
from lsp.assessments.rules.apl01 import Section
from lsp.assessments.rules.states import EDITABLE
from lsp.assessments.rules.tasks import STATUS_NAMES, TITLES, Key, Status
from lsp.assessments.services.applications import (
    active_version,
    get_own_application,
    running_application,
    start_application,
)
from lsp.assessments.services.progress import (
    TaskList,
    count_own_applications,
    own_applications,
    task_list,
)
from lsp.assessments.views import PAGE_SIZE, asked_page, assessments, show_refusal
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, parts, session, today


@assessments.get("/sertifikasi-saya")
@may("application.own")
def mine() -> ResponseReturnValue:
    """My newest application as a task list, and the earlier ones as rows."""
    page = asked_page(count_own_applications(session, me().person_id))
    rows = own_applications(session, me().person_id, offset=page.offset, limit=PAGE_SIZE)
    current = _tasks_of(rows[0].id) if rows and page.number == 1 else None
    return render_template(
        "assessments/mine.html",
        page=page,
        current=current,
        others=rows[1:] if current else rows,
        urls=task_urls(current.application) if current else {},
        status_names=STATUS_NAMES,
        titles=TITLES,
        Status=Status,
    )


@assessments.get("/sertifikasi-saya/<uuid:application_id>")
@may("application.own")
def application(application_id: UUID) -> ResponseReturnValue:
    """The task list of one of my applications."""
    current = _tasks_of(application_id)
    return render_template(
        "assessments/application.html",
        current=current,
        urls=task_urls(current.application),
        status_names=STATUS_NAMES,
        titles=TITLES,
        Status=Status,
    )


def _tasks_of(application_id: UUID) -> TaskList:
    own = get_own_application(session, me().person_id, application_id)
    return task_list(session, own, vault=parts().vault, today=today())


def task_urls(application: Application) -> dict[Key, str]:
    """Where each task of the list leads."""
    own = application.id
    form = url_for(".check_answers", application_id=own)
    # Somebody who has just begun wants the first page, not a list of all that is missing.
    begun = application.state not in EDITABLE or "birth_place" in application.form
    first = url_for(".section", application_id=own, section=Section.PERSONAL)
    files = url_for(".section", application_id=own, section=Section.PREREQUISITES)
    outcome = url_for(".recommendation", application_id=own)
    slug = application.scheme_version.scheme.slug
    return {
        Key.APL01: form if begun else first,
        Key.PREREQUISITES: files if application.state in EDITABLE else f"{form}#prasyarat",
        Key.APL02: url_for(".self_assessment", application_id=own),
        Key.PORTFOLIO: url_for("portfolios.index", skema=slug),
        Key.AGREEMENT: url_for(".agreement", application_id=own),
        Key.EXAM: url_for("exams.mine"),
        Key.RECOMMENDATION: outcome,
        Key.DECISION: outcome,
        Key.CERTIFICATE: url_for("certificates.mine"),
    }


@assessments.route("/skema/<string:slug>/ajukan", methods=["GET", "POST"])
@may("application.own")
def apply(slug: str) -> ResponseReturnValue:
    """What applying under a scheme takes, and the button that starts."""
    version = active_version(session, slug)
    form = SignForm()
    if request.method == "POST" and form.validate():
        try:
            started = start_application(
                session, candidate_id=me().person_id, scheme_version_id=version.id, now=now()
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(_("Permohonan dimulai. Draf tersimpan sampai Anda mengirimnya."), "success")
            return redirect(url_for(".application", application_id=started.id))
    return render_template(
        "assessments/apply.html",
        form=form,
        version=version,
        running=running_application(session, me().person_id, version.id),
    )
