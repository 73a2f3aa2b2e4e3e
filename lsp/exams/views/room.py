"""The invigilator's room: every seat as it gets on, and what the invigilator does about it.

The page works by itself and its link "Perbarui"; a script (``assets/js/room``) keeps it live by
asking for ``room.json`` every few seconds.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.forms.room import PERCENT, CloseForm, ExtraTimeForm, IncidentForm, ReasonForm
from lsp.exams.models import Seat
from lsp.exams.services import planning, rooms, seb
from lsp.exams.services.rooms import sign_ins
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.exams.views import room_words as words
from lsp.exams.views.late_words import late_rows, told_invigilator
from lsp.extensions import format_clock
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session

#: Seconds from one question of the script to the next.
EVERY = 5


@exams.get("/sesi-ujian/<uuid:session_id>/ruang")
@may("sessions.invigilate")
def room(session_id: UUID) -> str:
    """The invigilator's room: the token, every seat, what happened so far."""
    exam = get_watched(session, session_id, me().person_id)
    seen = rooms.room(session, exam, now())
    return render_template(
        "exams/room.html",
        exam=exam,
        room=seen,
        counts=words.counts(seen),
        attention=list(words.attention(seen)),
        events=rooms.recent_events(session, session_id),
        every=EVERY,
        seat_words=words.seat_words,
        adjustment_words=words.adjustment_words,
        event_words=words.event_words,
    )


@exams.get("/sesi-ujian/<uuid:session_id>/ruang/keadaan.json")
@may("sessions.invigilate")
def room_state(session_id: UUID) -> ResponseReturnValue:
    """The same for the script, in words, so that it only has to put them where they belong."""
    exam = get_watched(session, session_id, me().person_id)
    seen = rooms.room(session, exam, now())
    return {
        "clock": format_clock(now(), exam.timezone),
        "paused": exam.paused_at is not None,
        "counts": words.counts(seen),
        "attention": list(words.attention(seen)),
        "seats": {str(view.seat.id): words.seat_words(view, seen) for view in seen.seats},
    }


@exams.get("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>")
@may("sessions.invigilate")
def room_seat(session_id: UUID, seat_id: UUID) -> str:
    """One seat: how it stands, what can be done, everything that was noted."""
    exam = get_watched(session, session_id, me().person_id)
    seat = rooms.get_seat(session, session_id, seat_id, actor_id=me().person_id)
    late = rooms.late_of_seat(session, exam, seat_id, now())
    return render_template(
        "exams/room_seat.html",
        exam=exam,
        seat=seat,
        view=rooms.watch_seat(session, exam, seat_id, now()),
        late=late,
        late_rows=list(late_rows(late, exam.timezone)),
        late_told=list(told_invigilator(late)),
        waits_until=sign_ins.waits_until(session, exam, seat, now()),
        events=rooms.seat_events(session, seat_id),
        states=rooms.SeatState,
        sitting=rooms.SITTING,
        state_names=rooms.SEAT_STATE_NAMES,
        time_left=words.time_left,
        extra_words=words.extra_words,
        all_late_words=words.all_late_words,
        adjustment_words=words.adjustment_words,
        event_words=words.event_words,
    )


@exams.post("/sesi-ujian/<uuid:session_id>/ruang/token")
@may("sessions.invigilate")
def change_room_token(session_id: UUID) -> ResponseReturnValue:
    """A new token, by the invigilator: somebody outside may have heard the old one."""
    planning.change_token(session, session_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Token diganti."), "success")
    return redirect(url_for("exams.room", session_id=session_id))


# --- Time ------------------------------------------------------------------------------------


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/waktu", methods=["GET", "POST"])
@may("sessions.invigilate")
def room_time(session_id: UUID) -> ResponseReturnValue:
    """Extra time for everybody who has not finished, or whom only the clock has."""
    return _extra_time(session_id, None)


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/waktu", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_time(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Extra time for one seat."""
    return _extra_time(session_id, seat_id)


def _extra_time(session_id: UUID, seat_id: UUID | None) -> ResponseReturnValue:
    exam = get_watched(session, session_id, me().person_id)
    seat = (
        rooms.get_seat(session, session_id, seat_id, actor_id=me().person_id) if seat_id else None
    )
    form = ExtraTimeForm()
    if form.validate_on_submit():
        minutes = form.amount.data or 0
        if form.unit.data == PERCENT:
            minutes = rooms.minutes_of_percent(exam.length_minutes, minutes)
        try:
            granted = rooms.grant_extra_time(
                session,
                session_id=session_id,
                seat_id=seat_id,
                minutes=minutes,
                move_close=form.move_close.data,
                **_said(form),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.amount)
        else:
            session.commit()
            flash(" ".join(words.granted(granted, minutes, exam)), "success")
            return _back(session_id, seat_id)
    ended = rooms.ended_seats(session, exam, seat_id, now(), person_id=me().person_id)
    opening = [each for each in ended if each.guard is None]
    if not form.is_submitted():
        form.move_close.data = bool(opening)
    return render_template(
        "exams/room_time.html",
        exam=exam,
        seat=seat,
        form=form,
        opening=opening,
        shut=[each for each in ended if each.guard is not None],
        returning=rooms.returning_answers(session, exam, seat_id, now(), person_id=me().person_id),
        guard_words=rooms.GUARD_WORDS,
        share=rooms.minutes_of_percent(exam.length_minutes, rooms.SHARE_PERCENT),
    )


def _said(form: Any) -> dict[str, Any]:
    """Why, once, by whom and when: what every act in the room is given."""
    return {
        "reason": form.reason.data or "",
        "once": form.once.name_of_form,
        "actor_id": me().person_id,
        "now": now(),
    }


def _back(session_id: UUID, seat_id: UUID | None) -> ResponseReturnValue:
    if seat_id is None:
        return redirect(url_for("exams.room", session_id=session_id))
    return redirect(url_for("exams.room_seat", session_id=session_id, seat_id=seat_id))


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/jam-tutup", methods=["GET", "POST"])
@may("sessions.invigilate")
def room_close(session_id: UUID) -> ResponseReturnValue:
    """Close the session later, so that time granted near its end really helps."""
    exam = get_watched(session, session_id, me().person_id)
    form = CloseForm()
    if form.validate_on_submit():
        try:
            closes_at = rooms.extend_close(
                session, session_id=session_id, minutes=form.minutes.data or 0, **_said(form)
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.minutes)
        else:
            session.commit()
            time = format_clock(closes_at, exam.timezone)
            flash(_("Sesi ini sekarang ditutup pukul %(time)s.", time=time), "success")
            return _back(session_id, None)
    return render_template("exams/room_close.html", exam=exam, form=form)


# --- Pauses and devices ----------------------------------------------------------------------


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/jeda", methods=["GET", "POST"])
@may("sessions.invigilate")
def room_pause(session_id: UUID) -> ResponseReturnValue:
    """Let every clock in the room stand still."""
    return _pause(session_id, None)


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/jeda", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_pause(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Let the clock of one seat stand still."""
    return _pause(session_id, seat_id)


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/lanjut", methods=["GET", "POST"])
@may("sessions.invigilate")
def room_resume(session_id: UUID) -> ResponseReturnValue:
    """Let the clocks of the room go on."""
    return _resume(session_id, None)


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/lanjut", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_resume(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Let the clock of one seat go on."""
    return _resume(session_id, seat_id)


def _pause(session_id: UUID, seat_id: UUID | None) -> ResponseReturnValue:
    return _act(
        session_id,
        seat_id,
        rooms.pause,
        button=_("Jeda"),
        title=lambda seat: (
            _("Jeda ujian %(name)s", name=seat.candidate.full_name)
            if seat
            else _("Jeda seluruh ruang")
        ),
        explains=[
            _("Waktu berhenti sampai Anda melanjutkannya. Jawaban tetap bisa disimpan."),
            _("Sesudah dilanjutkan, sisa waktu sama seperti saat dijeda, sampai jam tutup sesi."),
        ],
        done=lambda count: ngettext("%(num)s ujian dijeda.", "%(num)s ujian dijeda.", count),
    )


def _resume(session_id: UUID, seat_id: UUID | None) -> ResponseReturnValue:
    return _act(
        session_id,
        seat_id,
        rooms.resume,
        button=_("Lanjutkan"),
        title=lambda seat: (
            _("Lanjutkan ujian %(name)s", name=seat.candidate.full_name)
            if seat
            else _("Lanjutkan seluruh ruang")
        ),
        explains=[_("Waktu berjalan lagi dan tenggat mundur selama jeda, sampai jam tutup sesi.")],
        done=lambda count: ngettext(
            "%(num)s ujian dilanjutkan.", "%(num)s ujian dilanjutkan.", count
        ),
    )


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/pindah", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_move(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Let a candidate go on at another device."""
    return _act(
        session_id,
        seat_id,
        rooms.move_seat,
        button=_("Pindahkan"),
        title=lambda seat: _(
            "Pindah perangkat: %(name)s", name=seat.candidate.full_name if seat else ""
        ),
        explains=[
            _("Asesi dikeluarkan dari semua perangkat dan ujiannya dibekukan di perangkat lama."),
            _("Di perangkat baru, asesi masuk lagi lalu membuka Ujian. Token tidak diminta lagi."),
            _(
                "Jawaban yang belum terkirim tetap ada di perangkat lama. Simpan dulu berkas"
                " jawabannya bila perangkat itu masih menyala."
            ),
        ],
        done=lambda _count: _("Asesi bisa masuk dan melanjutkan di perangkat baru."),
    )


@exams.route(
    "/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/buka-lagi", methods=["GET", "POST"]
)
@may("sessions.invigilate")
def seat_take_back(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Let a candidate go on who handed in by mistake."""
    return _act(
        session_id,
        seat_id,
        rooms.take_back,
        button=_("Buka lagi ujian"),
        title=lambda seat: _(
            "Buka lagi ujian yang terkirim: %(name)s", name=seat.candidate.full_name if seat else ""
        ),
        explains=[
            _("Asesi melanjutkan sampai tenggatnya sendiri. Waktu sejak terkirim tidak kembali."),
            _("Jawaban yang tersimpan tetap ada. Penilaian otomatis diulang di akhir ujian."),
            _("Tidak bisa lagi sesudah asesor mulai menilai jawabannya."),
        ],
        done=lambda _count: _("Ujian dibuka lagi. Asesi membuka Ujian lalu melanjutkan."),
    )


@exams.route(
    "/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/tanpa-seb", methods=["GET", "POST"]
)
@may("sessions.invigilate")
def seat_without_seb(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Let one seat in without Safe Exam Browser."""
    return _act(
        session_id,
        seat_id,
        seb.waive,
        button=_("Izinkan"),
        title=lambda seat: _(
            "Tanpa Safe Exam Browser: %(name)s", name=seat.candidate.full_name if seat else ""
        ),
        explains=[_("Asesi ini bisa membuka soal di peramban mana pun. Awasi kursinya.")],
        done=lambda _count: _("Asesi boleh mengerjakan tanpa Safe Exam Browser."),
    )


def _act(
    session_id: UUID,
    seat_id: UUID | None,
    verb: Callable[..., int],
    *,
    button: str,
    title: Callable[[Seat | None], str],
    explains: list[str],
    done: Callable[[int], str],
) -> ResponseReturnValue:
    """A page that asks for a reason and then does one thing, at one seat or in the room."""
    exam = get_watched(session, session_id, me().person_id)
    seat = (
        rooms.get_seat(session, session_id, seat_id, actor_id=me().person_id) if seat_id else None
    )
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            count = verb(session, session_id=session_id, seat_id=seat_id, **_said(form))
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(done(count), "success")
            return _back(session_id, seat_id)
    return render_template(
        "exams/room_action.html",
        exam=exam,
        seat=seat,
        form=form,
        title=title(seat),
        explains=explains,
        button=button,
    )


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/kejadian", methods=["GET", "POST"])
@may("sessions.invigilate")
def seat_incident(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Put on record what happened at a seat."""
    exam = get_watched(session, session_id, me().person_id)
    seat = rooms.get_seat(session, session_id, seat_id, actor_id=me().person_id)
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
        return _back(session_id, seat_id)
    return render_template("exams/room_incident.html", exam=exam, seat=seat, form=form)
