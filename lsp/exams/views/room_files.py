"""A candidate's answer file, loaded by the invigilator when the network never came back."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from lsp.exams.forms.room import AnswerFileForm
from lsp.exams.rules.answer_files import LARGEST
from lsp.exams.services.sitting.loading import load_answer_file
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session, settings


@exams.route("/sesi-ujian/<uuid:session_id>/ruang/berkas-jawaban", methods=["GET", "POST"])
@may("sessions.invigilate")
def room_file(session_id: UUID) -> ResponseReturnValue:
    """Load an answer file and say what became of it; what came after the end is decided on the
    seat's page of late answers, where one sees what it would change.

    The page is the answer itself, no redirect: loading the same file twice changes nothing.
    """
    exam = get_watched(session, session_id, me().person_id)
    form, result = AnswerFileForm(), None
    if form.validate_on_submit():
        with form.file.data.stream as stream:
            # One byte more than a file may have, so that a larger one is refused as such.
            content = stream.read(LARGEST + 1)
        try:
            result = load_answer_file(
                session,
                session_id=session_id,
                content=content,
                actor_id=me().person_id,
                now=now(),
                secret=settings().secret_key,
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.file)
        else:
            session.commit()
    return render_template("exams/room_file.html", exam=exam, form=form, result=result)
