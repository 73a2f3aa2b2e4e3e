"""Results that an invigilator does not change alone: opened by a second person, with a reason.

What a recommendation rests on is never changed by one person, and nobody lets count alone what
came after the candidate had handed in: it may have been held up at another device, or made up at
home. Somebody who runs the marking opens the result; an invigilator then decides. A new
recommendation, and for answers a new arrival, closes it again.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Attempt, SeatEvent
from lsp.exams.rules.sittings import AttemptGuard
from lsp.exams.services.rooms.events import (
    REOPENED,
    RESULT_OPENED,
    TAKEN_BACK,
    add_event,
    known,
)
from lsp.exams.services.rooms.seats import get_seat
from lsp.exams.services.sitting.late import LATE_COUNTED, LATE_LEFT, Late, late_answers
from lsp.texts import N_, Refusal

#: Why an invigilator changes nothing in a result, and what to do.
HOLD_WORDS = {
    AttemptGuard.NOTHING_RESTS_ON_IT: N_(
        "Rekomendasi sudah dibuat dari hasil ujian ini, jadi pengawas tidak bisa mengubahnya"
        " sendiri. Minta manajer atau administrator LSP membuka lagi hasilnya di halaman sesi."
    ),
    AttemptGuard.ANOTHER_OPENED_IT: N_(
        "Anda sendiri yang membuka lagi hasil ujian ini. Pengawas lain yang memutuskannya."
    ),
}
#: Why an invigilator does not let count what came after the candidate had handed in.
AFTER_OWN_END = N_(
    "Asesi sudah mengirim jawabannya sendiri dan jawaban ini baru tiba sesudahnya, jadi pengawas"
    " tidak bisa menghitungnya sendiri. Minta manajer atau administrator LSP membuka hasilnya di"
    " halaman sesi."
)
#: What an invigilator decides about a sitting that has ended.
_DECISIONS = (LATE_COUNTED, LATE_LEFT, REOPENED, TAKEN_BACK)


def holds(
    session: Session, attempts: Sequence[Attempt], person_id: uuid.UUID
) -> dict[uuid.UUID, AttemptGuard]:
    """What keeps this person from changing the results of these sittings; one statement at most.

    The caller holds their rows where something follows from it, so that no recommendation comes
    to rest on them meanwhile (``results.rely_on_result``).
    """
    relied = [attempt for attempt in attempts if attempt.relied_on_at is not None]
    openings = _openings(session, [attempt.seat_id for attempt in relied])
    found = {}
    for attempt in relied:
        theirs = openings.get(attempt.seat_id, [])
        if not _is_open(attempt, theirs, None):
            found[attempt.id] = AttemptGuard.NOTHING_RESTS_ON_IT
        elif any(event.actor_id == person_id for event in theirs):
            found[attempt.id] = AttemptGuard.ANOTHER_OPENED_IT
    return found


def why_held(session: Session, attempt: Attempt, late: Late, person_id: uuid.UUID) -> str | None:
    """Why this person does not let the late answers that are open count, in words; None if not."""
    hold = holds(session, [attempt], person_id).get(attempt.id)
    if hold is not None:
        return HOLD_WORDS[hold]
    if late.handed_in_before is None:
        return None
    openings = _openings(session, [attempt.seat_id]).get(attempt.seat_id, [])
    if not _is_open(attempt, openings, late.handed_in_before):
        return AFTER_OWN_END
    if any(event.actor_id == person_id for event in openings):
        return HOLD_WORDS[AttemptGuard.ANOTHER_OPENED_IT]
    return None


def hold_of(session: Session, seat_id: uuid.UUID, late: Late, person_id: uuid.UUID) -> str | None:
    """The same for the sitting at one seat, to be shown; None where nobody has begun, too."""
    attempt = session.scalar(sa.select(Attempt).where(Attempt.seat_id == seat_id))
    return None if attempt is None else why_held(session, attempt, late, person_id)


def _openings(
    session: Session, seat_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, list[SeatEvent]]:
    if not seat_ids:
        return {}
    found: dict[uuid.UUID, list[SeatEvent]] = {}
    for event in session.scalars(
        sa.select(SeatEvent).where(SeatEvent.seat_id.in_(seat_ids), SeatEvent.kind == RESULT_OPENED)
    ):
        found.setdefault(event.seat_id, []).append(event)
    return found


def _is_open(attempt: Attempt, openings: Sequence[SeatEvent], came_at: datetime | None) -> bool:
    """Whether somebody opened it since this very recommendation, not since an earlier one.

    An opening names the recommendation it is for. Times would not tell: a request that waited
    for this row may be older than what it waited for. Of answers (``came_at``, the last of them)
    it must not be older, so that whoever opened it could see them.
    """
    return any(
        event.detail["relied_on"] == _name_of(attempt) and (came_at is None or came_at <= event.at)
        for event in openings
    )


def _name_of(attempt: Attempt) -> str:
    at = attempt.relied_on_at
    return at.astimezone(UTC).isoformat() if at else ""


def open_result(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Let an invigilator decide about a sitting that a recommendation rests on, or about answers
    that came after the candidate had handed in.

    Nothing changes by it. The same form (``once``) sent twice does it once. Raises Refusal
    without a reason, where an invigilator decides alone, where it is open already, and for who
    has decided at this seat as an invigilator; NotFound for a seat of another session.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan hasil ujian dibuka lagi."))
    seat = get_seat(session, session_id, seat_id, actor_id=actor_id)
    attempt = session.scalars(
        sa.select(Attempt)
        .where(Attempt.seat_id == seat.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if known(session, once, [seat.id]):
        return
    late = Late([], frozenset())
    if attempt is not None:
        late = late_answers(session, seat.session, attempt, now)
    if attempt is None or not (attempt.relied_on_at or late.handed_in_before):
        raise Refusal(
            N_(
                "Belum ada rekomendasi dari hasil ujian ini dan tidak ada jawaban yang tiba sesudah"
                " asesi mengirim, jadi tidak perlu dibuka."
            )
        )
    openings = _openings(session, [seat.id]).get(seat.id, [])
    if _is_open(attempt, openings, late.handed_in_before):
        raise Refusal(N_("Hasil ujian ini sudah dibuka lagi. Pengawas bisa memutuskan sekarang."))
    if _has_decided(session, seat.id, actor_id):
        raise Refusal(
            N_("Anda sudah memutuskan sebagai pengawas di kursi ini. Orang lain yang membukanya.")
        )
    add_event(
        session,
        seat.id,
        RESULT_OPENED,
        reason=reason,
        once=once,
        actor_id=actor_id,
        now=now,
        detail={"relied_on": _name_of(attempt)},
    )
    audit.record(
        session,
        action="attempt.result_opened",
        subject_type="attempt",
        subject_id=attempt.id,
        actor_id=actor_id,
        now=now,
        detail={"reason": reason.strip()},
    )
    session.flush()


def _has_decided(session: Session, seat_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    decided = sa.exists().where(
        SeatEvent.seat_id == seat_id,
        SeatEvent.actor_id == person_id,
        SeatEvent.kind.in_(_DECISIONS),
    )
    return bool(session.scalar(sa.select(decided)))
