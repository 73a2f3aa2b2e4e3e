"""A candidate who must wait before signing in, because somebody gave wrong passwords for them."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from lsp.accounts.services.guessing import paused_until
from lsp.accounts.services.staff import end_lock_out
from lsp.exams.models import ExamSession, Seat
from lsp.exams.services.rooms.events import add_event
from lsp.exams.services.rooms.seats import get_seat
from lsp.texts import N_, Refusal

#: Kind of the ``SeatEvent`` written here.
WAIT_ENDED = "sign_in_wait_ended"


def waits_until(session: Session, exam: ExamSession, seat: Seat, now: datetime) -> datetime | None:
    """Until when a seat's candidate waits, while the session is on; None when they need not."""
    return paused_until(session, seat.candidate, now) if now <= exam.closes_at else None


def end_wait(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> bool:
    """Let a seat's candidate try to sign in at once; says whether they had to wait.

    In an exam room one address is everybody's, so that one person there can keep another out. It
    is recorded each time. Raises Refusal once the session is closed and for who sits in it
    themselves, NotFound for a seat of another session.
    """
    seat = get_seat(session, session_id, seat_id, actor_id=actor_id)
    if now > seat.session.closes_at:
        raise Refusal(N_("Sesi ini sudah ditutup. Minta administrator mengakhiri jedanya."))
    if waits_until(session, seat.session, seat, now) is None:
        return False
    end_lock_out(session, seat.candidate, actor_id=actor_id, now=now)
    add_event(
        session,
        seat.id,
        WAIT_ENDED,
        reason="",
        once=uuid.uuid4(),
        actor_id=actor_id,
        now=now,
    )
    session.flush()
    return True
