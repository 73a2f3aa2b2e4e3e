"""From which sign-ins a sitting was opened: the server notes a second one by itself.

The window that is taken over says so, too (``presence.Note.SECOND_WINDOW``), but it may be closed,
asleep or without script. A note for a person to weigh: who signs in again at the same device is
noted like who goes on at another one.
"""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, SeatEvent

#: Kinds of ``SeatEvent`` written here: the first sign-in, or the one after an invigilator moved
#: the seat, …
OPENED = "opened"
#: … and every other.
SECOND_DEVICE = "second_device"
#: By which an invigilator lets the candidate go on at another device (``services.rooms``).
WINDOW_MOVED = "window_moved"


def note_sign_in(
    session: Session, attempt_id: uuid.UUID, *, sign_in: str, window: int, now: datetime
) -> None:
    """Note once from which sign-in a window opened; ``sign_in`` names it (the token's hash)."""
    name = uuid.uuid5(attempt_id, f"opened in sign-in {sign_in}")
    seat_id = sa.select(Attempt.seat_id).where(Attempt.id == attempt_id).scalar_subquery()
    rows = session.execute(
        sa.select(SeatEvent.id, SeatEvent.kind).where(
            SeatEvent.seat_id == seat_id, SeatEvent.kind.in_((OPENED, SECOND_DEVICE, WINDOW_MOVED))
        )
    ).all()
    if any(row.id == name for row in rows):
        return
    kinds = [row.kind for row in rows]
    is_expected = kinds.count(OPENED) <= kinds.count(WINDOW_MOVED)
    kind = OPENED if is_expected else SECOND_DEVICE
    session.execute(
        sa.insert(SeatEvent).values(
            id=name, seat_id=seat_id, at=now, kind=kind, reason="", detail={"window": window}
        )
    )
