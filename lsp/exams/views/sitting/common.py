"""What the candidate's views share: the grace, the CSRF token that must not cost an answer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from lsp.accounts.services.sessions import token_hash
from lsp.exams.models import Seat
from lsp.accounts.signed_in import outlast_exam
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting import Grant, SaveResult, Sitting, grants, open_form
from lsp.exams.services.sitting.clocks import deadline_now
from lsp.exams.services.sitting.devices import note_sign_in
from lsp.extensions import choose_language, csrf, format_clock
from lsp.pages import refusal_text
from lsp.security import me
from lsp.web import now, session, settings

#: Minutes before the end from which a static line says that little is left.
LAST_MINUTES = 5
#: Sizes of the text that the style sheet knows, in percent.
TEXT_SIZES = (100, 125, 150, 200, 300)


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


def sent_json() -> Any:
    """What the script sent; None for what is no JSON, or is nested beyond all reason."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def open_own_form(attempt_id: UUID) -> tuple[int, int]:
    """A form without script as a window of its own (``open_form``), and from which sign-in."""
    window, seq = open_form(session, person_id=me().person_id, attempt_id=attempt_id)
    note_own_sign_in(attempt_id, window)
    return window, seq


def note_own_sign_in(attempt_id: UUID, window: int) -> None:
    """Note it when the sitting goes on from another sign-in than before, and let this one last."""
    outlast_exam()
    sign_in = token_hash(me().token)
    note_sign_in(session, attempt_id, sign_in=sign_in, window=window, now=now())


def takes_answers(sitting: Sitting, beyond: timedelta = timedelta()) -> bool:
    """Whether the candidate may still choose, or so long ``beyond`` the deadline."""
    deadline = deadline_now(sitting.exam, sitting.attempt, now())
    return sitting.attempt.state is AttemptState.OPEN and now() < deadline + beyond


def frame(sitting: Sitting) -> dict[str, Any]:
    """What the exam's own frame shows: time, text size, and time that was added."""
    left = timing.seconds_left(deadline_now(sitting.exam, sitting.attempt, now()), now())
    seat = sitting.attempt.seat
    granted = grants(session, sitting.attempt.id) if seat.extra_minutes else []
    return {
        "time_left": f"{left // 3600:02}.{left // 60 % 60:02}.{left % 60:02}",
        "is_nearly_over": left <= LAST_MINUTES * 60,
        "text_size": text_size(seat.text_percent),
        "extra_minutes": seat.extra_minutes,
        "grants": [grant_text(g) for g in granted],
    }


def text_size(percent: int) -> int:
    """The size of the style sheet for a seat: the smallest that is large enough."""
    return next(size for size in TEXT_SIZES if size >= percent)


def adjustments(seat: Seat) -> list[str]:
    """What was agreed for a seat (FR.AK.07), in words for its candidate."""
    words = []
    if seat.time_percent > 100:
        minutes = seat.session.length_minutes * seat.time_percent // 100
        words.append(
            _(
                "Waktu Anda %(n)s menit, bukan %(usual)s menit.",
                n=minutes,
                usual=seat.session.length_minutes,
            )
        )
    if seat.break_minutes:
        words.append(
            _(
                "Anda boleh mengambil jeda, seluruhnya %(n)s menit. Waktu berhenti selama jeda.",
                n=seat.break_minutes,
            )
        )
    if seat.text_percent > 100:
        words.append(_("Tulisan di halaman ujian lebih besar: %(n)s%%.", n=seat.text_percent))
    if seat.helper:
        words.append(_("Pendamping Anda: %(helper)s.", helper=_(seat.helper)))
    return words


def grant_text(grant: Grant) -> str:
    """Time that was added, in words with its reason."""
    return _("Pengawas menambah %(n)s menit: %(reason)s", n=grant.minutes, reason=grant.reason)


def told(result: SaveResult, language: str | None = None) -> dict[str, Any]:
    """How the sitting stands and what became of each answer, for the script.

    In the language of its page, where the request says which; else in the browser's or account's.
    """
    language = language or choose_language(result.language)
    return {
        "seconds_left": result.seconds_left,
        "open": result.is_open,
        "frozen": result.is_frozen,
        "paused": result.is_paused,
        "break": result.is_break,
        "extra": result.extra_minutes,
        "clock": format_clock(now(), result.timezone, language),
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
