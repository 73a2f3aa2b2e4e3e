"""Control scripts: the head marker agrees on marks that everybody else is measured by."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.rules.agreement import MOST_CONTROL_PERCENT
from lsp.exams.rules.items import count_words
from lsp.exams.rules.marking import answer_code
from lsp.exams.services import marking as service
from lsp.exams.views import exams
from lsp.exams.views.marking import form_of_question, show_refusal
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.get("/penilaian-ujian/sesi/<uuid:session_id>/kontrol")
@may("exam.mark")
def controls(session_id: UUID) -> str:
    """Answers the head marker may agree on, the agreed ones first."""
    exam = service.get_headed(session, session_id, me().person_id)
    page = service.choices(
        session, session_id, me().person_id, request.args.get("halaman", 1, type=int)
    )
    return render_template(
        "exams/controls.html",
        exam=exam,
        page=page,
        most_percent=MOST_CONTROL_PERCENT,
        answer_code=answer_code,
    )


@exams.route("/penilaian-ujian/kontrol/<uuid:script_id>", methods=["GET", "POST"])
@may("exam.mark")
def set_control(script_id: UUID) -> ResponseReturnValue:
    """Agree on the mark of one answer, and hand it to every marker unannounced."""
    choice = service.get_choice(session, script_id, me().person_id)
    form = form_of_question(choice.script, choice.revision)()
    if form.validate_on_submit():
        try:
            service.set_control(
                session,
                script_id=script_id,
                head_id=me().person_id,
                given=form.given(),
                now=now(),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            session.commit()
            flash(
                _("Jawaban %(code)s menjadi jawaban kontrol.", code=answer_code(script_id)),
                "success",
            )
            return redirect(url_for("exams.controls", session_id=choice.script.session_id))
    return render_template(
        "exams/set_control.html",
        form=form,
        choice=choice,
        agreed=service.agreed_marking(session, script_id),
        code=answer_code(script_id),
        words=count_words(((choice.answer and choice.answer.response) or {}).get("text", "")),
    )
