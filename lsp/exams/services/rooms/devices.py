"""A candidate goes on at another device: the old one is signed out and frozen."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.services.sessions import end_sessions
from lsp.exams.models import Attempt
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.rooms.events import add_event, known
from lsp.exams.services.rooms.seats import get_seat
from lsp.exams.services.sitting.devices import WINDOW_MOVED
from lsp.texts import N_, Refusal


def move_seat(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """End the candidate's sign-in sessions everywhere and freeze the window that has the exam.

    They sign in at the new device and go on where they were; the token is not asked again, and
    what the old device has not sent yet still counts when it is back in time. Returns how many
    sign-in sessions ended. Raises Refusal without a reason or when no exam is going on at the
    seat; NotFound for a seat of another session.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan pindah perangkat."))
    seat = get_seat(session, session_id, seat_id, actor_id=actor_id)
    if known(session, once, [seat.id]):
        return 0
    attempt = session.scalar(
        sa.select(Attempt)
        .where(Attempt.seat_id == seat.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if attempt is None or attempt.state is not AttemptState.OPEN:
        raise Refusal(N_("Tidak ada ujian yang sedang berjalan di kursi ini."))
    attempt.window += 1
    ended = end_sessions(session, seat.candidate_id, actor_id=actor_id, now=now)
    add_event(
        session,
        seat.id,
        WINDOW_MOVED,
        reason=reason,
        once=once,
        actor_id=actor_id,
        now=now,
        detail={"sessions": ended},
    )
    audit.record(
        session,
        action="seat.moved",
        subject_type="seat",
        subject_id=seat.id,
        actor_id=actor_id,
        now=now,
        detail={"sessions": ended, "reason": reason.strip()},
    )
    return ended
