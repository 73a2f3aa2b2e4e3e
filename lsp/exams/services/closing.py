"""The end of a sitting: by the candidate, or by the clock with what was saved."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp import audit
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.marking import mark_attempt, share_papers
from lsp.exams.services.sitting.pauses import note_held, resume, settle
from lsp.texts import NotFound

#: Most sittings closed in one transaction by the job.
BATCH = 1000


def submit_attempt(
    session: Session,
    *,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    now: datetime,
    grace: timedelta,
) -> Attempt:
    """End a sitting at its candidate's word; a second call changes nothing.

    Past the grace it is closed by the clock instead, as the job would have done. Raises NotFound
    for anybody else's sitting.
    """
    attempt = session.scalars(
        sa.select(Attempt)
        .join(Attempt.seat)
        .where(Attempt.id == attempt_id, Seat.candidate_id == person_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if attempt is None:
        raise NotFound
    if attempt.state is AttemptState.OPEN:
        resume(session, attempt.seat.session, attempt.seat, attempt, now)
        if timing.is_open(attempt.deadline, now, grace):
            _end(
                session, attempt, AttemptState.SUBMITTED, ended_at=now, actor_id=person_id, now=now
            )
        else:
            _close(session, attempt, now)
    return attempt


def close_if_overdue(
    session: Session, attempt_id: uuid.UUID, *, now: datetime, grace: timedelta
) -> bool:
    """Close one sitting whose time and grace have passed; says whether it did."""
    attempts = session.scalars(_perhaps_overdue(now, grace).where(Attempt.id == attempt_id)).all()
    return _close_overdue(session, attempts, now, grace) == 1


def close_overdue(session: Session, *, now: datetime, grace: timedelta) -> int:
    """Close sittings whose time and grace have passed, with what was saved; returns how many.

    At most ``BATCH`` at a time, the longest overdue first; those that somebody else is ending at
    this moment are left to them.
    """
    perhaps = _perhaps_overdue(now, grace).order_by(Attempt.deadline).limit(BATCH)
    return _close_overdue(session, session.scalars(perhaps).all(), now, grace)


def _perhaps_overdue(now: datetime, grace: timedelta) -> sa.Select[Attempt]:
    """Open sittings whose deadline has passed and whose clock does not stand, or may not any more.

    A pause keeps a sitting open until somebody ends it, the break's minutes are used up or the
    session closes.
    """
    runs = (
        Attempt.paused_at.is_(None)
        | (Attempt.pause_ends_at <= now)
        | (ExamSession.closes_at < now - grace)
    )
    return (
        sa.select(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .where(Attempt.state == AttemptState.OPEN, Attempt.deadline < now - grace, runs)
        .with_for_update(skip_locked=True, of=Attempt)
        .options(contains_eager(Attempt.seat).contains_eager(Seat.session))
        .execution_options(populate_existing=True)
    )


def _close_overdue(
    session: Session, attempts: Sequence[Attempt], now: datetime, grace: timedelta
) -> int:
    closed = 0
    if len(attempts) > 1:
        share_papers(session, attempts)
    for attempt in attempts:
        exam = attempt.seat.session
        settle(session, exam, attempt.seat, attempt, now)
        if exam.closes_at < now - grace:
            resume(session, exam, attempt.seat, attempt, now)
        if not timing.is_open(attempt.deadline, now, grace):
            _close(session, attempt, now)
            closed += 1
    session.flush()
    return closed


def _close(session: Session, attempt: Attempt, now: datetime) -> None:
    _end(session, attempt, AttemptState.CLOSED, ended_at=attempt.deadline, actor_id=None, now=now)


def _end(
    session: Session,
    attempt: Attempt,
    state: AttemptState,
    *,
    ended_at: datetime,
    actor_id: uuid.UUID | None,
    now: datetime,
) -> None:
    attempt.state, attempt.ended_at = state, ended_at
    session.flush()
    note_held(session, attempt, now)
    mark_attempt(session, attempt.id, now=now)
    audit.record(
        session,
        action=f"attempt.{state}",
        subject_type="attempt",
        subject_id=attempt.id,
        actor_id=actor_id,
        now=now,
    )
