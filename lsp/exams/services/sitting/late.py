"""Answers that came when they could not count any more: what they say and what became of them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import (
    Answer,
    AnswerRevision,
    Attempt,
    ExamSession,
    Seat,
    SeatEvent,
    WeighedAnswer,
)
from lsp.exams.rules import journal
from lsp.exams.rules.journal import Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.questions import OwnQuestion
from lsp.exams.services.sitting.attempts import OwnAttempt, OwnExam, own_questions
from lsp.exams.services.sitting.clocks import deadline_now

#: Kinds of ``SeatEvent`` by which an invigilator decides about late answers.
LATE_COUNTED = "late_counted"
LATE_LEFT = "late_left"


class LateState(StrEnum):
    """How it stands with the late answer to a question."""

    #: Chosen in time by the device's word; an invigilator has not decided.
    WAITING = "waiting"
    #: An invigilator lets it count, …
    COUNTED = "counted"
    #: … or not.
    LEFT = "left"
    #: Chosen too late, or at no known time: kept, never counted.
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class LateAnswer:
    """The late answer to one question."""

    question: OwnQuestion
    position: int
    seq: int
    #: The question's number in the candidate's own order.
    number: int
    state: LateState
    #: Milliseconds since the start at which it was chosen, and when that was: the device's claim.
    chosen_ms: int | None
    chosen_at: datetime | None
    #: By the server's clock.
    received_at: datetime
    #: Time from the last moment for choosing to the arrival.
    late_by: timedelta
    #: How it came.
    via: Via
    #: What it says, and what counts at the moment; None for no answer.
    response: dict[str, Any] | None
    counting: dict[str, Any] | None


@dataclass(frozen=True)
class Late:
    """The late answers of a sitting, at most one for each question, by its number."""

    answers: list[LateAnswer]
    #: What a decision is about now: what waits, or else what was left and may still be counted.
    open: frozenset[tuple[int, int]]
    #: Whether the candidate handed in before the time was up.
    after_own_end: bool = False

    def count(self, state: LateState) -> int:
        """How many questions have a late answer that stands so."""
        return sum(answer.state is state for answer in self.answers)

    @property
    def waiting(self) -> int:
        """How many questions wait for a decision."""
        return self.count(LateState.WAITING)

    @property
    def seen(self) -> str:
        """A name of what a decision would be about, other when more has arrived since."""
        return sha256(repr(sorted(self.open)).encode()).hexdigest()[:16]


def last_moment(
    exam: ExamSession | OwnExam, attempt: Attempt | OwnAttempt, now: datetime
) -> datetime:
    """Until when an answer must have been chosen: the deadline, or the end when that was first."""
    deadline = deadline_now(exam, attempt, now)
    return deadline if attempt.ended_at is None else min(deadline, attempt.ended_at)


def is_in_time(attempt: Attempt | OwnAttempt, chosen_ms: int | None, until: datetime) -> bool:
    """Whether the device says that an answer was chosen by then."""
    chosen_at = journal.chosen_at(attempt.started_at, chosen_ms)
    return chosen_at is not None and chosen_at <= until


_is_weighed = (
    sa.exists()
    .where(
        WeighedAnswer.attempt_id == AnswerRevision.attempt_id,
        WeighedAnswer.position == AnswerRevision.position,
        WeighedAnswer.seq == AnswerRevision.seq,
    )
    .correlate(AnswerRevision)
)
_counting = sa.func.coalesce(Answer.seq, 0)
_with_counting = (Answer.attempt_id == AnswerRevision.attempt_id) & (
    Answer.position == AnswerRevision.position
)


def late_answers(
    session: Session,
    exam: ExamSession | OwnExam,
    attempt: Attempt | OwnAttempt,
    now: datetime,
) -> Late:
    """What came too late in a sitting; an answer that a newer one has replaced is not shown."""
    rows = session.execute(
        sa.select(
            AnswerRevision.position,
            AnswerRevision.seq,
            AnswerRevision.chosen_ms,
            AnswerRevision.received_at,
            AnswerRevision.response,
            AnswerRevision.via,
            Answer.response.label("counting_response"),
            _counting.label("counting"),
            _is_weighed.label("is_weighed"),
        )
        .outerjoin(Answer, _with_counting)
        .where(
            AnswerRevision.attempt_id == attempt.id,
            AnswerRevision.is_refused,
            AnswerRevision.seq >= _counting,
        )
        .order_by(AnswerRevision.position, AnswerRevision.seq.desc())
    ).all()
    if not rows:
        return Late([], frozenset())
    until = last_moment(exam, attempt, now)
    by_state: dict[LateState, set[tuple[int, int]]] = defaultdict(set)
    by_question: dict[int, list[tuple[LateState, Any]]] = defaultdict(list)
    for row in rows:
        state = _state(row, is_in_time(attempt, row.chosen_ms, until))
        by_state[state].add((row.position, row.seq))
        by_question[row.position].append((state, row))
    questions = {
        question.position: question
        for question in own_questions(session, attempt.id, attempt.paper_id)
    }
    answers = []
    for position, candidates in by_question.items():
        state, row = min(candidates, key=lambda each: _SHOWN.index(each[0]))
        answers.append(
            LateAnswer(
                question=questions[position],
                position=position,
                seq=row.seq,
                number=questions[position].number,
                state=state,
                chosen_ms=row.chosen_ms,
                chosen_at=journal.chosen_at(attempt.started_at, row.chosen_ms),
                received_at=row.received_at,
                late_by=max(row.received_at - until, timedelta()),
                via=Via(row.via),
                response=row.response,
                counting=row.counting_response,
            )
        )
    answers.sort(key=lambda answer: answer.number)
    return Late(
        answers,
        frozenset(by_state[LateState.WAITING] or by_state[LateState.LEFT]),
        attempt.state is AttemptState.SUBMITTED and until < attempt.deadline,
    )


#: Of several late answers to a question the first of these is shown, of its kind the newest.
_SHOWN = [LateState.WAITING, LateState.COUNTED, LateState.LEFT, LateState.TOO_LATE]


def _state(row: Any, in_time: bool) -> LateState:
    if row.seq == row.counting:
        return LateState.COUNTED
    if not in_time:
        return LateState.TOO_LATE
    return LateState.LEFT if row.is_weighed else LateState.WAITING


@dataclass(frozen=True)
class Refused:
    """What came too late in one sitting, in short: for a room of many."""

    #: How many questions wait for a decision.
    waiting: int
    last_at: datetime


def refused_of(
    session: Session,
    exam: ExamSession,
    attempts: Iterable[Attempt],
    now: datetime,
    which: sa.ColumnElement[bool],
) -> dict[uuid.UUID, Refused]:
    """What came too late in these sittings (seats: ``which``), by their ids; one statement."""
    waits = (AnswerRevision.seq > _counting) & ~_is_weighed
    rows = session.execute(
        sa.select(
            AnswerRevision.attempt_id,
            sa.func.min(sa.case((waits, AnswerRevision.chosen_ms))).label("chosen_ms"),
            sa.func.max(AnswerRevision.received_at).label("last_at"),
        )
        .join(Attempt, Attempt.id == AnswerRevision.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .outerjoin(Answer, _with_counting)
        .where(which, AnswerRevision.is_refused)
        .group_by(AnswerRevision.attempt_id, AnswerRevision.position)
    )
    by_id = {attempt.id: attempt for attempt in attempts}
    found: dict[uuid.UUID, Refused] = {}
    for row in rows:
        attempt = by_id.get(row.attempt_id)
        if attempt is None:
            continue
        before = found.get(attempt.id, Refused(0, row.last_at))
        waiting = is_in_time(attempt, row.chosen_ms, last_moment(exam, attempt, now))
        found[attempt.id] = Refused(before.waiting + waiting, max(before.last_at, row.last_at))
    return found


def late_reasons(session: Session, attempt_id: uuid.UUID) -> list[str]:
    """Why invigilators counted or left late answers of a sitting, the newest first, at most 5."""
    rows = session.scalars(
        sa.select(SeatEvent.reason)
        .join(Attempt, Attempt.seat_id == SeatEvent.seat_id)
        .where(Attempt.id == attempt_id, SeatEvent.kind.in_((LATE_COUNTED, LATE_LEFT)))
        .order_by(SeatEvent.at.desc(), SeatEvent.id)
        .limit(5)
    )
    return list(rows)
