"""The invigilator's room: how each seat gets on, extra time and incidents, each with a reason."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager

from lsp import audit
from lsp.accounts.models import Person
from lsp.exams.models import (
    Answer,
    Attempt,
    ExamSession,
    PaperQuestion,
    Seat,
    SeatEvent,
    SessionPaper,
)
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting.clocks import deadline_of
from lsp.texts import N_, NotFound, Refusal

#: Most seats a room shows; a session of more is split.
MOST_SEATS = 500
#: Most minutes granted at once, and events shown.
MOST_MINUTES = 180
RECENT_EVENTS = 50

#: Kinds of ``SeatEvent`` written here.
EXTRA_TIME = "extra_time"
INCIDENT = "incident"


class SeatState(StrEnum):
    """What an invigilator sees of a seat."""

    #: The agreement (FR.AK.01) is not signed by both yet.
    WAITING = "waiting"
    READY = "ready"
    WORKING = "working"
    #: The time is over; the answers are about to be closed.
    TIME_UP = "time_up"
    SUBMITTED = "submitted"
    CLOSED = "closed"


SEAT_STATE_NAMES = {
    SeatState.WAITING: N_("Menunggu AK.01"),
    SeatState.READY: N_("Siap mulai"),
    SeatState.WORKING: N_("Mengerjakan"),
    SeatState.TIME_UP: N_("Waktu habis"),
    SeatState.SUBMITTED: N_("Sudah mengirim"),
    SeatState.CLOSED: N_("Ditutup waktu"),
}


@dataclass(frozen=True)
class SeatView:
    """A seat as the room shows it; ``seconds_left`` only while somebody works at it."""

    seat: Seat
    candidate: Person
    state: SeatState
    answered: int
    last_saved_at: datetime | None
    seconds_left: int | None
    deadline: datetime | None

    @property
    def can_get_time(self) -> bool:
        """Whether extra time still helps here."""
        return self.state not in (SeatState.SUBMITTED, SeatState.CLOSED)


@dataclass(frozen=True)
class Room:
    """A session's seats by the candidate's name; how many questions the paper has."""

    seats: list[SeatView]
    questions: int

    def count(self, state: SeatState) -> int:
        """How many seats are in this state."""
        return sum(view.state is state for view in self.seats)


def room(session: Session, exam_session: ExamSession, now: datetime) -> Room:
    """The room of a session, in two statements however many sit in it."""
    questions = session.scalar(
        sa.select(sa.func.count())
        .select_from(PaperQuestion)
        .join(SessionPaper, SessionPaper.paper_id == PaperQuestion.paper_id)
        .where(SessionPaper.session_id == exam_session.id, SessionPaper.number == 1)
    )
    saved = (
        sa.select(
            Answer.attempt_id,
            sa.func.count(Answer.response).label("answered"),
            sa.func.max(Answer.saved_at).label("last_saved_at"),
        )
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Seat.session_id == exam_session.id)
        .group_by(Answer.attempt_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Seat, Attempt, saved.c.answered, saved.c.last_saved_at)
        .join(Seat.candidate)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .outerjoin(saved, saved.c.attempt_id == Attempt.id)
        .where(Seat.session_id == exam_session.id)
        .order_by(Person.full_name, Seat.id)
        .limit(MOST_SEATS)
        .options(contains_eager(Seat.candidate))
    )
    seats = [
        _view(seat, attempt, answered or 0, last_saved_at, now)
        for seat, attempt, answered, last_saved_at in rows
    ]
    return Room(seats, questions or 0)


def _view(
    seat: Seat,
    attempt: Attempt | None,
    answered: int,
    last_saved_at: datetime | None,
    now: datetime,
) -> SeatView:
    state, left = _state(seat, attempt, now), None
    if attempt is not None and state in (SeatState.WORKING, SeatState.TIME_UP):
        left = timing.seconds_left(attempt.deadline, now)
    deadline = attempt.deadline if attempt is not None else None
    return SeatView(seat, seat.candidate, state, answered, last_saved_at, left, deadline)


def _state(seat: Seat, attempt: Attempt | None, now: datetime) -> SeatState:
    if attempt is None:
        return SeatState.READY if seat.cleared_at else SeatState.WAITING
    if attempt.state is AttemptState.OPEN:
        return SeatState.WORKING if now <= attempt.deadline else SeatState.TIME_UP
    return SeatState(attempt.state.value)


def get_seat(session: Session, session_id: uuid.UUID, seat_id: uuid.UUID) -> Seat:
    """A seat of this session with its candidate. Raises NotFound."""
    seat = session.scalar(
        sa.select(Seat)
        .join(Seat.candidate)
        .where(Seat.id == seat_id, Seat.session_id == session_id)
        .options(contains_eager(Seat.candidate))
    )
    if seat is None:
        raise NotFound
    return seat


def grant_extra_time(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    minutes: int,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Give minutes to one seat, or to every seat not finished when ``seat_id`` is None.

    Deadlines of open attempts move at once, never past the close of the session. ``once`` names
    the form it came from: the same form sent twice gives its time once. Returns how many seats
    have the time. Raises Refusal without a reason, for minutes out of range, and when nobody is
    left to give time to; NotFound for a seat of another session.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan tambahan waktu."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(N_("Isi tambahan waktu 1 sampai %(most)s menit."), most=MOST_MINUTES)
    exam_session = session.get(ExamSession, session_id)
    if exam_session is None:
        raise NotFound
    if seat_id is not None:
        get_seat(session, session_id, seat_id)
    if exam_session.closes_at <= now:
        raise Refusal(N_("Sesi ini sudah ditutup; waktunya tidak bisa ditambah lagi."))
    seats = _unfinished(session, session_id, seat_id)
    if not seats:
        raise Refusal(N_("Tidak ada kursi yang masih membutuhkan waktu."))
    names = {seat.id: uuid.uuid5(once, str(seat.id)) for seat, _ in seats}
    given = set(session.scalars(sa.select(SeatEvent.id).where(SeatEvent.id.in_(names.values()))))
    fresh = [(seat, attempt) for seat, attempt in seats if names[seat.id] not in given]
    if not fresh:
        return len(seats)
    for seat, attempt in fresh:
        _lengthen(exam_session, seat, attempt, minutes)
        event = SeatEvent(id=names[seat.id], seat_id=seat.id, at=now, actor_id=actor_id)
        event.kind, event.reason, event.detail = EXTRA_TIME, reason.strip(), {"minutes": minutes}
        session.add(event)
    audit.record(
        session,
        action="seat.extra_time" if seat_id else "session.extra_time",
        subject_type="seat" if seat_id else "exam_session",
        subject_id=seat_id or session_id,
        actor_id=actor_id,
        now=now,
        detail={"minutes": minutes, "seats": len(fresh), "reason": reason.strip()},
    )
    return len(seats)


def _lengthen(exam_session: ExamSession, seat: Seat, attempt: Attempt | None, minutes: int) -> None:
    """Move the seat's end, and the deadline of whoever sits there already."""
    seat.extra_minutes += minutes
    if attempt is not None:
        attempt.deadline = deadline_of(exam_session, seat, attempt)


def _unfinished(
    session: Session, session_id: uuid.UUID, seat_id: uuid.UUID | None
) -> Sequence[tuple[Seat, Attempt | None]]:
    """Seats, locked, whose exam has not ended, each with its attempt if there is one."""
    query = (
        sa.select(Seat)
        .where(Seat.session_id == session_id)
        .order_by(Seat.id)
        .with_for_update()
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
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    return [
        (seat, attempts.get(seat.id))
        for seat in seats
        if seat.id not in attempts or attempts[seat.id].state is AttemptState.OPEN
    ]


def note_incident(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    text: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Put on record what happened at a seat; the same form (``once``) sent twice is noted once.

    Raises Refusal without words, NotFound for a seat of another session.
    """
    if not text.strip():
        raise Refusal(N_("Tulis apa yang terjadi."))
    seat = get_seat(session, session_id, seat_id)
    name = uuid.uuid5(once, str(seat.id))
    if session.get(SeatEvent, name) is not None:
        return
    session.add(
        SeatEvent(
            id=name,
            seat_id=seat.id,
            at=now,
            actor_id=actor_id,
            kind=INCIDENT,
            reason=text.strip(),
            detail={},
        )
    )
    audit.record(
        session,
        action="seat.incident",
        subject_type="seat",
        subject_id=seat_id,
        actor_id=actor_id,
        now=now,
    )


@dataclass(frozen=True)
class EventView:
    """An event with the names of the candidate and of who noted it."""

    event: SeatEvent
    candidate_name: str
    actor_name: str


def recent_events(session: Session, session_id: uuid.UUID) -> list[EventView]:
    """What was done and noted in a session, newest first, at most 50."""
    actor = aliased(Person)
    rows = session.execute(
        sa.select(SeatEvent, Person.full_name, actor.full_name)
        .join(Seat, Seat.id == SeatEvent.seat_id)
        .join(Person, Person.id == Seat.candidate_id)
        .outerjoin(actor, actor.id == SeatEvent.actor_id)
        .where(Seat.session_id == session_id)
        .order_by(SeatEvent.at.desc(), SeatEvent.id)
        .limit(RECENT_EVENTS)
    )
    return [EventView(event, candidate, name or "") for event, candidate, name in rows]
