"""The invigilator's room as it is at this moment: one fixed number of statements for any size."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.accounts.models import Person
from lsp.exams.models import (
    Answer,
    AnswerRevision,
    Attempt,
    ExamSession,
    Presence,
    Seat,
    SeatEvent,
    SessionPaper,
)
from lsp.exams.rules import timing
from lsp.exams.rules.journal import Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.ordering import own_order
from lsp.exams.rules.sittings import ended_by_clock
from lsp.exams.services.questions import paper_shuffles, paper_view
from lsp.exams.services.sitting import Note, clocks
from lsp.exams.services.sitting.devices import SECOND_DEVICE
from lsp.exams.services.sitting.late import Refused, refused_of
from lsp.exams.services.sitting.pauses import HELD_ANSWERS, PAUSE_ANSWERS
from lsp.exams.services.sitting.presence import NOTES_DROPPED
from lsp.exams.services.sitting.seats import WRONG_TOKENS
from lsp.texts import N_

#: Most seats a room shows; a session of more is split.
MOST_SEATS = 500
#: A window says every few seconds that it is there; silent for longer, it counts as cut off.
SILENCE = timedelta(seconds=60)
#: What is noted by itself that a person may want to weigh; coming back or losing the network is not.
TO_WEIGH = (
    *(Note.LEFT, Note.COPIED, Note.PASTED, Note.SECOND_WINDOW),
    *(SECOND_DEVICE, PAUSE_ANSWERS, HELD_ANSWERS, NOTES_DROPPED, WRONG_TOKENS),
)


class SeatState(StrEnum):
    """What an invigilator sees of a seat."""

    #: The agreement (FR.AK.01) is not signed by both yet.
    WAITING = "waiting"
    READY = "ready"
    WORKING = "working"
    #: The clock stands, by the invigilator's word.
    PAUSED = "paused"
    #: The candidate takes a break agreed in FR.AK.07.
    BREAK = "break"
    #: The time is over; the answers are about to be closed.
    TIME_UP = "time_up"
    SUBMITTED = "submitted"
    CLOSED = "closed"


SEAT_STATE_NAMES = {
    SeatState.WAITING: N_("Menunggu AK.01"),
    SeatState.READY: N_("Siap mulai"),
    SeatState.WORKING: N_("Mengerjakan"),
    SeatState.PAUSED: N_("Dijeda"),
    SeatState.BREAK: N_("Istirahat"),
    SeatState.TIME_UP: N_("Waktu habis"),
    SeatState.SUBMITTED: N_("Sudah mengirim"),
    SeatState.CLOSED: N_("Ditutup waktu"),
}
#: Somebody sits there and the exam has not ended.
SITTING = (SeatState.WORKING, SeatState.PAUSED, SeatState.BREAK, SeatState.TIME_UP)


@dataclass(frozen=True)
class SeatView:
    """A seat as the room shows it; what is about an exam is None unless one is going on."""

    seat: Seat
    attempt: Attempt | None
    presence: Presence | None
    state: SeatState
    #: How many questions have an answer, and how many the seat's paper has.
    answered: int
    questions: int
    last_saved_at: datetime | None
    #: When the candidate's device last sent one of the answers that count; a file that an
    #: invigilator loads is not the candidate's.
    last_sent_at: datetime | None
    seconds_left: int | None
    deadline: datetime | None
    #: The question on the screen, by its number in the candidate's own order.
    on_question: int | None
    #: Since when nothing has been heard of a window that used to speak.
    offline_since: datetime | None
    #: How often the browser noted by itself what a person may weigh; no verdict.
    notes: int
    #: Which of the session's papers, from 1.
    paper_number: int
    #: How much of the candidate's own time the close of the session takes away.
    cut: timedelta
    #: What came too late from here; None for nothing.
    refused: Refused | None
    #: How many questions have an answer that came after the time and counts.
    late_counted: int

    @property
    def is_cut(self) -> bool:
        """Whether the close of the session takes away time that the candidate has."""
        return self.cut > timedelta()

    @property
    def counting_minutes(self) -> int:
        """Minutes of the extra time that count: the close may take them away, wholly or in part."""
        extra = timedelta(minutes=self.seat.extra_minutes)
        return max(timedelta(), extra - self.cut) // timedelta(minutes=1)

    @property
    def late(self) -> int:
        """How many questions have a late answer that waits for an invigilator's decision."""
        return self.refused.waiting if self.refused else 0

    @property
    def candidate(self) -> Person:
        """Who sits there."""
        return self.seat.candidate

    @property
    def seen_at(self) -> datetime | None:
        """When anything was last heard of the candidate's device."""
        heard = [self.last_sent_at, self.presence.seen_at if self.presence else None]
        return max((at for at in heard if at is not None), default=None)

    @property
    def queued(self) -> int:
        """Answers the browser held when it was last heard, not yet sent."""
        return self.presence.queued if self.presence and self.state in SITTING else 0

    @property
    def unsent(self) -> int:
        """Answers that wait on the device after the time is up, and that nothing has brought."""
        is_over = self.state in (SeatState.TIME_UP, SeatState.CLOSED)
        if not is_over or self.presence is None:
            return 0
        brought = [self.last_saved_at, self.refused.last_at if self.refused else None]
        is_brought = any(at is not None and at > self.presence.seen_at for at in brought)
        return 0 if is_brought else self.presence.queued

    @property
    def can_get_time(self) -> bool:
        """Whether extra time still helps here."""
        return self.state not in (SeatState.SUBMITTED, SeatState.CLOSED)

    @property
    def ended_by_clock(self) -> bool:
        """Whether the time ran out here, so that time granted may open the exam again."""
        attempt = self.attempt
        if attempt is None:
            return False
        return ended_by_clock(attempt.state, attempt.ended_at, attempt.deadline)

    @property
    def is_held(self) -> bool:
        """Whether answers came after the candidate handed in: they count by two people only."""
        is_handed_in = self.state is SeatState.SUBMITTED and not self.ended_by_clock
        return is_handed_in and self.refused is not None

    @property
    def is_adjusted(self) -> bool:
        """Whether anything was agreed for this seat (FR.AK.07)."""
        seat = self.seat
        plain = (seat.time_percent, seat.break_minutes, seat.text_percent, seat.helper)
        return plain != (100, 0, 100, "")


@dataclass(frozen=True)
class Room:
    """A session's seats by the candidate's name."""

    exam: ExamSession
    seats: list[SeatView]
    papers: int

    @cached_property
    def questions(self) -> int:
        """How many questions the papers have, the longest if they differ."""
        return max((view.questions for view in self.seats), default=0)

    def count(self, *states: SeatState) -> int:
        """How many seats are in one of these states."""
        return sum(view.state in states for view in self.seats)


def room(session: Session, exam: ExamSession, now: datetime) -> Room:
    """The room of a session, in the same number of statements however many sit in it."""
    numbers = _paper_numbers(session, exam.id)
    views = _views(session, exam, numbers, now, Seat.session_id == exam.id)
    return Room(exam, views, len(numbers))


def watch_seat(session: Session, exam: ExamSession, seat_id: uuid.UUID, now: datetime) -> SeatView:
    """One seat of the session as the room shows it; there is one (``get_seat``)."""
    numbers = _paper_numbers(session, exam.id)
    (view,) = _views(session, exam, numbers, now, Seat.id == seat_id)
    return view


def _paper_numbers(session: Session, session_id: uuid.UUID) -> dict[uuid.UUID, int]:
    rows = session.execute(
        sa.select(SessionPaper.paper_id, SessionPaper.number).where(
            SessionPaper.session_id == session_id
        )
    )
    return {row.paper_id: row.number for row in rows}


def _views(
    session: Session,
    exam: ExamSession,
    numbers: dict[uuid.UUID, int],
    now: datetime,
    which: sa.ColumnElement[bool],
) -> list[SeatView]:
    saved = (
        sa.select(
            Answer.attempt_id,
            sa.func.count(Answer.response).label("answered"),
            sa.func.max(Answer.saved_at).label("last_saved_at"),
            sa.func.count(sa.case((Answer.is_late, Answer.position))).label("late_counted"),
            sa.func.max(
                sa.case((AnswerRevision.via == Via.FILE.value, sa.null()), else_=Answer.saved_at)
            ).label("last_sent_at"),
        )
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .outerjoin(
            AnswerRevision,
            sa.and_(
                AnswerRevision.attempt_id == Answer.attempt_id,
                AnswerRevision.position == Answer.position,
                AnswerRevision.seq == Answer.seq,
            ),
        )
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(which)
        .group_by(Answer.attempt_id)
        .subquery()
    )
    noted = (
        sa.select(SeatEvent.seat_id, sa.func.count().label("notes"))
        .join(Seat, Seat.id == SeatEvent.seat_id)
        .where(which, SeatEvent.kind.in_(TO_WEIGH))
        .group_by(SeatEvent.seat_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Seat,
            Attempt,
            Presence,
            saved.c.answered,
            saved.c.last_saved_at,
            saved.c.last_sent_at,
            saved.c.late_counted,
            noted.c.notes,
        )
        .join(Seat.candidate)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .outerjoin(saved, saved.c.attempt_id == Attempt.id)
        .outerjoin(noted, noted.c.seat_id == Seat.id)
        .where(which)
        .order_by(Person.full_name, Seat.id)
        .limit(MOST_SEATS)
        .options(contains_eager(Seat.candidate).load_only(Person.full_name))
        # Other people write what is shown here, so nothing may come from this session's memory.
        .execution_options(populate_existing=True)
    ).all()
    refused = refused_of(session, which)
    shown = []
    for seat, attempt, presence, answered, last_saved_at, last_sent_at, late, notes in rows:
        state = _state(exam, seat, attempt, now)
        is_sitting = state in SITTING
        deadline = clocks.deadline_now(exam, attempt, now) if attempt is not None else None
        left = timing.seconds_left(deadline, now) if is_sitting and deadline else None
        view = SeatView(
            seat=seat,
            attempt=attempt,
            presence=presence,
            state=state,
            answered=answered or 0,
            questions=len(paper_view(session, seat.paper_id)),
            last_saved_at=last_saved_at,
            last_sent_at=last_sent_at,
            seconds_left=left if is_sitting else None,
            deadline=deadline,
            on_question=_number_on_screen(session, attempt, presence) if is_sitting else None,
            offline_since=_offline_since(presence, last_sent_at, now) if is_sitting else None,
            notes=notes or 0,
            paper_number=numbers.get(seat.paper_id, 1),
            cut=_cut(exam, seat, attempt) if is_sitting and attempt is not None else timedelta(),
            refused=refused.get(attempt.id) if attempt is not None else None,
            late_counted=late or 0,
        )
        shown.append(view)
    return shown


def _state(exam: ExamSession, seat: Seat, attempt: Attempt | None, now: datetime) -> SeatState:
    if attempt is None:
        return SeatState.READY if seat.cleared_at else SeatState.WAITING
    if attempt.state is not AttemptState.OPEN:
        return SeatState(attempt.state.value)
    if now > clocks.deadline_now(exam, attempt, now):
        return SeatState.TIME_UP
    if clocks.is_paused(attempt, now):
        return SeatState.BREAK if attempt.pause_ends_at else SeatState.PAUSED
    return SeatState.WORKING


def _offline_since(
    presence: Presence | None, last_sent_at: datetime | None, now: datetime
) -> datetime | None:
    """Since when a window is silent; a page without script never speaks, so it is never cut off."""
    if presence is None or not presence.is_live:
        return None
    heard = max(presence.seen_at, last_sent_at or presence.seen_at)
    return heard if now - heard > SILENCE else None


def _number_on_screen(
    session: Session, attempt: Attempt | None, presence: Presence | None
) -> int | None:
    if attempt is None or presence is None or presence.position is None:
        return None
    positions = paper_view(session, attempt.paper_id)
    if presence.position not in positions:
        return None
    if not paper_shuffles(session, attempt.paper_id).questions:
        return sorted(positions).index(presence.position) + 1
    return _own_numbers(attempt.id, tuple(positions))[presence.position]


@lru_cache(maxsize=2 * MOST_SEATS)
def _own_numbers(attempt_id: uuid.UUID, positions: tuple[int, ...]) -> dict[int, int]:
    """By position: the number a candidate sees. Kept, because a room asks every few seconds."""
    order = own_order(positions, attempt_id.hex)
    return {position: number for number, position in enumerate(order, 1)}


def _cut(exam: ExamSession, seat: Seat, attempt: Attempt) -> timedelta:
    return max(timedelta(), clocks.own_deadline(exam, seat, attempt) - exam.closes_at)
