"""The invigilator lets a candidate try to sign in again."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.services.rooms import sign_ins
from lsp.exams.views import exams
from lsp.security import may, me
from lsp.web import now, session


@exams.post("/sesi-ujian/<uuid:session_id>/ruang/<uuid:seat_id>/akhiri-jeda-masuk")
@may("sessions.invigilate")
def seat_sign_in(session_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """End the wait after wrong passwords for the candidate of one seat."""
    sign_ins.end_wait(
        session, session_id=session_id, seat_id=seat_id, actor_id=me().person_id, now=now()
    )
    session.commit()
    flash(_("Asesi bisa mencoba masuk lagi sekarang."), "success")
    return redirect(url_for("exams.room_seat", session_id=session_id, seat_id=seat_id))
