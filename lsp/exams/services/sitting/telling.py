"""What was changed at a seat since its sitting began, as its candidate is told of it."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.services.adjusting import ADJUSTED, CONFIRMED, REQUESTED, Adjustment
from lsp.exams.services.sitting import clocks
from lsp.exams.services.sitting.attempts import EXTRA_TIME

#: Changes shown to the candidate.
MOST = 5


@dataclass(frozen=True)
class Grant:
    """Minutes an invigilator gave, and why."""

    minutes: int
    reason: str
    #: Where the session's close cuts them short: when it closes, and what they really added.
    closes_at: datetime | None = None
    gained: int | None = None


@dataclass(frozen=True)
class Adjusted:
    """What was agreed for the seat (FR.AK.07) before and after, and why it was changed."""

    #: Of the session.
    length_minutes: int
    before: Adjustment
    after: Adjustment
    reason: str


def told_changes(session: Session, attempt_id: uuid.UUID) -> list[Grant | Adjusted]:
    """Time granted and adjustments changed since the sitting began, the newest first."""
    is_change = SeatEvent.kind.in_((EXTRA_TIME, ADJUSTED, CONFIRMED))
    rows = session.execute(
        sa.select(SeatEvent, Attempt, Seat, ExamSession)
        .join(Attempt, Attempt.seat_id == SeatEvent.seat_id)
        .join(Seat, Seat.id == SeatEvent.seat_id)
        .join(ExamSession, ExamSession.id == Seat.session_id)
        .where(
            Attempt.id == attempt_id,
            # What is confirmed stands in its request, which may be older than the sitting.
            sa.or_(SeatEvent.kind == REQUESTED, is_change & (SeatEvent.at >= Attempt.started_at)),
        )
        .order_by(SeatEvent.at.desc(), SeatEvent.id)
        .execution_options(populate_existing=True)
    ).all()
    requests = {str(event.id): event for event, *_ in rows if event.kind == REQUESTED}
    return list(_changes(rows, requests))[:MOST]


def _changes(
    rows: Sequence[sa.Row[SeatEvent, Attempt, Seat, ExamSession]], requests: dict[str, SeatEvent]
) -> Iterator[Grant | Adjusted]:
    for event, attempt, seat, exam in rows:
        detail = event.detail
        if event.kind == EXTRA_TIME:
            # A close that was moved since then cuts nothing any more.
            is_cut = clocks.own_deadline(exam, seat, attempt) > exam.closes_at
            gained = detail.get("gained") if is_cut else None
            closes_at = None if gained is None else exam.closes_at
            yield Grant(detail["minutes"], event.reason, closes_at, gained)
        elif "before" in detail:
            agreed = requests[detail["request"]] if event.kind == CONFIRMED else event
            before, after = map(Adjustment.said_by, (detail["before"], agreed.detail))
            if before != after:
                yield Adjusted(exam.length_minutes, before, after, agreed.reason)
