"""Exam sessions: list, one session, a new one, and blueprints."""

import secrets
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.sessions import BlueprintForm, PlanForm
from lsp.exams.rules.drawing import Row
from lsp.exams.rules.kinds import TYPE_NAMES, ItemType
from lsp.exams.services import papers, planning, rooms
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal
from lsp.web import now, session


@exams.get("/sesi-ujian")
@may("sessions.read")
def sessions() -> str:
    """All sessions, the one that opens last first."""
    page = planning.list_sessions(session, request.args.get("halaman", 1, type=int))
    return render_template("exams/sessions.html", page=page)


@exams.get("/sesi-ujian/<uuid:session_id>")
@may("sessions.read")
def session_page(session_id: UUID) -> str:
    """One session: when and where, its paper, its seats."""
    exam = planning.get_session(session, session_id)
    return render_template(
        "exams/session.html",
        exam=exam,
        parts=papers.composition(session, exam.papers[0].paper_id),
        room=rooms.room(session, exam, now()),
        state_names=rooms.SEAT_STATE_NAMES,
        types=TYPE_NAMES,
    )


@exams.route("/sesi-ujian/baru", methods=["GET", "POST"])
@may("sessions.manage")
def new_session() -> ResponseReturnValue:
    """Plan a session and draw its paper."""
    form = PlanForm(data={"seed": secrets.randbelow(10**6), "timezone": "Asia/Jakarta"})
    blueprints = papers.list_blueprints(session)
    form.offer_blueprints(blueprints)
    if form.validate_on_submit():
        try:
            exam = planning.plan_session(
                session,
                form.plan(),
                blueprint_id=UUID(form.blueprint.data),
                seed=form.seed.data or 0,
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Sesi ujian dibuat dan naskahnya sudah diundi."), "success")
            return redirect(url_for("exams.session_page", session_id=exam.id))
    return render_template("exams/session_form.html", form=form, blueprints=blueprints)


@exams.post("/sesi-ujian/<uuid:session_id>/token")
@may("sessions.manage")
def change_token(session_id: UUID) -> ResponseReturnValue:
    """A new token, by the manager."""
    planning.change_token(session, session_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Token diganti."), "success")
    return redirect(url_for("exams.session_page", session_id=session_id))


@exams.get("/kisi-kisi/baru")
@may("sessions.manage")
def blueprint_scheme() -> str:
    """Which scheme the blueprint is for."""
    return render_template(
        "exams/session_blueprint_scheme.html", versions=papers.schemes_in_force(session)
    )


@exams.route("/kisi-kisi/baru/<uuid:version_id>", methods=["GET", "POST"])
@may("sessions.manage")
def new_blueprint(version_id: UUID) -> ResponseReturnValue:
    """How many questions of which unit and type."""
    version = next((v for v in papers.schemes_in_force(session) if v.id == version_id), None)
    if version is None:
        raise NotFound
    form = BlueprintForm()
    if form.validate_on_submit():
        try:
            papers.make_blueprint(
                session,
                scheme_version_id=version.id,
                title=form.title.data or "",
                rows=_rows(version),
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Kisi-kisi disimpan."), "success")
            return redirect(url_for("exams.new_session"))
    available = papers.available(session, [row.unit_id for row in version.units])
    return render_template(
        "exams/session_blueprint.html",
        form=form,
        version=version,
        types=TYPE_NAMES,
        available=available,
        given=request.form,
    )


def _rows(version: SchemeVersion) -> list[Row]:
    """The counts of the form, a field for each unit and type, in the order of the scheme.

    Raises Refusal for a count that is no whole number.
    """
    rows = []
    for place in version.units:
        for type_ in ItemType:
            given = request.form.get(f"n-{place.unit_id}-{type_.value}", "").strip()
            if given and not (given.isdecimal() and len(given) <= 3):
                raise Refusal(N_("Isi jumlah soal dengan bilangan bulat, paling banyak 999."))
            if given and int(given):
                rows.append(Row(place.unit_id, type_, int(given)))
    return rows
