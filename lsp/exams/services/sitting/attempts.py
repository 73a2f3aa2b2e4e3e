"""What a candidate sees of a sitting, and which window holds it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any, get_type_hints

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.db import JSONValue
from lsp.exams.models import Answer, AnswerRevision, Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.rules import journal, timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.questions import OwnQuestion, own_view, paper_shuffles, paper_view
from lsp.skkni.models import Scheme, SchemeVersion
from lsp.straight import Connection, Inquiry, json_words, moment, moment_or_none
from lsp.texts import NotFound

#: Kind of the ``SeatEvent`` by which an invigilator gives time (see ``services.rooms``).
EXTRA_TIME = "extra_time"
#: Kinds of ``SeatEvent`` that change what a candidate has (see ``telling.told_changes``).
CHANGES = (EXTRA_TIME, "adjusted", "adjustment_confirmed")


@dataclass(frozen=True)
class Given:
    """What a candidate has answered to one question so far."""

    seq: int
    response: dict[str, Any] | None
    is_doubtful: bool


@dataclass(frozen=True)
class OwnExam:
    """A session as its candidate's pages show it; the fields are those of ``ExamSession``."""

    id: uuid.UUID
    title: str
    place: str
    timezone: str
    closes_at: datetime
    length_minutes: int
    seb: dict[str, Any]


@dataclass(frozen=True)
class OwnPlace:
    """A seat as its candidate's pages show it; the fields are those of ``Seat``."""

    id: uuid.UUID
    session_id: uuid.UUID
    extra_minutes: int
    time_percent: int
    break_minutes: int
    text_percent: int
    helper: str
    session: OwnExam

    @property
    def granted_minutes(self) -> int:
        """See ``timing.granted_minutes``."""
        return timing.granted_minutes(
            self.session.length_minutes,
            time_percent=self.time_percent,
            extra_minutes=self.extra_minutes,
            break_minutes=self.break_minutes,
        )


@dataclass(frozen=True)
class OwnAttempt:
    """An attempt as its candidate's pages show it; the fields are those of ``Attempt``."""

    id: uuid.UUID
    paper_id: uuid.UUID
    state: AttemptState
    started_at: datetime
    deadline: datetime
    paused_at: datetime | None
    pause_ends_at: datetime | None
    break_seconds: int
    ended_at: datetime | None
    reopened_at: datetime | None
    seat: OwnPlace


@dataclass(frozen=True)
class Sitting:
    """Everything a candidate's page shows of one sitting.

    Questions are named by their position in the paper and come in the candidate's own order, in
    which each has the number that is shown ("Soal 3").
    """

    attempt: OwnAttempt
    exam: OwnExam
    questions: dict[int, OwnQuestion]
    answers: dict[int, Given]
    #: Whether anything was granted or changed at the seat since the sitting began.
    is_changed: bool

    @property
    def first(self) -> int:
        """Position of the question the candidate meets first."""
        return next(iter(self.questions))

    @property
    def count(self) -> int:
        """How many questions there are."""
        return len(self.questions)

    @property
    def order(self) -> str:
        """The positions in the candidate's order, as the script reads them: "3,1,2"."""
        return ",".join(map(str, self.questions))

    @cached_property
    def answered(self) -> list[int]:
        """Positions with an answer."""
        return [p for p in self.questions if p in self.answers and self.answers[p].response]

    @cached_property
    def unanswered(self) -> list[int]:
        """Positions without an answer."""
        answered = set(self.answered)
        return [p for p in self.questions if p not in answered]

    @cached_property
    def doubtful(self) -> list[int]:
        """Positions marked as doubtful (ragu-ragu), answered or not."""
        return [p for p in self.questions if p in self.answers and self.answers[p].is_doubtful]

    def beside(self, position: int, step: int) -> int | None:
        """Position of the question so many steps on in the candidate's order, if there is one."""
        order = list(self.questions)
        index = order.index(position) + step
        return order[index] if 0 <= index < len(order) else None


_attempts, _seats, _sessions = (c.__table__ for c in (Attempt, Seat, ExamSession))
_answers, _events = Answer.__table__, SeatEvent.__table__
#: How a value that is no plain text, number or object is read from JSON.
_READ: dict[Any, Callable[[Any], Any]] = {
    uuid.UUID: uuid.UUID,
    datetime: moment,
    datetime | None: moment_or_none,
    AttemptState: AttemptState,
}


def _columns(view: type) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """The columns of a view, and how each is read."""
    kinds = get_type_hints(view)
    names = [field.name for field in fields(view) if field.name not in ("seat", "session")]
    return [(name, _READ.get(kinds[name])) for name in names]


_ATTEMPT, _PLACE, _EXAM = (_columns(view) for view in (OwnAttempt, OwnPlace, OwnExam))


def place_and_exam(database: str) -> tuple[Any, Any]:
    """A seat and its session as two JSON arrays, for ``own_place`` to read."""
    row, _, embedded = json_words(database)
    return (
        row(*(_seats.c[name] for name, _ in _PLACE)),
        row(*(embedded(_sessions.c[n]) if n == "seb" else _sessions.c[n] for n, _ in _EXAM)),
    )


def _own(database: str) -> sa.Select[Any]:
    """What a candidate's page shows, as one JSON value."""
    row, every, embedded = json_words(database)
    response = embedded(_answers.c.response)
    answer = row(_answers.c.position, _answers.c.seq, response, _answers.c.is_doubtful)
    given = sa.select(every(answer)).where(_answers.c.attempt_id == _attempts.c.id)
    # Written out: a list of parameters would be prepared anew at every request.
    kinds: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{kind}'") for kind in CHANGES]
    changes = sa.exists().where(
        _events.c.seat_id == _attempts.c.seat_id,
        _events.c.kind.in_(kinds),
        _events.c.at >= _attempts.c.started_at,
    )
    return (
        sa.select(
            row(
                row(*(_attempts.c[name] for name, _ in _ATTEMPT)),
                *place_and_exam(database),
                given.correlate(_attempts).scalar_subquery(),
                changes.correlate(_attempts),
                type_=JSONValue,
            )
        )
        .select_from(_attempts)
        .join(_seats)
        .join(_sessions)
        .where(
            _attempts.c.id == sa.bindparam("attempt_id"),
            _seats.c.candidate_id == sa.bindparam("person_id"),
        )
    )


#: Every page of a sitting asks, so it asks tables instead of classes, in a statement built once.
_OWN = Inquiry(_own)


def get_own_attempt(session: Session, person_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt:
    """A person's own sitting with its seat and session. Raises NotFound for anybody else's."""
    attempt = session.scalars(
        sa.select(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .where(Attempt.id == attempt_id, Seat.candidate_id == person_id)
        .options(contains_eager(Attempt.seat).contains_eager(Seat.session))
    ).one_or_none()
    if attempt is None:
        raise NotFound
    return attempt


def attempt_view(
    session: Session,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    *,
    straight: Connection | None = None,
) -> Sitting:
    """A person's own sitting with questions and answers. Raises NotFound for anybody else's.

    A request that has changed nothing may ask ``straight`` (``lsp.straight``); the session then
    is needed only for a paper this process has not met.
    """
    names = {"attempt_id": attempt_id, "person_id": person_id}
    told = _OWN.ask_within(session, names) if straight is None else _OWN.ask(straight, names)
    if told is None:
        raise NotFound
    of_attempt, of_place, of_exam, given, is_changed = told
    seat = own_place(of_place, of_exam)
    attempt = OwnAttempt(**_read(_ATTEMPT, of_attempt), seat=seat)
    questions = own_questions(session, attempt_id, attempt.paper_id)
    return Sitting(
        attempt=attempt,
        exam=seat.session,
        questions={question.position: question for question in questions},
        answers={
            position: Given(seq, response, bool(is_doubtful))
            for position, seq, response, is_doubtful in given or []
        },
        is_changed=bool(is_changed),
    )


def own_place(of_place: list[Any], of_exam: list[Any]) -> OwnPlace:
    """A seat and its session from what ``place_and_exam`` told."""
    return OwnPlace(**_read(_PLACE, of_place), session=OwnExam(**_read(_EXAM, of_exam)))


def _read(
    columns: list[tuple[str, Callable[[Any], Any] | None]], values: list[Any]
) -> dict[str, Any]:
    """The values of a view's columns as the view has them."""
    return {
        name: value if read is None else read(value)
        for (name, read), value in zip(columns, values, strict=True)
    }


def scheme_title(session: Session, exam_id: uuid.UUID) -> str:
    """The title of the scheme a session belongs to."""
    return session.scalars(
        sa.select(Scheme.title)
        .join(SchemeVersion, SchemeVersion.scheme_id == Scheme.id)
        .join(ExamSession, ExamSession.scheme_version_id == SchemeVersion.id)
        .where(ExamSession.id == exam_id)
    ).one()


def own_questions(
    session: Session, attempt_id: uuid.UUID, paper_id: uuid.UUID
) -> list[OwnQuestion]:
    """The questions of a sitting in its candidate's own order, the same at every call."""
    shuffles = paper_shuffles(session, paper_id)
    questions = paper_view(session, paper_id)
    return own_view(questions, attempt_id, shuffles.questions, shuffles.choices)


def open_window(session: Session, *, person_id: uuid.UUID, attempt_id: uuid.UUID) -> int:
    """Let a new browser window take a sitting over; returns its number.

    Once the sitting has ended no window opens any more, and the number is that of the last one:
    so no answer file can carry the signature of a window from after the end. Raises NotFound for
    anybody else's sitting.
    """
    opened = sa.case(
        (Attempt.state == AttemptState.OPEN, Attempt.window + 1),
        (Attempt.window == 0, 1),
        else_=Attempt.window,
    )
    window = session.execute(
        sa.update(Attempt)
        .where(
            Attempt.id == attempt_id,
            Attempt.seat_id.in_(sa.select(Seat.id).where(Seat.candidate_id == person_id)),
        )
        .values(window=opened)
        .returning(Attempt.window)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if window is None:
        raise NotFound
    return window


def open_form(session: Session, *, person_id: uuid.UUID, attempt_id: uuid.UUID) -> tuple[int, int]:
    """``open_window`` for a page without script: the window, and the number of its one answer.

    The number is above every other, also after the end, when the answer is kept for a person to
    weigh. Raises NotFound for anybody else's sitting.
    """
    window = open_window(session, person_id=person_id, attempt_id=attempt_id)
    first = journal.first_seq(window)
    newest = session.scalar(
        sa.select(sa.func.max(AnswerRevision.seq)).where(
            AnswerRevision.attempt_id == attempt_id, AnswerRevision.seq >= first
        )
    )
    return window, first if newest is None else newest + 1
