"""What the candidate's views share: the grace, the CSRF token that must not cost an answer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from lsp.accounts.services.sessions import token_hash
from lsp.accounts.signed_in import outlast_exam
from lsp.exams.models import Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.seb import SebRule
from lsp.exams.services.sitting import SaveResult, Sitting, open_form
from lsp.exams.services.sitting.clocks import deadline_now
from lsp.exams.services.sitting.devices import note_sign_in
from lsp.exams.services.sitting.telling import Adjusted, Grant, told_changes
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
    changes = told_changes(session, sitting.attempt.id) if sitting.is_changed else []
    return {
        "time_left": f"{left // 3600:02}.{left // 60 % 60:02}.{left % 60:02}",
        "is_nearly_over": left <= LAST_MINUTES * 60,
        "text_size": text_size(seat.text_percent),
        "extra_minutes": seat.granted_minutes,
        "grants": [change_text(change, sitting.exam.timezone) for change in changes],
        "helper": seat.helper,
        "asks_for_seb": SebRule.of(sitting.exam).is_required,
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


def change_text(change: Grant | Adjusted, timezone: str) -> str:
    """Time that was added, or an adjustment that was changed, in words with its reason."""
    if isinstance(change, Adjusted):
        what = "; ".join(_adjusted_parts(change))
        return _(
            "Penyesuaian Anda diubah: %(what)s. Alasan: %(reason)s",
            what=what,
            reason=change.reason,
        )
    words = _("Pengawas menambah %(n)s menit: %(reason)s", n=change.minutes, reason=change.reason)
    if change.closes_at is None:
        return words
    time = format_clock(change.closes_at, timezone)
    cut = _(
        "Sesi tutup pukul %(time)s, jadi waktu Anda bertambah %(n)s menit.",
        time=time,
        n=change.gained,
    )
    return f"{words.rstrip('.')}. {cut}"


def _adjusted_parts(change: Adjusted) -> Iterator[str]:
    before, after = change.before, change.after
    if before.time_percent != after.time_percent:
        old, new = (change.length_minutes * each.time_percent // 100 for each in (before, after))
        yield _("lama ujian dari %(old)s menit menjadi %(new)s menit", old=old, new=new)
    if before.break_minutes != after.break_minutes:
        old, new = before.break_minutes, after.break_minutes
        yield _("jeda dari %(old)s menit menjadi %(new)s menit", old=old, new=new)
    if before.text_percent != after.text_percent:
        yield _("ukuran tulisan %(n)s%%", n=after.text_percent)
    if before.helper != after.helper:
        yield helper_words(after.helper) or _("tanpa pendamping")


def helper_words(helper: str) -> str:
    """Who sits with the candidate, in words; empty for nobody."""
    return _("didampingi %(helper)s", helper=_(helper)) if helper else ""


def told(result: SaveResult, language: str | None = None) -> dict[str, Any]:
    """How the sitting stands and what became of each answer, for the script.

    In the language of its page, where the request says which; else in the browser's or account's.
    """
    language = language or choose_language(result.language)
    said = {
        "seconds_left": result.seconds_left,
        "elapsed_ms": result.elapsed_ms,
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
    # Only when the browser gave a number twice: its next number has to be above this one.
    if result.last_seq is not None:
        said["last_seq"] = result.last_seq
    # Only where the page shows what does not count.
    if result.counting:
        said["given"] = {
            str(position): {"response": counting.response, "doubtful": counting.is_doubtful}
            for position, counting in result.counting.items()
        }
    return said
