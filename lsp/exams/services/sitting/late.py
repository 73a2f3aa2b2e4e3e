"""Answers that came when they could not count any more: what they say and what became of them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import chain
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
#: What an event says of the end that it undid (``undone_end``).
_UNTIL, _OWN_END = "until", "own_end"


class LateState(StrEnum):
    """How it stands with the late answer to a question."""

    #: Chosen in time by the device's word; an invigilator has not decided.
    WAITING = "waiting"
    #: The same, of one chosen too late by the device's word, at no known time, or perhaps before
    #: what counts. It is decided by itself, after those that wait: it needs another reason.
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
    #: Time from the last moment for choosing, as it was at the arrival, to the arrival.
    late_by: timedelta
    #: Whether it came after the candidate had handed in, before the time was up.
    after_own_end: bool
    #: Whether the sitting went on since it came.
    is_before_reopening: bool
    #: Whether it counts, or did, because the sitting went on.
    is_returned: bool
    #: Whether another window may have chosen it before what counts.
    may_be_older: bool
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
    #: What counts by itself when the sitting goes on: chosen in time by the device's word, which is
    #: no estimate, not decided about, and not from after the candidate's own end.
    returning: frozenset[tuple[int, int]] = frozenset()
    #: Whether what is open is doubtful.
    is_doubtful: bool = False
    #: When the last of that came which came after the candidate had handed in; None for nothing.
    #: A second person lets it count (``rooms.holding``).
    handed_in_before: datetime | None = None

    def count(self, *states: LateState) -> int:
        """How many questions have a late answer that stands so."""
        return sum(answer.state in states for answer in self.answers)

    @property
    def waiting(self) -> int:
        """How many questions wait for a decision."""
        return self.count(*UNDECIDED)

    @property
    def waiting_after_own_end(self) -> int:
        """How many of them have an answer that came after the candidate had handed in."""
        return sum(each.state in UNDECIDED and each.after_own_end for each in self.answers)

    @property
    def after_own_end(self) -> int:
        """How many questions have one, not counting, that came after the candidate handed in."""
        return sum(
            each.after_own_end and each.state is not LateState.COUNTED for each in self.answers
        )

    @property
    def returned(self) -> int:
        """How many questions have a late answer that counts because the sitting went on."""
        return sum(each.state is LateState.COUNTED and each.is_returned for each in self.answers)

    @property
    def may_replace(self) -> bool:
        """Whether something doubtful may be older than what counts and would replace it."""
        return any(each.state is LateState.DOUBTFUL and each.may_be_older for each in self.answers)

    @property
    def is_time_doubtful(self) -> bool:
        """Whether something doubtful was perhaps chosen after the end."""
        return any(
            each.state is LateState.DOUBTFUL and each.claim is not Claim.IN_TIME
            for each in self.answers
        )

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


def undone_end(
    exam: ExamSession | OwnExam, attempt: Attempt | OwnAttempt, now: datetime
) -> dict[str, Any]:
    """What the event by which a sitting goes on after its end keeps of that end.

    What came before it is seen from that end ever after, not from the newer deadline.
    """
    until = last_moment(exam, attempt, now)
    own = {_OWN_END: True} if _is_own_end(attempt, until) else {}
    return {_UNTIL: until.astimezone(UTC).isoformat()} | own


class _End(NamedTuple):
    """An end of a sitting."""

    until: datetime
    #: Whether it was the candidate's, before the time was up.
    is_own: bool
    #: When the sitting went on after it; None for the last end.
    undone_at: datetime | None = None


def _is_own_end(attempt: Attempt | OwnAttempt, until: datetime) -> bool:
    return attempt.state is AttemptState.SUBMITTED and until < attempt.deadline


def _ends(
    session: Session,
    exam: ExamSession | OwnExam,
    attempt: Attempt | OwnAttempt,
    first_at: datetime,
    now: datetime,
) -> list[_End]:
    """The ends of a sitting since its first late answer came; the last one is still to come
    while the sitting is open."""
    until = last_moment(exam, attempt, now)
    last = _End(until, _is_own_end(attempt, until))
    if first_at > until:
        return [last]
    events = session.execute(
        sa.select(SeatEvent.detail, SeatEvent.at)
        .join(Attempt, Attempt.seat_id == SeatEvent.seat_id)
        .where(Attempt.id == attempt.id, SeatEvent.actor_id.is_not(None), SeatEvent.at >= first_at)
        .order_by(SeatEvent.at)
    )
    undone = [
        _End(datetime.fromisoformat(event.detail[_UNTIL]), _OWN_END in event.detail, event.at)
        for event in events
        if _UNTIL in event.detail
    ]
    return [*undone, last]


def _end_before(ends: Iterable[_End], received_at: datetime) -> _End:
    """The end after which something came."""
    return next(end for end in ends if end.undone_at is None or received_at <= end.undone_at)


def _weighed(*how: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether somebody has decided about an answer, by an event of this kind."""
    return (
        sa.exists()
        .where(
            WeighedAnswer.attempt_id == AnswerRevision.attempt_id,
            WeighedAnswer.position == AnswerRevision.position,
            WeighedAnswer.seq == AnswerRevision.seq,
            SeatEvent.id == WeighedAnswer.event_id,
            *how,
        )
        .correlate(AnswerRevision)
    )


_is_weighed = _weighed()
_was_counted = _weighed(SeatEvent.kind == LATE_COUNTED)
_is_returned = _weighed(
    SeatEvent.kind == LATE_COUNTED, SeatEvent.detail["reopened"].as_boolean().is_(True)
)
_counting = sa.func.coalesce(Answer.seq, 0)
_with_counting = (Answer.attempt_id == AnswerRevision.attempt_id) & (
    Answer.position == AnswerRevision.position
)
#: What a newer answer has replaced: one of the same window, one that arrived in time after it, or
#: one that was decided about together with it.
_is_replaced = (
    (AnswerRevision.seq // journal.SPAN == Answer.seq // journal.SPAN)
    | ((Answer.saved_at > AnswerRevision.received_at) & ~Answer.is_late)
    | _was_counted
)
#: Which refused answers a person may let count instead of what counts now (``Answer``, joined from
#: outside). A lower number of another window does not say that it was chosen before: its device may
#: have been cut off, or had no window yet (``rules.journal``).
may_count = (AnswerRevision.seq > _counting) | (
    ~_is_replaced & AnswerRevision.response.is_distinct_from(Answer.response)
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
            _is_returned.label("is_returned"),
        )
        .outerjoin(Answer, _with_counting)
        .where(
            AnswerRevision.attempt_id == attempt.id,
            AnswerRevision.is_refused,
            may_count | (AnswerRevision.seq == _counting),
        )
        .order_by(AnswerRevision.position, AnswerRevision.seq.desc())
    ).all()
    if not rows:
        return Late([], frozenset())
    ends = _ends(session, exam, attempt, min(row.received_at for row in rows), now)
    by_question: dict[int, list[_Found]] = defaultdict(list)
    for row in rows:
        end = _end_before(ends, row.received_at)
        chosen_at = journal.chosen_at(attempt.started_at, row.chosen_ms)
        claim = timing.claim(chosen_at, end.until, row.received_at)
        is_sure = claim is Claim.IN_TIME and row.seq >= row.counting
        found = _Found(_state(row, is_sure), claim, is_sure, chosen_at, end, row)
        by_question[row.position].append(found)
    questions = {
        question.position: question
        for question in own_questions(session, attempt.id, attempt.paper_id)
    }
    answers = [
        _late_answer(questions[position], min(each, key=_rank))
        for position, each in by_question.items()
    ]
    answers.sort(key=lambda answer: answer.number)
    shown = {answer.state for answer in answers}
    next_is = next((state for state in (*UNDECIDED, LateState.LEFT) if state in shown), None)
    opened = list(_open(by_question, next_is))
    every = chain.from_iterable(by_question.values())
    return Late(
        answers,
        frozenset(each.key for each in opened),
        returning=frozenset(each.key for each in every if _returns(each)),
        is_doubtful=next_is is LateState.DOUBTFUL,
        handed_in_before=max(
            (each.row.received_at for each in opened if each.end.is_own), default=None
        ),
    )


class _Found(NamedTuple):
    """A late answer as it stands."""

    state: LateState
    claim: Claim
    #: Whether it was chosen in time by the device's word, and after what counts by its number.
    is_sure: bool
    chosen_at: datetime | None
    #: The end after which it came.
    end: _End
    row: Any

    @property
    def key(self) -> tuple[int, int]:
        """The question and the answer's number."""
        return self.row.position, self.row.seq


def _late_answer(question: OwnQuestion, found: _Found) -> LateAnswer:
    row = found.row
    return LateAnswer(
        question=question,
        position=row.position,
        seq=row.seq,
        number=question.number,
        state=found.state,
        chosen_ms=row.chosen_ms,
        chosen_at=found.chosen_at,
        claim=found.claim,
        received_at=row.received_at,
        late_by=max(row.received_at - found.end.until, timedelta()),
        after_own_end=found.end.is_own,
        is_before_reopening=found.end.undone_at is not None,
        is_returned=row.is_returned,
        may_be_older=row.seq < row.counting,
        via=Via(row.via),
        response=row.response,
        counting=row.counting_response,
    )


#: Of several late answers to a question the first of these is shown, …
_SHOWN = [*UNDECIDED, LateState.LEFT, LateState.COUNTED]


def _rank(found: _Found) -> tuple[int, bool]:
    """… of its kind one that is sure, and of these the newest."""
    return _SHOWN.index(found.state), not found.is_sure


def _returns(found: _Found) -> bool:
    return (
        found.state is LateState.WAITING
        and not found.end.is_own
        and Via(found.row.via) is not Via.OFFLINE
    )


def _open(by_question: Mapping[int, list[_Found]], next_is: LateState | None) -> Iterator[_Found]:
    """What the next decision is about: of each question those in that state.

    Of what was left, a doubtful answer comes after those of its question that are none.
    """
    for found in by_question.values():
        alike = [each for each in found if each.state is next_is]
        best = min(map(_rank, alike), default=None)
        yield from (each for each in alike if _rank(each) == best)


def _state(row: Any, is_sure: bool) -> LateState:
    if row.seq == row.counting:
        return LateState.COUNTED
    if row.is_weighed:
        return LateState.LEFT
    return LateState.WAITING if is_sure else LateState.DOUBTFUL


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
    waits = may_count & ~_is_weighed
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
