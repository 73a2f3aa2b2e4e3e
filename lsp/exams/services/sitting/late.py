"""Answers that came when they could not count any more: what they say and what became of them."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

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
from lsp.exams.rules import journal, timing
from lsp.exams.rules.journal import Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.timing import Claim
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
    #: The same, of one chosen too late by the device's word, or at no known time. It is decided by
    #: itself, after those that wait, because it needs another reason.
    DOUBTFUL = "doubtful"
    #: An invigilator lets it count, …
    COUNTED = "counted"
    #: … or not.
    LEFT = "left"


#: What waits for a decision.
UNDECIDED = (LateState.WAITING, LateState.DOUBTFUL)


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
    claim: Claim
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
    #: What a decision is about now: what waits, or else what is doubtful, or else what was left and
    #: may still be counted.
    open: frozenset[tuple[int, int]]
    #: Whether that is doubtful.
    is_doubtful: bool = False
    #: Whether the candidate handed in before the time was up.
    after_own_end: bool = False

    def count(self, state: LateState) -> int:
        """How many questions have a late answer that stands so."""
        return sum(answer.state is state for answer in self.answers)

    @property
    def waiting(self) -> int:
        """How many questions wait for a decision."""
        return sum(map(self.count, UNDECIDED))

    @property
    def decided_now(self) -> int:
        """How many questions the next decision is about."""
        return len({position for position, _ in self.open})

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
    by_question: dict[int, list[_Found]] = defaultdict(list)
    for row in rows:
        chosen_at = journal.chosen_at(attempt.started_at, row.chosen_ms)
        claim = timing.claim(chosen_at, until, row.received_at)
        by_question[row.position].append(_Found(_state(row, claim), claim, chosen_at, row))
    questions = {
        question.position: question
        for question in own_questions(session, attempt.id, attempt.paper_id)
    }
    answers = []
    for position, found in by_question.items():
        state, claim, chosen_at, row = min(found, key=_rank)
        answers.append(
            LateAnswer(
                question=questions[position],
                position=position,
                seq=row.seq,
                number=questions[position].number,
                state=state,
                chosen_ms=row.chosen_ms,
                chosen_at=chosen_at,
                claim=claim,
                received_at=row.received_at,
                late_by=max(row.received_at - until, timedelta()),
                via=Via(row.via),
                response=row.response,
                counting=row.counting_response,
            )
        )
    answers.sort(key=lambda answer: answer.number)
    shown = {answer.state for answer in answers}
    next_is = next((state for state in (*UNDECIDED, LateState.LEFT) if state in shown), None)
    return Late(
        answers,
        frozenset(_open(by_question, next_is)),
        is_doubtful=next_is is LateState.DOUBTFUL,
        after_own_end=attempt.state is AttemptState.SUBMITTED and until < attempt.deadline,
    )


class _Found(NamedTuple):
    """A late answer as it stands."""

    state: LateState
    claim: Claim
    chosen_at: datetime | None
    row: Any


#: Of several late answers to a question the first of these is shown, …
_SHOWN = [*UNDECIDED, LateState.LEFT, LateState.COUNTED]


def _rank(found: _Found) -> tuple[int, bool]:
    """… of its kind one that was chosen in time by the device's word, and of these the newest."""
    return _SHOWN.index(found.state), found.claim is not Claim.IN_TIME


def _open(
    by_question: Mapping[int, list[_Found]], next_is: LateState | None
) -> Iterator[tuple[int, int]]:
    """What the next decision is about: of each question those in that state.

    Of what was left, a doubtful answer comes after those of its question that are none.
    """
    for position, found in by_question.items():
        alike = [each for each in found if each.state is next_is]
        best = min(map(_rank, alike), default=None)
        yield from ((position, each.row.seq) for each in alike if _rank(each) == best)


def _state(row: Any, claim: Claim) -> LateState:
    if row.seq == row.counting:
        return LateState.COUNTED
    if row.is_weighed:
        return LateState.LEFT
    return LateState.WAITING if claim is Claim.IN_TIME else LateState.DOUBTFUL


@dataclass(frozen=True)
class Refused:
    """What came too late in one sitting, in short: for a room of many."""

    #: How many questions wait for a decision.
    waiting: int
    last_at: datetime


def refused_of(
    session: Session,
    which: sa.ColumnElement[bool],
) -> dict[uuid.UUID, Refused]:
    """What came too late in sittings (seats: ``which``), by their ids; one statement."""
    waits = (AnswerRevision.seq > _counting) & ~_is_weighed
    rows = session.execute(
        sa.select(
            AnswerRevision.attempt_id,
            sa.func.count(sa.case((waits, AnswerRevision.position)).distinct()).label("waiting"),
            sa.func.max(AnswerRevision.received_at).label("last_at"),
        )
        .join(Attempt, Attempt.id == AnswerRevision.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .outerjoin(Answer, _with_counting)
        .where(which, AnswerRevision.is_refused)
        .group_by(AnswerRevision.attempt_id)
    )
    return {row.attempt_id: Refused(row.waiting, row.last_at) for row in rows}


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
