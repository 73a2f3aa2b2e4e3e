"""Exam sessions: list, one session, a new one."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.sessions import PlanForm
from lsp.exams.rules.corrections import CORRECTION_NAMES
from lsp.exams.rules.kinds import TYPE_NAMES
from lsp.exams.services import marking, papers, planning, rooms
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
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
    exam = get_watched(session, session_id, me().person_id)
    room = rooms.room(session, exam, now())
    return render_template(
        "exams/session.html",
        exam=exam,
        parts=papers.composition(session, exam.id),
        room=room,
        late_seats=[view for view in room.seats if view.late],
        state_names=rooms.SEAT_STATE_NAMES,
        types=TYPE_NAMES,
        unassigned=marking.unassigned(session, exam.id),
        # What is over is put right by its results, not by another paper.
        struck=papers.struck_questions(session, exam.id) if exam.closes_at > now() else [],
        kinds=CORRECTION_NAMES,
    )


@exams.get("/sesi-ujian/baru")
@may("sessions.manage")
def new_session() -> str:
    """On which papers a session is to be held."""
    return render_template("exams/session_papers.html", batches=papers.list_batches(session))


@exams.route("/naskah/<uuid:batch_id>/sesi/baru", methods=["GET", "POST"])
@may("sessions.manage")
def plan_session(batch_id: UUID) -> ResponseReturnValue:
    """Plan a session on one or several of the papers made together."""
    batch = papers.get_batch(session, batch_id)
    form = PlanForm(
        data={"timezone": "Asia/Jakarta", "papers": [str(view.paper.id) for view in batch.views]}
    )
    form.offer_papers(batch)
    if form.validate_on_submit():
        try:
            exam = planning.plan_session(
                session,
                form.plan(),
                paper_ids=[UUID(paper_id) for paper_id in form.papers.data or []],
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Sesi ujian dibuat."), "success")
            return redirect(url_for("exams.session_page", session_id=exam.id))
    return render_template("exams/session_form.html", form=form, batch=batch)


@exams.post("/sesi-ujian/<uuid:session_id>/token")
@may("sessions.manage")
def change_token(session_id: UUID) -> ResponseReturnValue:
    """A new token, by the manager."""
    planning.change_token(session, session_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Token diganti."), "success")
    return redirect(url_for("exams.session_page", session_id=session_id))
