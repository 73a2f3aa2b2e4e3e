"""Seats: who sits in which session, and whether the paper may open there."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import ExamSession, Seat, SessionPaper
from lsp.texts import N_, NotFound, Refusal


def open_sessions(
    session: Session, scheme_version_id: uuid.UUID, now: datetime
) -> list[ExamSession]:
    """Sessions on this scheme version that have not closed yet, the next one first."""
    return list(
        session.scalars(
            sa.select(ExamSession)
            .where(ExamSession.scheme_version_id == scheme_version_id, ExamSession.closes_at > now)
            .order_by(ExamSession.opens_at)
        )
    )


def take_seat(
    session: Session,
    *,
    session_id: uuid.UUID,
    candidate_id: uuid.UUID,
    marker_id: uuid.UUID,
    now: datetime,
    actor_id: uuid.UUID | None = None,
) -> Seat:
    """Give a candidate a place in a session, marked by this assessor.

    A candidate has one seat in a session: a second call returns it, with the marker given last.
    Raises NotFound for an unknown session and Refusal for one that has closed.
    """
    exam_session = session.get(ExamSession, session_id)
    if exam_session is None:
        raise NotFound
    seat = _seat_of(session, session_id, candidate_id)
    if seat is not None and seat.marker_id == marker_id:
        return seat
    if seat is not None:
        seat.marker_id = marker_id
    elif exam_session.closes_at <= now:
        raise Refusal(N_("Sesi ujian ini sudah ditutup. Pilih sesi lain."))
    else:
        seat = _add_seat(session, session_id, candidate_id, marker_id, now)
    audit.record(
        session,
        action="seat.taken",
        subject_type="seat",
        subject_id=seat.id,
        actor_id=actor_id,
        now=now,
        detail={"session": str(session_id), "marker": str(marker_id)},
    )
    return seat


def clear_seat(session: Session, seat_id: uuid.UUID, now: datetime) -> None:
    """Let the paper open at this seat: the agreement (FR.AK.01) is signed by both.

    A second call changes nothing. Raises NotFound for an unknown seat.
    """
    seat = session.get(Seat, seat_id)
    if seat is None:
        raise NotFound
    if seat.cleared_at is None:
        seat.cleared_at = now
        session.flush()


def _seat_of(session: Session, session_id: uuid.UUID, candidate_id: uuid.UUID) -> Seat | None:
    return session.scalar(
        sa.select(Seat).where(Seat.session_id == session_id, Seat.candidate_id == candidate_id)
    )


def _add_seat(
    session: Session,
    session_id: uuid.UUID,
    candidate_id: uuid.UUID,
    marker_id: uuid.UUID,
    now: datetime,
) -> Seat:
    seat = Seat(
        session_id=session_id,
        candidate_id=candidate_id,
        paper_id=_next_paper(session, session_id),
        marker_id=marker_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(seat)
    except IntegrityError:
        # Somebody gave the same seat in this moment: theirs is the seat.
        found = _seat_of(session, session_id, candidate_id)
        if found is None:
            raise
        return found
    return seat


def _next_paper(session: Session, session_id: uuid.UUID) -> uuid.UUID:
    """The session's papers in turn: neighbours who come one after the other get different ones."""
    papers = session.scalars(
        sa.select(SessionPaper.paper_id)
        .where(SessionPaper.session_id == session_id)
        .order_by(SessionPaper.number)
    ).all()
    taken = session.scalar(
        sa.select(sa.func.count()).select_from(Seat).where(Seat.session_id == session_id)
    )
    return papers[(taken or 0) % len(papers)]
