"""The candidate's pages: their exams, the start, one question after the other, the end.

Every page works without script. The forms inside an exam check their CSRF token themselves,
because a stale one must not cost an answer.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.accounts.services.people import get_person, numbers_of
from lsp.accounts.signed_in import outlast_exam
from lsp.exams.forms.sitting import StartForm, read_form
from lsp.exams.rules.journal import Arriving, Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.closing import close_if_overdue, submit_attempt
from lsp.exams.services.questions import paper_view
from lsp.exams.services.sitting import (
    Fate,
    SaveResult,
    Sitting,
    Stage,
    WrongToken,
    attempt_view,
    begin_attempt,
    begin_break,
    end_break,
    get_own_seat,
    note_wrong_token,
    own_questions,
    own_seats,
    save_answers,
    scheme_title,
)
from lsp.exams.services.sitting.clocks import break_seconds_left, is_paused
from lsp.exams.services.sitting.late import late_answers, late_reasons
from lsp.exams.services.sitting.presence import see
from lsp.exams.views import exams
from lsp.exams.views.late_words import told_candidate
from lsp.exams.views.seb import gate
from lsp.exams.views.sitting.common import (
    adjustments,
    csrf_is_stale,
    frame,
    grace,
    open_own_form,
    takes_answers,
)
from lsp.exams.views.sitting.drawing import draw_question
from lsp.extensions import csrf
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session

#: What a form's button says, as steps in the candidate's own order.
STEPS = {"next": 1, "previous": -1}


# --- Before ----------------------------------------------------------------------------------


@exams.get("/ujian")
@may("exam.sit")
def mine() -> ResponseReturnValue:
    """The candidate's exams, what each waits for, and where it goes on."""
    rows = [(own, own.stage(now(), grace())) for own in own_seats(session, me().person_id)]
    return render_template("exams/mine.html", rows=rows, Stage=Stage)


@exams.get("/ujian/<uuid:seat_id>/mulai")
@may("exam.sit")
def start(seat_id: UUID) -> ResponseReturnValue:
    """The rules, who is sitting, and the token."""
    return _start_page(seat_id, StartForm())


@exams.post("/ujian/<uuid:seat_id>/mulai")
@may("exam.sit")
def begin(seat_id: UUID) -> ResponseReturnValue:
    """Open the paper."""
    form = StartForm()
    if not form.validate_on_submit():
        return _start_page(seat_id, form)
    try:
        attempt = begin_attempt(
            session,
            person_id=me().person_id,
            seat_id=seat_id,
            token=form.token.data or "",
            now=now(),
        )
    except Refusal as refusal:
        is_wrong = isinstance(refusal, WrongToken)
        form.refuse(refusal_text(refusal), form.token if is_wrong else None)
        if is_wrong:
            note_wrong_token(session, seat_id=seat_id, now=now())
            session.commit()
        return _start_page(seat_id, form)
    if (elsewhere := gate(attempt.seat)) is not None:
        session.rollback()
        return elsewhere
    outlast_exam()
    session.commit()
    first = own_questions(session, attempt.id, attempt.paper_id)[0].position
    return redirect(url_for("exams.question", attempt_id=attempt.id, position=first))


def _start_page(seat_id: UUID, form: StartForm) -> ResponseReturnValue:
    own = get_own_seat(session, me().person_id, seat_id)
    if own.attempt is not None:
        return redirect(url_for("exams.resume", attempt_id=own.attempt.id))
    if (elsewhere := gate(own.seat)) is not None:
        return elsewhere
    return render_template(
        "exams/start.html",
        form=form,
        seat=own.seat,
        exam=own.seat.session,
        stage=own.stage(now(), grace()),
        Stage=Stage,
        minutes=own.minutes,
        until_close=own.minutes_until_close(now()),
        adjustments=adjustments(own.seat),
        nip=numbers_of(parts().vault, get_person(session, me().person_id)).masked_nip,
        question_count=len(paper_view(session, own.seat.paper_id)),
    )


# --- During ----------------------------------------------------------------------------------


@exams.get("/ujian/<uuid:attempt_id>/lanjut")
@may("exam.sit")
def resume(attempt_id: UUID) -> ResponseReturnValue:
    """To the candidate's first question."""
    first = attempt_view(session, me().person_id, attempt_id).first
    return redirect(url_for("exams.question", attempt_id=attempt_id, position=first))


@exams.get("/ujian/<uuid:attempt_id>/soal/<int:position>")
@may("exam.sit")
def question(attempt_id: UUID, position: int) -> ResponseReturnValue:
    """One question."""
    person_id = me().person_id
    with parts().straight.read() as connection:
        sitting = attempt_view(session, person_id, attempt_id, straight=connection)
    if position not in sitting.questions:
        raise NotFound
    if (elsewhere := _elsewhere(sitting, position)) is not None:
        return elsewhere
    return _question_page(sitting, position)


def _elsewhere(
    sitting: Sitting, position: int, *, beyond: timedelta = timedelta()
) -> ResponseReturnValue | None:
    """Where this candidate is to look instead of at a question; None while they may see it.

    ``beyond`` is how long after the deadline they may: a typed answer comes back in the grace.
    """
    if not takes_answers(sitting, beyond):
        return redirect(url_for("exams.finished", attempt_id=sitting.attempt.id))
    if (elsewhere := gate(sitting.attempt.seat)) is not None:
        return elsewhere
    if is_paused(sitting.attempt, now()):
        return _paused_page(sitting, position)
    return None


@exams.post("/ujian/<uuid:attempt_id>/soal/<int:position>")
@csrf.exempt
@may("exam.sit")
def keep(attempt_id: UUID, position: int) -> ResponseReturnValue:
    """Save one question's form and go on; the way without script.

    Each form is a browser window of its own: its answer outranks all earlier ones.
    """
    sitting = attempt_view(session, me().person_id, attempt_id)
    if position not in sitting.questions:
        raise NotFound
    raw, is_doubtful = read_form(request.form), "doubtful" in request.form
    if csrf_is_stale():
        if (elsewhere := _elsewhere(sitting, position, beyond=grace())) is not None:
            return elsewhere
        stale = _(
            "Anda masuk lagi di jendela lain. Jawaban Anda masih terisi di bawah ini, tetapi belum"
            " tersimpan: tekan Simpan dan Lanjutkan sekali lagi."
        )
        return _question_page(sitting, position, raw, is_doubtful=is_doubtful, notice=stale), 400
    if gate(sitting.attempt.seat, for_script=True) is not None:
        return _unsaved_page(sitting, position), 403
    window, seq = open_own_form(attempt_id)
    result = save_answers(
        session,
        person_id=me().person_id,
        attempt_id=attempt_id,
        window=window,
        answers=[Arriving(position, seq, raw or None, is_doubtful)],
        via=Via.FORM,
        now=now(),
        grace=grace(),
    )
    saved = result.answers[0]
    if saved.reason is not None:
        if (elsewhere := _elsewhere(sitting, position, beyond=grace())) is not None:
            return elsewhere
        error = refusal_text(saved.reason)
        return _question_page(sitting, position, raw, is_doubtful=is_doubtful, error=error), 422
    if result.is_open:
        see(session, attempt_id, position, now=now())
    session.commit()
    return redirect(_next_address(sitting, position, result))


def _unsaved_page(sitting: Sitting, position: int) -> str:
    """What was typed, without its question, to be sent again from a browser that may."""
    fields = [each for each in request.form.items(multi=True) if each[0] != "csrf_token"]
    return render_template(
        "exams/seb_unsaved.html",
        sitting=sitting,
        position=position,
        number=sitting.questions[position].number,
        fields=fields,
    )


def _next_address(sitting: Sitting, position: int, result: SaveResult) -> str:
    """Where a saved form leads: the end when time is up, else where its button says."""
    attempt_id, fate = sitting.attempt.id, result.answers[0].fate
    number = sitting.questions[position].number
    if fate is Fate.REFUSED:
        flash(
            _(
                "Jawaban soal %(n)s tiba sesudah ujian berakhir. Jawaban itu disimpan dan belum"
                " dihitung; pengawas memutuskannya.",
                n=number,
            )
        )
    elif fate is Fate.LATE:
        flash(_("Jawaban soal %(n)s masih diterima dan ditandai terlambat.", n=number))
    if not result.is_open or result.seconds_left == 0:
        return url_for("exams.finished", attempt_id=attempt_id)
    go = request.form.get("go", "next")
    wanted = int(go) if go.isdecimal() else None
    if go in STEPS:
        wanted = sitting.beside(position, STEPS[go])
    if wanted not in sitting.questions:
        return url_for("exams.check", attempt_id=attempt_id)
    return url_for("exams.question", attempt_id=attempt_id, position=wanted)


def _question_page(
    sitting: Sitting,
    position: int,
    raw: dict[str, Any] | None = None,
    *,
    is_doubtful: bool = False,
    notice: str = "",
    error: str = "",
) -> str:
    """A question with the answer so far, or with the one just typed when it was not saved."""
    given = sitting.answers.get(position)
    if raw is None and given is not None:
        raw, is_doubtful = given.response, given.is_doubtful
    return draw_question(
        sitting,
        position,
        response=raw or {},
        is_doubtful=is_doubtful,
        frame=frame(sitting),
        break_seconds=break_seconds_left(sitting.attempt.seat, sitting.attempt, now()),
        notice=notice,
        error=error,
    )


def _paused_page(sitting: Sitting, position: int) -> ResponseReturnValue:
    """No question while the clock stands, and no frame for a reload without network."""
    page = render_template(
        "exams/sitting_paused.html",
        sitting=sitting,
        position=position,
        is_break=sitting.attempt.pause_ends_at is not None,
        break_seconds=break_seconds_left(sitting.attempt.seat, sitting.attempt, now()),
        **frame(sitting),
    )
    return page, {"X-Paused": "1"}


@exams.post("/ujian/<uuid:attempt_id>/soal/<int:position>/jeda")
@csrf.exempt
@may("exam.sit")
def pause(attempt_id: UUID, position: int) -> ResponseReturnValue:
    """Take or end one's own break (FR.AK.07), then back to where one was."""
    if csrf_is_stale():
        flash(_("Anda masuk lagi di jendela lain. Tekan tombolnya sekali lagi."))
    else:
        change = end_break if request.form.get("do") == "end" else begin_break
        try:
            change(session, person_id=me().person_id, attempt_id=attempt_id, now=now())
        except Refusal as refusal:
            flash(refusal_text(refusal))
        session.commit()
    return redirect(url_for("exams.question", attempt_id=attempt_id, position=position))


# --- The end ---------------------------------------------------------------------------------


@exams.get("/ujian/<uuid:attempt_id>/periksa")
@may("exam.sit")
def check(attempt_id: UUID) -> ResponseReturnValue:
    """What is answered and what is not, before it is sent."""
    sitting = attempt_view(session, me().person_id, attempt_id)
    if not takes_answers(sitting):
        return redirect(url_for("exams.finished", attempt_id=attempt_id))
    if (elsewhere := gate(sitting.attempt.seat)) is not None:
        return elsewhere
    if is_paused(sitting.attempt, now()):
        return _paused_page(sitting, sitting.first)
    return render_template("exams/check.html", sitting=sitting, notice="", **frame(sitting))


@exams.post("/ujian/<uuid:attempt_id>/kirim")
@csrf.exempt
@may("exam.sit")
def submit(attempt_id: UUID) -> ResponseReturnValue:
    """End the exam. A second click finds it ended and shows the same page.

    Once the time is up, Safe Exam Browser is not asked for: the clock ends the exam anyway.
    """
    sitting = attempt_view(session, me().person_id, attempt_id)
    if takes_answers(sitting) and (elsewhere := gate(sitting.attempt.seat)) is not None:
        return elsewhere
    if csrf_is_stale():
        stale = _("Anda masuk lagi di jendela lain. Tekan Kirim jawaban sekali lagi.")
        page = render_template("exams/check.html", sitting=sitting, notice=stale, **frame(sitting))
        return page, 400
    submit_attempt(
        session, person_id=me().person_id, attempt_id=attempt_id, now=now(), grace=grace()
    )
    session.commit()
    return redirect(url_for("exams.finished", attempt_id=attempt_id))


@exams.get("/ujian/<uuid:attempt_id>/selesai")
@may("exam.sit")
def finished(attempt_id: UUID) -> ResponseReturnValue:
    """What was sent and what happens next. No score: an assessor and the committee decide."""
    sitting = attempt_view(session, me().person_id, attempt_id)
    if takes_answers(sitting):
        if sitting.attempt.reopened_at is not None:
            return render_template("exams/reopened.html", sitting=sitting, **frame(sitting))
        return redirect(url_for("exams.resume", attempt_id=attempt_id))
    if sitting.attempt.state is AttemptState.OPEN:
        session.rollback()  # the next transaction then sees what is closed meanwhile
        _close_now_if_overdue(attempt_id)
        sitting = attempt_view(session, me().person_id, attempt_id)
    late = late_answers(session, sitting.exam, sitting.attempt, now())
    return render_template(
        "exams/finished.html",
        sitting=sitting,
        late_words=list(told_candidate(late)),
        late_reasons=late_reasons(session, attempt_id) if late.answers else [],
        scheme_title=scheme_title(session, sitting.exam.id),
        AttemptState=AttemptState,
        **frame(sitting),
    )


def _close_now_if_overdue(attempt_id: UUID) -> None:
    """Do the job's work for the one candidate who is looking; a page's own session only reads."""
    with parts().open_session(reads=False) as writing:
        close_if_overdue(writing, attempt_id, now=now(), grace=grace())
        writing.commit()
