"""Marking: a person gives points for what the key cannot decide.

Nobody is named here, and no address tells which answers are one candidate's: an answer is called
by a code of its own. Only a question asked face to face names the candidate, so that the assessor
finds them.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from lsp.exams.forms.marking import MarkForm, mark_form
from lsp.exams.models import ItemRevision, Script
from lsp.exams.rules.agreement import AspectRefused
from lsp.exams.rules.items import count_words
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.marking import CommentNeeded, answer_code
from lsp.exams.services import marking as service
from lsp.exams.services.marking import OwnScript
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.get("/penilaian-ujian")
@may("exam.mark")
def marking() -> str:
    """This marker's piles of answers, and the sessions they head."""
    return render_template(
        "exams/marking.html",
        piles=service.piles(session, me().person_id),
        headed=service.headed_sessions(session, me().person_id),
    )


@exams.get("/penilaian-ujian/sesi/<uuid:session_id>")
@may("exam.mark")
def marking_list(session_id: UUID) -> str:
    """This marker's answers in one session, those that wait first."""
    page = service.own_scripts(
        session, session_id, me().person_id, request.args.get("halaman", 1, type=int)
    )
    return render_template("exams/marking_list.html", page=page, answer_code=answer_code)


@exams.route("/penilaian-ujian/jawaban/<uuid:script_id>", methods=["GET", "POST"])
@may("exam.mark")
def mark_answer(script_id: UUID) -> ResponseReturnValue:
    """One answer beside its rubric; after saving, the next one that waits."""
    own = service.get_own_script(session, script_id, me().person_id)
    form = _form_of(own)
    if form.validate_on_submit():
        try:
            service.give_mark(
                session,
                script_id=script_id,
                marker_id=me().person_id,
                given=form.given(),
                now=now(),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            following = service.next_script(session, me().person_id, own.script)
            session.commit()
            flash(_("Nilai jawaban %(code)s tersimpan.", code=answer_code(script_id)), "success")
            if following is None:
                return redirect(url_for("exams.marking_list", session_id=own.script.session_id))
            return redirect(url_for("exams.mark_answer", script_id=following))
    done, total = service.progress(session, me().person_id, own.script)
    return render_template(
        "exams/mark_answer.html",
        form=form,
        own=own,
        code=answer_code(script_id),
        reopening=service.last_reopening(session, script_id),
        words=count_words(((own.answer and own.answer.response) or {}).get("text", "")),
        done=done,
        total=total,
        next_id=service.next_script(session, me().person_id, own.script),
    )


def _form_of(own: OwnScript) -> MarkForm:
    """The form of this answer, with what its marker gave last."""
    newest = own.newest
    form = form_of_question(own.script, own.revision)
    if newest is None:
        return form()
    data: dict[str, Any] = {"score": newest.score, "comment": newest.comment}
    data["notes"] = newest.notes
    data.update(zip(form.aspect_names, map(Decimal, newest.aspects), strict=False))
    return form(data=data)


def form_of_question(script: Script, revision: ItemRevision) -> type[MarkForm]:
    """The form that asks what this question's rubric asks."""
    return mark_form(
        service.aspects_of(revision, script.max_score),
        script.max_score,
        is_oral=revision.type is ItemType.ORAL,
    )


def show_refusal(form: MarkForm, refusal: Refusal) -> None:
    """Show why points were refused, at the field it is about."""
    if isinstance(refusal, AspectRefused):
        field = form.aspect(refusal.number)
    elif isinstance(refusal, CommentNeeded):
        field = form.comment
    elif isinstance(refusal, service.NotesNeeded):
        field = form["notes"]
    else:
        field = form.points()
    # Numbers as the reader writes them.
    refusal.values = {
        name: format_decimal(value) if isinstance(value, Decimal) else value
        for name, value in refusal.values.items()
    }
    form.refuse(refusal_text(refusal), field)
