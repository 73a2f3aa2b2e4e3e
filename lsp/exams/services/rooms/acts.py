"""What every act in the room has in common: a reason, a form that acts once, and the seats."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.services.rooms.events import known
from lsp.exams.services.rooms.seats import get_exam, get_seat, unfinished
from lsp.texts import N_, Refusal

Places = Sequence[tuple[Seat, Attempt | None]]


class Said(TypedDict):
    """Why, by which form, by whom and when."""

    reason: str
    once: uuid.UUID
    actor_id: uuid.UUID
    now: datetime


def demand_reason(reason: str, refusal: str) -> None:
    """Raise the Refusal where nobody has said why."""
    if not reason.strip():
        raise Refusal(refusal)


def unfinished_room(
    session: Session, session_id: uuid.UUID, seat_id: uuid.UUID | None, actor_id: uuid.UUID
) -> tuple[ExamSession, Places]:
    """The session and its unfinished seats, locked. Raises Refusal when there are none."""
    exam = get_exam(session, session_id, actor_id=actor_id)
    if seat_id is not None:
        get_seat(session, session_id, seat_id, actor_id=actor_id)
    places = unfinished(session, session_id, seat_id)
    if not places:
        raise Refusal(N_("Tidak ada kursi yang masih membutuhkan waktu."))
    return exam, places


def fresh_at(session: Session, places: Places, once: uuid.UUID) -> Places:
    """Those at which this form has not done its work yet."""
    done = known(session, once, [seat.id for seat, _ in places])
    return [place for place in places if place[0].id not in done]
