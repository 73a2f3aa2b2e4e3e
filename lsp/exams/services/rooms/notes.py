"""What was noted while an exam was held, for who decides or looks it over afterwards.

Notes for a person, never a verdict. A fixed number of statements for a session of any size.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lsp.accounts.models import Person
from lsp.exams.models import Answer, AnswerRevision, Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.services.adjusting import ADJUSTED, CONFIRMED, DECLINED, REQUESTED
from lsp.exams.services.rooms.events import EventView
from lsp.exams.services.rooms.watching import MOST_SEATS
from lsp.exams.services.sitting.devices import OPENED
from lsp.exams.services.sitting.late import last_moment, may_count
from lsp.texts import NotFound

#: Notes on one page.
PAGE_SIZE = 50
#: What was agreed in FR.AK.07, which not everybody who reads the other notes may read.
ADJUSTMENTS = (ADJUSTED, REQUESTED, CONFIRMED, DECLINED)


@dataclass(frozen=True)
class LateAnswers:
    """How many of a seat's answers came after the last moment for choosing."""

    #: Questions whose answer came late and counts, …
    counted: int
    #: … and questions with an answer that came too late and does not count.
    refused: int
    #: From the last moment for choosing, as it stands now, to the last such arrival; zero when
    #: time granted since then has overtaken it.
    longest: timedelta


NONE_LATE = LateAnswers(0, 0, timedelta())


@dataclass(frozen=True)
class NotedSeat:
    """A seat of the session and what came late there."""

    id: uuid.UUID
    candidate_name: str
    late: LateAnswers


@dataclass(frozen=True)
class SeatNotes:
    """Notes of one seat, the oldest first."""

    seat: NotedSeat
    events: list[EventView]


@dataclass(frozen=True)
class NotesPage:
    """One page of the notes of a session, or of one of its seats (``seat``)."""

    #: Every seat of the session by name, for choosing one.
    seats: list[NotedSeat]
    seat: NotedSeat | None
    #: The notes of this page, seat by seat.
    noted: list[SeatNotes]
    #: How many notes there are.
    total: int
    page: int
    pages: int

    @property
    def late(self) -> list[NotedSeat]:
        """The seats looked at where answers came late."""
        looked_at = [self.seat] if self.seat else self.seats
        return [seat for seat in looked_at if seat.late != NONE_LATE]


def session_notes(
    session: Session,
    exam: ExamSession,
    now: datetime,
    *,
    seat_id: uuid.UUID | None = None,
    page: int = 1,
    with_adjustments: bool,
) -> NotesPage:
    """Notes of a session or of one seat, by the candidate's name and then in order of time.

    Raises NotFound for a seat of another session.
    """
    seats = _seats(session, exam, now)
    by_id = {seat.id: seat for seat in seats}
    if seat_id is not None and seat_id not in by_id:
        raise NotFound
    which = _which(exam.id, seat_id, with_adjustments)
    total = (
        session.scalar(sa.select(sa.func.count()).select_from(SeatEvent).join(Seat).where(*which))
        or 0
    )
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    query = _events(which).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    noted: list[SeatNotes] = []
    for view in _views(session, query):
        seat = by_id.get(view.event.seat_id)
        if seat is None:  # beyond what a session may seat
            continue
        if not noted or noted[-1].seat is not seat:
            noted.append(SeatNotes(seat, []))
        noted[-1].events.append(view)
    chosen = by_id[seat_id] if seat_id is not None else None
    return NotesPage(seats, chosen, noted, total, page, pages)


def all_notes(
    session: Session,
    exam: ExamSession,
    now: datetime,
    *,
    seat_id: uuid.UUID | None = None,
    with_adjustments: bool,
) -> list[SeatNotes]:
    """The same in one piece, for a file: every seat, also one at which nothing was noted.

    Raises NotFound for a seat of another session.
    """
    seats = [seat for seat in _seats(session, exam, now) if seat_id in (None, seat.id)]
    if seat_id is not None and not seats:
        raise NotFound
    found = {seat.id: SeatNotes(seat, []) for seat in seats}
    for view in _views(session, _events(_which(exam.id, seat_id, with_adjustments))):
        if view.event.seat_id in found:
            found[view.event.seat_id].events.append(view)
    return list(found.values())


def _seats(session: Session, exam: ExamSession, now: datetime) -> list[NotedSeat]:
    late = _late(exam.id)
    rows = session.execute(
        sa.select(
            Seat.id, Person.full_name, Attempt, late.c.counted, late.c.refused, late.c.last_at
        )
        .join(Person, Person.id == Seat.candidate_id)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .outerjoin(late, late.c.attempt_id == Attempt.id)
        .where(Seat.session_id == exam.id)
        .order_by(Person.full_name, Seat.id)
        .limit(MOST_SEATS)
    )
    seats = []
    for seat_id, name, attempt, counted, refused, last_at in rows:
        found = NONE_LATE
        if last_at is not None:
            delay = last_at - last_moment(exam, attempt, now)
            found = LateAnswers(counted, refused, max(delay, timedelta()))
        seats.append(NotedSeat(seat_id, name, found))
    return seats


def _late(session_id: uuid.UUID) -> sa.Subquery:
    """By attempt: answers that came late; one that a newer answer has replaced says nothing."""
    counts = AnswerRevision.seq == Answer.seq
    is_refused = AnswerRevision.is_refused & may_count
    position = AnswerRevision.position
    return (
        sa.select(
            AnswerRevision.attempt_id,
            sa.func.count(sa.case((counts, position)).distinct()).label("counted"),
            sa.func.count(sa.case((is_refused, position)).distinct()).label("refused"),
            sa.func.max(AnswerRevision.received_at).label("last_at"),
        )
        .join(Attempt, Attempt.id == AnswerRevision.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .outerjoin(
            Answer,
            (Answer.attempt_id == AnswerRevision.attempt_id) & (Answer.position == position),
        )
        .where(
            Seat.session_id == session_id,
            AnswerRevision.is_late | AnswerRevision.is_refused,
            counts | is_refused,
        )
        .group_by(AnswerRevision.attempt_id)
        .subquery()
    )


def _which(
    session_id: uuid.UUID, seat_id: uuid.UUID | None, with_adjustments: bool
) -> list[sa.ColumnElement[bool]]:
    # That an exam was opened is no note: every seat would have one.
    which = [Seat.session_id == session_id, SeatEvent.kind != OPENED]
    if seat_id is not None:
        which.append(Seat.id == seat_id)
    if not with_adjustments:
        which.append(SeatEvent.kind.not_in(ADJUSTMENTS))
    return which


_Actor = aliased(Person)


def _events(which: list[sa.ColumnElement[bool]]) -> sa.Select[SeatEvent, str, str | None]:
    return (
        sa.select(SeatEvent, Person.full_name, _Actor.full_name)
        .join(Seat, Seat.id == SeatEvent.seat_id)
        .join(Person, Person.id == Seat.candidate_id)
        .outerjoin(_Actor, _Actor.id == SeatEvent.actor_id)
        .where(*which)
        .order_by(Person.full_name, Seat.id, SeatEvent.at, SeatEvent.id)
    )


def _views(session: Session, query: sa.Select[SeatEvent, str, str | None]) -> Iterator[EventView]:
    for event, candidate, actor in session.execute(query):
        yield EventView(event, candidate, actor or "")
