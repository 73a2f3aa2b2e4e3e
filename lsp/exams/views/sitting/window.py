"""The script's addresses: a window opens, saves, reports; the paper as a whole."""

import gzip
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from lsp.accounts.services.sessions import token_hash
from lsp.accounts.signed_in import carried_token
from lsp.exams.forms.sitting import read_batch, read_report
from lsp.exams.models import Attempt
from lsp.exams.rules import journal, timing, window_keys
from lsp.exams.rules.answer_files import file_key
from lsp.exams.rules.journal import BadAnswers
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.window_keys import BadKey, WindowKey, read_key, write_key
from lsp.exams.services.questions import (
    OWN_KEPT,
    Question,
    paper_at_hand,
    paper_shuffles,
    paper_view,
)
from lsp.exams.services.sitting import (
    Delivery,
    attempt_view,
    get_own_attempt,
    hear,
    open_window,
    own_questions,
    save_answers,
    save_by_key,
)
from lsp.exams.services.sitting.clocks import deadline_now, is_paused
from lsp.exams.services.sitting.reused import keep_reused, may_be_reused
from lsp.exams.services.sitting.telling import told_changes
from lsp.exams.views import exams
from lsp.exams.views.seb import gate
from lsp.exams.views.sitting.common import (
    change_text,
    grace,
    header_is_stale,
    note_own_sign_in,
    sent_json,
    takes_answers,
    told,
)
from lsp.extensions import choose_language, csrf, format_clock
from lsp.security import may, me, open_to_all, turn_away
from lsp.texts import NotFound
from lsp.web import now, parts, session, settings

#: Papers in a language, drawn and compressed for the script.
_packed: dict[tuple[UUID, str], bytes] = {}


@exams.post("/ujian/<uuid:attempt_id>/jendela")
@csrf.exempt
@may("exam.sit")
def take_over(attempt_id: UUID) -> ResponseReturnValue:
    """A browser window opens: it holds the exam now and learns how it stands.

    After the end none holds it and no key is given: what it signed would look like an answer from
    the exam. The page goes to the receipt. Nor does one open that has not proven to be in Safe Exam
    Browser, where the session asks for it: ``save`` relies on that.
    """
    if header_is_stale():
        return {"error": "csrf"}, 400
    window = open_window(session, person_id=me().person_id, attempt_id=attempt_id)
    sitting = attempt_view(session, me().person_id, attempt_id)
    if not takes_answers(sitting, grace()):
        session.rollback()
        return {"open": False}
    if (refused := gate(sitting.attempt.seat, for_script=True)) is not None:
        session.rollback()
        return refused
    note_own_sign_in(attempt_id, window)
    session.commit()
    attempt = sitting.attempt
    deadline = deadline_now(sitting.exam, attempt, now())
    return {
        "window": window,
        "first_seq": journal.first_seq(window),
        "key": file_key(settings().secret_key, attempt_id, window),
        "window_key": _window_key(attempt_id, window),
        "seconds_left": timing.seconds_left(deadline, now()),
        "elapsed_ms": int((now() - attempt.started_at) / timedelta(milliseconds=1)),
        "open": True,
        "paused": is_paused(attempt, now()),
        "extra": attempt.seat.granted_minutes,
        "clock": format_clock(now(), sitting.exam.timezone),
        "given": {
            str(position): {"response": given.response, "doubtful": given.is_doubtful}
            for position, given in sitting.answers.items()
        },
    }


def _window_key(attempt_id: UUID, window: int) -> str:
    key = WindowKey(token_hash(carried_token()), window, choose_language())
    return write_key(settings().secret_key, attempt_id, key)


@exams.post("/ujian/<uuid:attempt_id>/jawaban")
@csrf.exempt
@may("exam.sit", view_asks=True)
def save(attempt_id: UUID) -> ResponseReturnValue:
    """Save what the browser's queue holds. Never limited by address: a room shares one.

    The one hot path. The window's key stands for cookie and CSRF token (docs/decisions/0007), and
    whether its sign-in session may still answer is asked where the answer is written. Where
    anything is missing, the ordinary check says first whether it is the permission.

    A key also stands for Safe Exam Browser: ``take_over`` gives it to nobody before the proof, and
    it ends with the sign-in that the proof belongs to. So nothing is asked here, where every
    statement counts.
    """
    carried = request.headers.get(window_keys.HEADER)
    if carried is None:
        return _save_with_cookie(attempt_id)
    try:
        key = read_key(settings().secret_key, attempt_id, carried)
        window, answers = read_batch(sent_json())
        if window != key.window:
            raise BadKey("of another window")
        delivery = Delivery(attempt_id, window, answers, now(), grace())
        with parts().straight.begin() as connection:
            needs_code = settings().staff_totp_required
            result = save_by_key(
                connection, delivery, key, staff_needs_code=needs_code, papers=_paper
            )
    except (BadKey, NotFound):
        return turn_away("exam.sit") or ({"error": "key"}, 400)
    except BadAnswers as reason:
        return turn_away("exam.sit") or ({"error": str(reason)}, 422)
    if may_be_reused(result):  # rare, so no session is opened for it before
        result = keep_reused(session, delivery, result)
        session.commit()
    return told(result, key.language)


def _save_with_cookie(attempt_id: UUID) -> ResponseReturnValue:
    """The same for a page whose window has no key, or had it in an earlier sign-in."""
    if (refused := turn_away("exam.sit")) is not None:
        return refused
    if header_is_stale():
        return {"error": "csrf"}, 400
    try:
        window, answers = read_batch(sent_json())
    except BadAnswers as reason:
        return {"error": str(reason)}, 422
    seat = get_own_attempt(session, me().person_id, attempt_id).seat
    if (elsewhere := gate(seat, for_script=True)) is not None:
        return elsewhere
    delivery = Delivery(attempt_id, window, answers, now(), grace())
    result = save_answers(
        session,
        person_id=me().person_id,
        attempt_id=attempt_id,
        window=window,
        answers=answers,
        now=delivery.at,
        grace=delivery.grace,
    )
    result = keep_reused(session, delivery, result)
    session.commit()
    return told(result)


def _paper(paper_id: UUID) -> Mapping[int, Question]:
    """A paper's questions, read once in the life of the process."""
    known = paper_at_hand(paper_id)
    if known is None:
        with parts().open_session(reads=True) as reader:
            known = paper_view(reader, paper_id)
    return known


@exams.post("/ujian/<uuid:attempt_id>/kabar")
@csrf.exempt
@may("exam.sit")
def report(attempt_id: UUID) -> ResponseReturnValue:
    """What a window says of itself every few seconds; it learns how the sitting stands."""
    if header_is_stale():
        return {"error": "csrf"}, 400
    try:
        said, known_extra = read_report(sent_json())
    except BadAnswers as reason:
        return {"error": str(reason)}, 422
    result = hear(
        session,
        person_id=me().person_id,
        attempt_id=attempt_id,
        report=said,
        now=now(),
        grace=grace(),
    )
    session.commit()
    answer = told(result)
    if result.extra_minutes != known_extra:
        changes = told_changes(session, attempt_id)
        answer["grants"] = [change_text(change, result.timezone) for change in changes]
    return answer


@exams.get("/ujian/<uuid:attempt_id>/naskah.json")
@may("exam.sit")
def paper(attempt_id: UUID) -> ResponseReturnValue:
    """The whole paper as the question pages show it, so that moving on needs no network."""
    attempt = get_own_attempt(session, me().person_id, attempt_id)
    if attempt.state is not AttemptState.OPEN:
        return {"error": "ended"}, 410
    if (refused := gate(attempt.seat, for_script=True)) is not None:
        return refused
    if is_paused(attempt, now()):
        return {"error": "paused"}, 409
    packed = _packed_paper(attempt)
    response = Response(mimetype="application/json")
    if request.accept_encodings.quality("gzip") > 0:
        response.data = packed
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.data = gzip.decompress(packed)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _packed_paper(attempt: Attempt) -> bytes:
    """A paper's questions as compressed JSON; drawn once for each language.

    Where each candidate has an order of choices of their own, it is drawn for each.
    """
    shuffles = paper_shuffles(session, attempt.paper_id)
    key = (attempt.id if shuffles.choices else attempt.paper_id, str(get_locale()))
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
            for question in own_questions(session, attempt.id, attempt.paper_id)
        ]
        if len(_packed) >= OWN_KEPT:
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
