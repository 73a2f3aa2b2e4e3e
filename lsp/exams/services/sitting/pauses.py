"""A pause and its end, with a note of the answers that came while the clock stood.

They count: a person may have chosen them before. But a clock that stands is time nobody else has,
so an invigilator reads how many there were; one note for each pause.
"""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import AnswerRevision, Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.rules.journal import Via
from lsp.exams.services.sitting import clocks

#: Kind of the ``SeatEvent`` written here; nobody's hand, so it has no actor.
PAUSE_ANSWERS = "pause_answers"


def pause(session: Session, exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime) -> bool:
    """``clocks.pause``, after a break that has ended by itself was written down."""
    settle(session, exam, seat, attempt, now)
    return clocks.pause(attempt, now)


def resume(
    session: Session, exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime
) -> bool:
    """``clocks.resume``, with the note of what came meanwhile."""
    began, ends_at = attempt.paused_at, attempt.pause_ends_at
    if began is None or not clocks.resume(exam, seat, attempt, now):
        return False
    _note(session, attempt, began, now if ends_at is None else min(now, ends_at), now)
    return True


def settle(
    session: Session, exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime
) -> None:
    """Write down the end of a break whose minutes have been used up."""
    if attempt.paused_at is not None and not clocks.is_paused(attempt, now):
        resume(session, exam, seat, attempt, now)


def _note(
    session: Session, attempt: Attempt, began: datetime, until: datetime, now: datetime
) -> None:
    """Count questions, not revisions: a text that is being typed arrives many times."""
    position, chosen_ms = AnswerRevision.position, AnswerRevision.chosen_ms
    began_ms = (began - attempt.started_at) // timedelta(milliseconds=1)
    # What the device says of it is its claim; what it does not say speaks for nothing.
    is_earlier = sa.func.coalesce(chosen_ms, began_ms) < began_ms
    answers, chosen = session.execute(
        sa.select(
            sa.func.count(position.distinct()),
            sa.func.count(sa.case((~is_earlier, position)).distinct()),
        ).where(
            AnswerRevision.attempt_id == attempt.id,
            AnswerRevision.received_at > began,
            AnswerRevision.received_at <= until,
            AnswerRevision.via != Via.FILE.value,
        )
    ).one()
    if answers:
        detail = {"answers": answers, "chosen": chosen}
        event = SeatEvent(seat_id=attempt.seat_id, at=now, kind=PAUSE_ANSWERS, detail=detail)
        event.id = uuid.uuid5(attempt.id, f"answers in the pause from {began.isoformat()}")
        session.add(event)
