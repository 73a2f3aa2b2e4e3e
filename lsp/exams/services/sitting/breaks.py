"""The candidate's own breaks, as agreed in FR.AK.07: the clock stands and the minutes are counted."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.exams.models import Attempt, Seat, SeatEvent
from lsp.exams.rules import timing
from lsp.exams.services.sitting import clocks, pauses
from lsp.exams.services.sitting.pauses import BREAK_BEGUN, BREAK_ENDED
from lsp.texts import N_, NotFound, Refusal


def begin_break(
    session: Session, *, person_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime
) -> None:
    """Let the clock stand at the candidate's word; a second call changes nothing.

    Raises Refusal when no break can begin (none left, time is up, ended, the invigilator has
    paused the exam, or the last break has only just ended), NotFound for anybody else's sitting.
    """
    attempt = _locked(session, person_id, attempt_id)
    seat = attempt.seat
    if clocks.is_paused(attempt, now) and attempt.pause_ends_at is not None:
        return
    pauses.settle(session, seat.session, seat, attempt, now)
    last = sa.select(sa.func.max(SeatEvent.at)).where(
        SeatEvent.seat_id == seat.id, SeatEvent.kind == BREAK_ENDED
    )
    wait = timing.seconds_to_next_break(session.scalar(last), now)
    if wait:
        raise Refusal(
            N_("Jeda Anda baru saja selesai. Jeda berikutnya bisa diambil %(seconds)s detik lagi."),
            seconds=wait,
        )
    if not clocks.take_break(seat.session, seat, attempt, now):
        raise Refusal(N_("Jeda tidak bisa diambil sekarang. Bicarakan dengan pengawas."))
    _note(session, attempt, BREAK_BEGUN, person_id, now)


def end_break(
    session: Session, *, person_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime
) -> None:
    """Let the clock go on after the candidate's own break; an invigilator's pause stays.

    Raises NotFound for anybody else's sitting.
    """
    attempt = _locked(session, person_id, attempt_id)
    if attempt.pause_ends_at is None:
        return
    pauses.resume(session, attempt.seat.session, attempt.seat, attempt, now)
    _note(session, attempt, BREAK_ENDED, person_id, now)


def _note(
    session: Session, attempt: Attempt, kind: str, person_id: uuid.UUID, now: datetime
) -> None:
    detail = {"seconds_left": clocks.break_seconds_left(attempt.seat, attempt, now)}
    event = SeatEvent(seat_id=attempt.seat_id, at=now, actor_id=person_id, kind=kind, detail=detail)
    session.add(event)
    session.flush()


def _locked(session: Session, person_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt:
    attempt = session.scalars(
        sa.select(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .where(Attempt.id == attempt_id, Seat.candidate_id == person_id)
        .options(contains_eager(Attempt.seat).contains_eager(Seat.session))
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if attempt is None:
        raise NotFound
    return attempt
