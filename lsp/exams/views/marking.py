"""Marking: an assessor gives points for what the key cannot decide.

The candidate is not named here; a seat is called by its code.
"""

from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.marking import MarkForm
from lsp.exams.rules.items import count_words
from lsp.exams.rules.marking import CommentNeeded, seat_code
from lsp.exams.services import marking as service
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.get("/penilaian-ujian")
@may("exam.mark")
def marking() -> str:
    """Attempts that wait for this assessor, and those marked last."""
    return render_template(
        "exams/marking.html",
        waiting=service.attempts_to_mark(session, me().person_id),
        marked=service.marked_attempts(session, me().person_id),
        seat_code=seat_code,
    )


@exams.get("/penilaian-ujian/<uuid:attempt_id>")
@may("exam.mark")
def mark_attempt(attempt_id: UUID) -> str:
    """The answers of one attempt that need a person."""
    attempt = service.get_markable(session, attempt_id, me().person_id)
    return render_template(
        "exams/mark_attempt.html",
        attempt=attempt,
        answers=service.answers_to_mark(session, attempt),
        code=seat_code(attempt.seat_id),
    )


@exams.route("/penilaian-ujian/<uuid:attempt_id>/soal/<int:position>", methods=["GET", "POST"])
@may("exam.mark")
def mark_answer(attempt_id: UUID, position: int) -> ResponseReturnValue:
    """One answer beside its rubric; after saving, the next one that waits."""
    attempt = service.get_markable(session, attempt_id, me().person_id)
    question = service.get_answer(session, attempt_id, position, me().person_id)
    mark = question.mark
    form = MarkForm(data={"score": mark.score, "comment": mark.comment} if mark else None)
    if form.validate_on_submit():
        try:
            service.mark_answer(
                session,
                attempt_id=attempt_id,
                position=position,
                marker_id=me().person_id,
                score=form.score.data or Decimal(0),
                comment=form.comment.data or "",
                now=now(),
            )
        except Refusal as refusal:
            field = form.comment if isinstance(refusal, CommentNeeded) else form.score
            form.refuse(refusal_text(refusal), field)
        else:
            following = next(
                (a for a in service.answers_to_mark(session, attempt) if a.mark is None), None
            )
            session.commit()
            flash(_("Nilai soal %(position)s tersimpan.", position=position), "success")
            if following is None:
                return redirect(url_for("exams.mark_attempt", attempt_id=attempt_id))
            return redirect(
                url_for("exams.mark_answer", attempt_id=attempt_id, position=following.position)
            )
    return render_template(
        "exams/mark_answer.html",
        form=form,
        attempt=attempt,
        question=question,
        words=count_words((question.answer.response or {}).get("text", "")),
        code=seat_code(attempt.seat_id),
    )
