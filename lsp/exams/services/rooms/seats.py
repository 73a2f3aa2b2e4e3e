"""The seats of a room, one by one and those that still have something to do."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.watchers import get_watched
from lsp.texts import NotFound


def get_exam(session: Session, session_id: uuid.UUID, *, actor_id: uuid.UUID) -> ExamSession:
    """A session, locked against others who change its clock.

    Raises NotFound, and Refusal for who sits in it (``watchers``).
    """
    get_watched(session, session_id, actor_id)
    exam = session.scalar(
        sa.select(ExamSession)
        .where(ExamSession.id == session_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if exam is None:
        raise NotFound
    return exam


def get_seat(
    session: Session, session_id: uuid.UUID, seat_id: uuid.UUID, *, actor_id: uuid.UUID
) -> Seat:
    """A seat of this session with its candidate, for somebody who watches over it.

    Raises NotFound, and Refusal for who sits in the session, there or elsewhere (``watchers``).
    """
    get_watched(session, session_id, actor_id)
    seat = session.scalar(
        sa.select(Seat)
        .join(Seat.candidate)
        .where(Seat.id == seat_id, Seat.session_id == session_id)
        .options(contains_eager(Seat.candidate))
    )
    if seat is None:
        raise NotFound
    return seat


def unfinished(
    session: Session, session_id: uuid.UUID, seat_id: uuid.UUID | None
) -> Sequence[tuple[Seat, Attempt | None]]:
    """Seats, locked, whose exam has not ended, each with its attempt if there is one."""
    return [
        (seat, attempt)
        for seat, attempt in places(session, session_id, seat_id)
        if attempt is None or attempt.state is AttemptState.OPEN
    ]


def places(
    session: Session, session_id: uuid.UUID, seat_id: uuid.UUID | None
) -> Sequence[tuple[Seat, Attempt | None]]:
    """Every seat, or one, locked, each with its attempt if there is one.

    Seats come before attempts, each in the order of their ids: the order in which everybody locks.
    Their keys stay free, so that whoever notes something at a seat waits for nobody.
    """
    query = (
        sa.select(Seat)
        .where(Seat.session_id == session_id)
        .order_by(Seat.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if seat_id is not None:
        query = query.where(Seat.id == seat_id)
    seats = session.scalars(query).all()
    attempts = {
        attempt.seat_id: attempt
        for attempt in session.scalars(
            sa.select(Attempt)
            .where(Attempt.seat_id.in_([seat.id for seat in seats]))
            .order_by(Attempt.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
    return [(seat, attempts.get(seat.id)) for seat in seats]
