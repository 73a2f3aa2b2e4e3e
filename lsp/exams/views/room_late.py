"""Answers of a seat that came too late: the invigilator sees them and decides."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from lsp.exams.forms.late import COUNT, LateForm
from lsp.exams.services import rooms
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.exams.views.late_words import late_rows
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.route(
    "/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/jawaban-terlambat",
    methods=["GET", "POST"],
)
@may("sessions.invigilate")
def seat_late(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Count or leave the late answers of one seat, for a reason."""
    exam = get_watched(session, session_id, me().person_id)
    seat = rooms.get_seat(session, session_id, seat_id, actor_id=me().person_id)
    late = rooms.late_of_seat(session, exam, seat_id, now())
    form = LateForm()
    if not late.waiting and late.open:
        form.only_count()
    if form.validate_on_submit():
        is_counted = form.decision.data == COUNT
        try:
            decided = rooms.weigh_late(
                session,
                session_id=session_id,
                seat_id=seat_id,
                is_counted=is_counted,
                seen=form.seen.data or "",
                reason=form.reason.data or "",
                once=form.once.name_of_form,
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            if decided:
                flash(_said(decided, is_counted=is_counted), "success")
            return redirect(url_for("exams.room_seat", session_id=session_id, seat_id=seat_id))
    # The next decision is about what the page shows now.
    form.seen.data = late.seen
    return render_template(
        "exams/room_late.html",
        exam=exam,
        seat=seat,
        late=late,
        rows=list(late_rows(late, exam.timezone)),
        form=form,
        hold=rooms.hold_of(session, seat_id, late, me().person_id),
    )


def _said(decided: int, *, is_counted: bool) -> str:
    if is_counted:
        return ngettext(
            "%(num)s jawaban terlambat dihitung.", "%(num)s jawaban terlambat dihitung.", decided
        )
    return ngettext(
        "%(num)s jawaban terlambat tidak dihitung.",
        "%(num)s jawaban terlambat tidak dihitung.",
        decided,
    )
