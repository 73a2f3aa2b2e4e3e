"""The invigilator's room: every seat as it gets on, and what the invigilator does about it."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.room import ExtraTimeForm, IncidentForm
from lsp.exams.services import planning, rooms
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.get("/sesi-ujian/<uuid:session_id>/ruang")
@may("sessions.invigilate")
def room(session_id: UUID) -> str:
    """The invigilator's room: the token, every seat, what happened so far."""
    exam = planning.get_session(session, session_id)
    return render_template(
        "exams/room.html",
        exam=exam,
        room=rooms.room(session, exam, now()),
        events=rooms.recent_events(session, session_id),
        states=rooms.SeatState,
        state_names=rooms.SEAT_STATE_NAMES,
    )


@exams.post("/sesi-ujian/<uuid:session_id>/ruang/token")
@may("sessions.invigilate")
def change_room_token(session_id: UUID) -> ResponseReturnValue:
    """A new token, by the invigilator: somebody outside may have heard the old one."""
    planning.change_token(session, session_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Token diganti."), "success")
    return redirect(url_for("exams.room", session_id=session_id))


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/waktu", methods=["GET", "POST"])
@may("sessions.invigilate")
def room_time(session_id: UUID) -> ResponseReturnValue:
    """Extra time for everybody who has not finished."""
    return _extra_time(session_id, None)


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/waktu", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_time(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Extra time for one seat."""
    return _extra_time(session_id, seat_id)


def _extra_time(session_id: UUID, seat_id: UUID | None) -> ResponseReturnValue:
    exam = planning.get_session(session, session_id)
    seat = rooms.get_seat(session, session_id, seat_id) if seat_id else None
    form = ExtraTimeForm()
    if form.validate_on_submit():
        try:
            seats = rooms.grant_extra_time(
                session,
                session_id=session_id,
                seat_id=seat_id,
                minutes=form.minutes.data or 0,
                reason=form.reason.data or "",
                once=form.once.name_of_form,
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.minutes)
        else:
            session.commit()
            flash(
                _(
                    "Waktu ditambah %(minutes)s menit untuk %(seats)s kursi.",
                    minutes=form.minutes.data,
                    seats=seats,
                ),
                "success",
            )
            return redirect(url_for("exams.room", session_id=session_id))
    return render_template("exams/room_time.html", exam=exam, seat=seat, form=form)


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/kejadian", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_incident(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Put on record what happened at a seat."""
    exam = planning.get_session(session, session_id)
    seat = rooms.get_seat(session, session_id, seat_id)
    form = IncidentForm()
    if form.validate_on_submit():
        rooms.note_incident(
            session,
            session_id=session_id,
            seat_id=seat_id,
            text=form.text.data or "",
            once=form.once.name_of_form,
            actor_id=me().person_id,
            now=now(),
        )
        session.commit()
        flash(_("Kejadian dicatat."), "success")
        return redirect(url_for("exams.room", session_id=session_id))
    return render_template("exams/room_incident.html", exam=exam, seat=seat, form=form)
