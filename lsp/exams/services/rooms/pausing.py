"""The clock of a seat or of the room stands still, and goes on."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Seat
from lsp.exams.services.rooms.acts import demand_reason, unfinished_room
from lsp.exams.services.rooms.events import PAUSED, RESUMED, add_event, known, paused_since
from lsp.exams.services.sitting import pauses
from lsp.texts import N_, Refusal

#: What the trail calls a pause and its end, of a seat and of a room.
_TRAIL = {
    PAUSED: ("seat.paused", "session.paused"),
    RESUMED: ("seat.resumed", "session.resumed"),
}


def pause(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let the clock of a seat, or of the whole room when ``seat_id`` is None, stand still.

    While the room is paused nobody in it can start either. Returns how many clocks stand by this
    form. Raises Refusal without a reason, or when nothing is left to pause; NotFound for a seat
    of another session.
    """
    demand_reason(reason, N_("Isi alasan jeda."))
    exam, places = unfinished_room(session, session_id, seat_id, actor_id)
    done = known(session, once, [seat.id for seat, _ in places])
    if done:
        return len(done)
    if seat_id is None:
        if exam.paused_at is not None:
            raise Refusal(N_("Ruang ini sudah dijeda."))
        exam.paused_at = now
    stopped = [
        seat
        for seat, attempt in places
        if attempt is not None and pauses.pause(session, exam, seat, attempt, now)
    ]
    if seat_id is not None and not stopped:
        raise Refusal(N_("Kursi ini tidak bisa dijeda: belum mulai, sudah dijeda, atau selesai."))
    _record_move(
        session,
        PAUSED,
        stopped,
        session_id=session_id,
        seat_id=seat_id,
        reason=reason,
        once=once,
        actor_id=actor_id,
        now=now,
    )
    return len(stopped)


def resume(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let the clock of a seat or of the room go on, and give back the time that it stood.

    A seat that was paused for itself before the room was stays paused. Returns how many clocks
    go on by this form. Raises Refusal without a reason, or when nothing stands still; NotFound
    for a seat of another session.
    """
    demand_reason(reason, N_("Isi alasan melanjutkan."))
    exam, places = unfinished_room(session, session_id, seat_id, actor_id)
    done = known(session, once, [seat.id for seat, _ in places])
    if done:
        return len(done)
    stopped = {seat.id for seat, _ in places}
    if seat_id is None:
        if exam.paused_at is None:
            raise Refusal(N_("Ruang ini tidak sedang dijeda."))
        stopped = paused_since(session, session_id, exam.paused_at)
        exam.paused_at = None
    going = [
        seat
        for seat, attempt in places
        if attempt is not None
        and seat.id in stopped
        and pauses.resume(session, exam, seat, attempt, now)
    ]
    if seat_id is not None and not going:
        raise Refusal(N_("Kursi ini tidak sedang dijeda."))
    _record_move(
        session,
        RESUMED,
        going,
        session_id=session_id,
        seat_id=seat_id,
        reason=reason,
        once=once,
        actor_id=actor_id,
        now=now,
    )
    return len(going)


def _record_move(
    session: Session,
    kind: str,
    seats: Sequence[Seat],
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Put a pause or its end on record, at each seat it moved and in the trail."""
    for seat in seats:
        add_event(session, seat.id, kind, reason=reason, once=once, actor_id=actor_id, now=now)
    audit.record(
        session,
        action=_TRAIL[kind][seat_id is None],
        subject_type="seat" if seat_id else "exam_session",
        subject_id=seat_id or session_id,
        actor_id=actor_id,
        now=now,
        detail={"seats": len(seats), "reason": reason.strip()},
    )
