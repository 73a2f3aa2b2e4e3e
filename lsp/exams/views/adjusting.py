"""Reasonable adjustments (FR.AK.07): who has a seat, what it gets, and the second person's word."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.adjusting import CONFIRM, AdjustForm, DecideForm
from lsp.exams.models import Seat
from lsp.exams.services import adjusting, rooms
from lsp.exams.services.adjusting import Adjustment
from lsp.exams.views import exams
from lsp.exams.views.room_words import adjustment_words, event_words
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session

#: Kinds of event shown on a seat's page here.
SHOWN = (adjusting.ADJUSTED, adjusting.REQUESTED, adjusting.CONFIRMED, adjusting.DECLINED)


def _sees_all() -> bool:
    """An assessor sees the seats they mark; whoever confirms sees all."""
    return me().may("adjustments.confirm")


@exams.get("/penyesuaian")
@may("adjustments.read")
def adjustments() -> str:
    """Seats of the exams to come, and what waits for a second person."""
    return render_template(
        "exams/adjustments.html",
        page=adjusting.list_adjustable(
            session,
            person_id=me().person_id,
            sees_all=_sees_all(),
            now=now(),
            page=request.args.get("halaman", 1, type=int),
        ),
        waiting=adjusting.list_waiting(session, now()) if _sees_all() else [],
        adjustment_words=adjustment_words,
    )


def _seat(seat_id: UUID) -> Seat:
    return adjusting.get_adjustable(
        session, seat_id, person_id=me().person_id, sees_all=_sees_all()
    )


def _page(seat: Seat, form: AdjustForm | None, decide: DecideForm) -> str:
    waiting = adjusting.waiting(session, seat.id)
    events = [each for each in rooms.seat_events(session, seat.id) if each.event.kind in SHOWN]
    return render_template(
        "exams/adjustment.html",
        seat=seat,
        exam=seat.session,
        form=decide if decide.errors else form,
        adjust=form,
        decide=decide,
        waiting=waiting,
        is_own=waiting is not None and waiting.asked_by_id == me().person_id,
        events=events,
        usual=(adjusting.USUAL_TIME_PERCENT, adjusting.USUAL_BREAK_MINUTES),
        adjustment_words=adjustment_words,
        event_words=event_words,
    )


@exams.get("/penyesuaian/<uuid:seat_id>")
@may("adjustments.read")
def adjustment(seat_id: UUID) -> str:
    """What one seat gets."""
    seat = _seat(seat_id)
    return _page(seat, _own_form(seat), DecideForm(formdata=None))


@exams.post("/penyesuaian/<uuid:seat_id>")
@may("adjustments.manage")
def adjust(seat_id: UUID) -> ResponseReturnValue:
    """Agree on what a seat gets."""
    seat, form = _seat(seat_id), AdjustForm()
    if form.validate_on_submit():
        try:
            is_in_force = adjusting.adjust(
                session,
                seat_id=seat_id,
                adjustment=form.adjustment(),
                reason=form.reason.data or "",
                once=form.once.name_of_form,
                actor_id=me().person_id,
                sees_all=_sees_all(),
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            if is_in_force:
                flash(_("Penyesuaian berlaku."), "success")
            else:
                flash(_("Penyesuaian menunggu konfirmasi orang kedua dari LSP."))
            return redirect(url_for("exams.adjustment", seat_id=seat_id))
    return _page(seat, form, DecideForm(formdata=None))


@exams.post("/penyesuaian/<uuid:seat_id>/permintaan/<uuid:request_id>")
@may("adjustments.confirm")
def decide_adjustment(seat_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Confirm or decline what somebody else asked for."""
    seat, form = _seat(seat_id), DecideForm()
    if form.validate_on_submit():
        try:
            adjusting.decide(
                session,
                seat_id=seat_id,
                request_id=request_id,
                confirms=form.decision.data == CONFIRM,
                reason=form.note.data or "",
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Keputusan dicatat."), "success")
            return redirect(url_for("exams.adjustment", seat_id=seat_id))
    return _page(seat, _own_form(seat), form)


def _own_form(seat: Seat) -> AdjustForm | None:
    """The form with what is in force, for whoever may change it."""
    if not me().may("adjustments.manage"):
        return None
    return AdjustForm.showing(Adjustment.at(seat))
