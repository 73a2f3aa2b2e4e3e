"""The candidate's side: their exams, the start, one question after the other, the end.

Every page works without script. The script speaks to the JSON addresses at the bottom; they and
the two forms inside an exam check their CSRF token themselves, because a stale one must not cost
an answer.
"""

import gzip
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from lsp.accounts.signed_in import carried_token
from lsp.exams.forms.sitting import BadBatch, StartForm, read_batch, read_form
from lsp.exams.rules import journal, timing
from lsp.exams.rules.journal import Arriving
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.closing import close_if_overdue, submit_attempt
from lsp.exams.services.questions import KEPT, paper_view
from lsp.exams.services.sitting import (
    Fate,
    SaveResult,
    Sitting,
    Stage,
    WrongToken,
    attempt_view,
    get_own_attempt,
    get_own_seat,
    open_window,
    own_seats,
    save_answers,
    save_signed_in,
    standing,
    start_attempt,
)
from lsp.exams.views import exams
from lsp.exams.views.seb import gate
from lsp.extensions import choose_language, csrf, format_clock
from lsp.pages import refusal_text
from lsp.security import may, me, open_to_all, turn_away
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session, settings

#: Minutes before the end from which a static line says that little is left.
LAST_MINUTES = 5

#: Papers in a language, drawn and compressed for the script.
_packed: dict[tuple[UUID, str], bytes] = {}


class StaleToken(Exception):
    """The CSRF token is not of this sign-in."""


def grace() -> timedelta:
    """How long after the deadline an answer chosen in time may still arrive."""
    return timedelta(seconds=settings().exam_grace_seconds)


def csrf_is_stale() -> bool:
    """Whether the request's CSRF token is not of this sign-in; the view then loses nothing."""
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return False
    try:
        csrf.protect()
    except CSRFError:
        return True
    return False


def header_is_stale() -> bool:
    """The same for the script's addresses, which take the token from its header alone."""
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return False
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        return True
    return False


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
        attempt = start_attempt(
            session,
            person_id=me().person_id,
            seat_id=seat_id,
            token=form.token.data or "",
            now=now(),
        )
    except Refusal as refusal:
        form.refuse(refusal_text(refusal), form.token if isinstance(refusal, WrongToken) else None)
        return _start_page(seat_id, form)
    if (elsewhere := gate(attempt.seat)) is not None:
        session.rollback()
        return elsewhere
    session.commit()
    return redirect(url_for("exams.question", attempt_id=attempt.id, position=1))


def _start_page(seat_id: UUID, form: StartForm) -> ResponseReturnValue:
    own = get_own_seat(session, me().person_id, seat_id)
    if own.attempt is not None:
        return redirect(url_for("exams.question", attempt_id=own.attempt.id, position=1))
    if (elsewhere := gate(own.seat)) is not None:
        return elsewhere
    return render_template(
        "exams/start.html",
        form=form,
        seat=own.seat,
        exam=own.seat.session,
        stage=own.stage(now(), grace()),
        Stage=Stage,
        minutes=own.seat.session.length_minutes + own.seat.extra_minutes,
        question_count=len(paper_view(session, own.seat.paper_id)),
    )


# --- During ----------------------------------------------------------------------------------


@exams.get("/ujian/<uuid:attempt_id>/soal/<int:position>")
@may("exam.sit")
def question(attempt_id: UUID, position: int) -> ResponseReturnValue:
    """One question."""
    sitting = attempt_view(session, me().person_id, attempt_id)
    if position not in sitting.questions:
        raise NotFound
    if not _takes_answers(sitting):
        return redirect(url_for("exams.finished", attempt_id=attempt_id))
    if (elsewhere := gate(sitting.attempt.seat)) is not None:
        return elsewhere
    return _question_page(sitting, position)


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
        stale = _(
            "Anda masuk lagi di jendela lain. Jawaban Anda masih terisi di bawah ini, tetapi belum"
            " tersimpan: tekan Simpan dan Lanjutkan sekali lagi."
        )
        return _question_page(sitting, position, raw, is_doubtful=is_doubtful, notice=stale), 400
    window = open_window(session, person_id=me().person_id, attempt_id=attempt_id)
    result = save_answers(
        session,
        person_id=me().person_id,
        attempt_id=attempt_id,
        window=window,
        answers=[Arriving(position, journal.first_seq(window), raw or None, is_doubtful)],
        now=now(),
        grace=grace(),
    )
    saved = result.answers[0]
    if saved.reason is not None:
        error = refusal_text(saved.reason)
        return _question_page(sitting, position, raw, is_doubtful=is_doubtful, error=error), 422
    session.commit()
    return redirect(_next_address(sitting, position, result))


def _next_address(sitting: Sitting, position: int, result: SaveResult) -> str:
    """Where a saved form leads: the end when time is up, else where its button says."""
    attempt_id, fate = sitting.attempt.id, result.answers[0].fate
    if fate is Fate.REFUSED:
        flash(
            _(
                "Jawaban soal %(n)s tiba sesudah ujian berakhir. Jawaban itu dicatat untuk"
                " pengawas, tetapi tidak dihitung.",
                n=position,
            )
        )
    elif fate is Fate.LATE:
        flash(_("Jawaban soal %(n)s masih diterima dan ditandai terlambat.", n=position))
    if not result.is_open or result.seconds_left == 0:
        return url_for("exams.finished", attempt_id=attempt_id)
    go = request.form.get("go", "next")
    wanted = {"next": position + 1, "previous": position - 1}.get(go)
    if wanted is None and go.isdecimal():
        wanted = int(go)
    if wanted not in sitting.questions:
        return url_for("exams.check", attempt_id=attempt_id)
    return url_for("exams.question", attempt_id=attempt_id, position=wanted)


def _takes_answers(sitting: Sitting) -> bool:
    attempt = sitting.attempt
    return attempt.state is AttemptState.OPEN and now() < attempt.deadline


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
    return render_template(
        "exams/question.html",
        sitting=sitting,
        question=sitting.questions[position],
        response=raw or {},
        is_doubtful=is_doubtful,
        notice=notice,
        error=error,
        **_clock(sitting),
    )


def _clock(sitting: Sitting) -> dict[str, Any]:
    left = timing.seconds_left(sitting.attempt.deadline, now())
    return {"seconds_left": left, "is_nearly_over": left <= LAST_MINUTES * 60}


# --- The end ---------------------------------------------------------------------------------


@exams.get("/ujian/<uuid:attempt_id>/periksa")
@may("exam.sit")
def check(attempt_id: UUID) -> ResponseReturnValue:
    """What is answered and what is not, before it is sent."""
    sitting = attempt_view(session, me().person_id, attempt_id)
    if not _takes_answers(sitting):
        return redirect(url_for("exams.finished", attempt_id=attempt_id))
    return render_template("exams/check.html", sitting=sitting, notice="", **_clock(sitting))


@exams.post("/ujian/<uuid:attempt_id>/kirim")
@csrf.exempt
@may("exam.sit")
def submit(attempt_id: UUID) -> ResponseReturnValue:
    """End the exam. A second click finds it ended and shows the same page."""
    if csrf_is_stale():
        sitting = attempt_view(session, me().person_id, attempt_id)
        stale = _("Anda masuk lagi di jendela lain. Tekan Kirim jawaban sekali lagi.")
        page = render_template("exams/check.html", sitting=sitting, notice=stale, **_clock(sitting))
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
    if _takes_answers(sitting):
        return redirect(url_for("exams.question", attempt_id=attempt_id, position=1))
    if sitting.attempt.state is AttemptState.OPEN:
        session.rollback()  # the next transaction then sees what is closed meanwhile
        _close_now_if_overdue(attempt_id)
        sitting = attempt_view(session, me().person_id, attempt_id)
    return render_template("exams/finished.html", sitting=sitting, AttemptState=AttemptState)


def _close_now_if_overdue(attempt_id: UUID) -> None:
    """Do the job's work for the one candidate who is looking; a page's own session only reads."""
    with parts().open_session(reads=False) as writing:
        close_if_overdue(writing, attempt_id, now=now(), grace=grace())
        writing.commit()


# --- For the script --------------------------------------------------------------------------


@exams.post("/ujian/<uuid:attempt_id>/jendela")
@csrf.exempt
@may("exam.sit")
def take_over(attempt_id: UUID) -> ResponseReturnValue:
    """A browser window opens: it holds the exam now and learns how it stands."""
    if header_is_stale():
        return {"error": "csrf"}, 400
    window = open_window(session, person_id=me().person_id, attempt_id=attempt_id)
    sitting = attempt_view(session, me().person_id, attempt_id)
    session.commit()
    attempt = sitting.attempt
    return {
        "window": window,
        "first_seq": journal.first_seq(window),
        "seconds_left": timing.seconds_left(attempt.deadline, now()),
        "elapsed_ms": int((now() - attempt.started_at) / timedelta(milliseconds=1)),
        "open": attempt.state is AttemptState.OPEN
        and timing.is_open(attempt.deadline, now(), grace()),
        "clock": format_clock(now(), sitting.exam.timezone),
        "given": {
            str(position): {"response": given.response, "doubtful": given.is_doubtful}
            for position, given in sitting.answers.items()
        },
    }


@exams.post("/ujian/<uuid:attempt_id>/jawaban")
@csrf.exempt
@may("exam.sit", view_asks=True)
def save(attempt_id: UUID) -> ResponseReturnValue:
    """Save what the browser's queue holds. Never limited by address: a room shares one.

    The one hot path. Everything that needs no database comes first; then one statement asks
    whether this sign-in session may answer this attempt. Where anything is missing, the ordinary
    check says first whether it is the permission.
    """
    try:
        if header_is_stale():
            raise StaleToken
        window, answers = read_batch(request.get_json(silent=True))
        result = _save_as_carried(attempt_id, window, answers)
    except StaleToken:
        return turn_away("exam.sit") or ({"error": "csrf"}, 400)
    except BadBatch as reason:
        return turn_away("exam.sit") or ({"error": str(reason)}, 422)
    except NotFound:
        return turn_away("exam.sit") or abort(404)
    return _told(result)


def _save_as_carried(attempt_id: UUID, window: int, answers: list[Arriving]) -> SaveResult:
    """Save for whoever the cookie's token belongs to, if they may. Raises NotFound if not."""
    with parts().begin() as connection:
        return save_signed_in(
            connection,
            token=carried_token(),
            staff_needs_code=settings().staff_totp_required,
            attempt_id=attempt_id,
            window=window,
            answers=answers,
            now=now(),
            grace=grace(),
        )


@exams.get("/ujian/<uuid:attempt_id>/waktu.json")
@may("exam.sit")
def time_left(attempt_id: UUID) -> ResponseReturnValue:
    """The seconds left, for a browser that has nothing to save."""
    result = standing(
        session,
        person_id=me().person_id,
        attempt_id=attempt_id,
        window=request.args.get("window", 0, type=int),
        now=now(),
        grace=grace(),
    )
    return _told(result)


def _told(result: SaveResult) -> dict[str, Any]:
    return {
        "seconds_left": result.seconds_left,
        "open": result.is_open,
        "frozen": result.is_frozen,
        "clock": format_clock(now(), result.timezone, choose_language(result.language)),
        "answers": [
            {
                "position": saved.position,
                "seq": saved.seq,
                "fate": saved.fate,
                "reason": refusal_text(saved.reason) if saved.reason else None,
            }
            for saved in result.answers
        ],
    }


@exams.get("/ujian/<uuid:attempt_id>/naskah.json")
@may("exam.sit")
def paper(attempt_id: UUID) -> ResponseReturnValue:
    """The whole paper as the question pages show it, so that moving on needs no network."""
    attempt = get_own_attempt(session, me().person_id, attempt_id)
    if attempt.state is not AttemptState.OPEN:
        return {"error": "ended"}, 410
    if (refused := gate(attempt.seat, for_script=True)) is not None:
        return refused
    packed = _packed_paper(attempt.paper_id)
    response = Response(mimetype="application/json")
    if request.accept_encodings.quality("gzip") > 0:
        response.data = packed
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.data = gzip.decompress(packed)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _packed_paper(paper_id: UUID) -> bytes:
    """A paper's questions as compressed JSON; drawn once for each language."""
    key = (paper_id, str(get_locale()))
    if key not in _packed:
        drawn = [
            {
                "position": question.position,
                "html": render_template(
                    f"exams/questions/{question.type}.html",
                    question=question,
                    response={},
                    error="",
                ),
            }
            for question in paper_view(session, paper_id).values()
        ]
        if len(_packed) >= KEPT:
            _packed.clear()
        _packed[key] = gzip.compress(current_app.json.dumps(drawn).encode(), mtime=0)
    return _packed[key]


@exams.get("/ujian/token.json")
@may("exam.sit")
def token() -> ResponseReturnValue:
    """A fresh CSRF token, for an exam page that outlived a sign-in."""
    return {"csrf_token": generate_csrf()}


@exams.get("/ujian/sw.js")
@open_to_all
def worker() -> ResponseReturnValue:
    """The service worker, served here so that it looks after the exam pages and no others."""
    response = current_app.send_static_file("sw.js")
    response.headers["Cache-Control"] = "no-cache"
    return response
