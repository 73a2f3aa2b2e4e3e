"""The result at a seat, opened again by somebody who runs the marking, for an invigilator."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.room import ReasonForm
from lsp.exams.services import rooms
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.route(
    "/sesi-ujian/<uuid:session_id>/kursi/<uuid:seat_id>/buka-hasil", methods=["GET", "POST"]
)
@may("marking.manage")
def open_result(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Let an invigilator decide about a result that nobody changes alone, with a reason."""
    exam = get_watched(session, session_id, me().person_id)
    seat = rooms.get_seat(session, session_id, seat_id, actor_id=me().person_id)
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            rooms.open_result(
                session,
                session_id=session_id,
                seat_id=seat_id,
                reason=form.reason.data or "",
                once=form.once.name_of_form,
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Hasil ujian dibuka lagi. Sekarang pengawas bisa memutuskan."), "success")
            return redirect(url_for("exams.session_page", session_id=session_id))
    return render_template(
        "exams/open_result.html",
        exam=exam,
        seat=seat,
        late=rooms.late_of_seat(session, exam, seat_id, now()),
        form=form,
    )
