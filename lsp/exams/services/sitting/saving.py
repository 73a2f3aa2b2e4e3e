"""The hot path: every answer on its way to the disk."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person, SignInSession
from lsp.accounts.services.sessions import admits, token_hash
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import journal, timing
from lsp.exams.rules.items import RULES
from lsp.exams.rules.journal import Arriving, Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.timing import Arrival
from lsp.exams.services.questions import Question, paper_view
from lsp.exams.services.sitting.writing import write
from lsp.texts import N_, NotFound, Refusal


class Fate(StrEnum):
    """What became of an answer that arrived."""

    SAVED = "saved"
    #: This answer or a newer one to the same question was there already.
    OLDER = "older"
    LATE = "late"
    #: Kept for a person to weigh; it does not count.
    REFUSED = "refused"
    #: No possible answer to this question; nothing is kept.
    INVALID = "invalid"


@dataclass(frozen=True)
class Saved:
    """One answer's fate, and why, when it is invalid."""

    position: int
    seq: int
    fate: Fate
    reason: Refusal | None = None


@dataclass(frozen=True)
class SaveResult:
    """What the browser is told: each answer's fate and how the sitting stands."""

    answers: list[Saved]
    #: Whole seconds until the deadline; they stand while the clock does.
    seconds_left: int
    #: Whether answers can still count.
    is_open: bool
    #: Whether a newer window has taken the sitting over.
    is_frozen: bool
    #: Whether the clock stands, and whether that is the candidate's own break.
    is_paused: bool
    is_break: bool
    #: Minutes granted so far; a browser that knows of fewer asks for the reason.
    extra_minutes: int
    #: Zone of the place of the exam, for "Tersimpan 14.05".
    timezone: str
    #: Of the candidate's account.
    language: str


#: Tables instead of classes: the hot path needs a few values, and no object that is watched.
_attempts = Attempt.__table__
_STANDING = (
    sa.select(
        *(_attempts.c[name] for name in ("id", "paper_id", "state", "started_at", "deadline")),
        *(_attempts.c[name] for name in ("paused_at", "pause_ends_at", "window")),
        Seat.__table__.c.extra_minutes,
        *(ExamSession.__table__.c[name] for name in ("closes_at", "timezone")),
        Person.__table__.c.language,
    )
    .join_from(_attempts, Seat.__table__)
    .join(ExamSession.__table__)
    .join(Person.__table__, Person.id == Seat.candidate_id)
    .where(_attempts.c.id == sa.bindparam("attempt_id"))
)
_OF_PERSON = _STANDING.where(Seat.candidate_id == sa.bindparam("person_id"))
#: Who asks, whether they may and whether the attempt is theirs: one statement instead of two.
_OF_TOKEN = _STANDING.join(
    SignInSession.__table__, SignInSession.person_id == Seat.candidate_id
).where(admits("exam.sit"))


def _locked(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Savers share the row; whoever ends the attempt waits for them, so no answer slips past."""
    return statement.with_for_update(read=True, of=_attempts)


_OF_PERSON_LOCKED, _OF_TOKEN_LOCKED = _locked(_OF_PERSON), _locked(_OF_TOKEN)


def standing(
    session: Session,
    *,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    window: int,
    now: datetime,
    grace: timedelta,
) -> SaveResult:
    """How the sitting stands, without saving anything: the clock, and who holds it.

    Raises NotFound for anybody else's sitting.
    """
    names = {"attempt_id": attempt_id, "person_id": person_id}
    row = _standing(session.connection(), _OF_PERSON, names)
    return _result([], row, _deadline(row, now), window, now=now, grace=grace)


def save_answers(
    session: Session,
    *,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    window: int,
    answers: Sequence[Arriving],
    via: Via = Via.SCRIPT,
    now: datetime,
    grace: timedelta,
) -> SaveResult:
    """Keep every answer that arrived and let the newest of each question count.

    Safe to repeat: an answer is known by its question and number. Answers from an older window,
    out of order, late or refused are kept all the same, and so are those that come while the
    clock stands: they were chosen before. The number of statements is the same for any number of
    answers. Raises NotFound for anybody else's sitting.
    """
    names = {"attempt_id": attempt_id, "person_id": person_id}
    row = _standing(session.connection(), _OF_PERSON_LOCKED, names)
    return _save(session.connection(), row, window, answers, via=via, now=now, grace=grace)


def save_signed_in(
    connection: sa.Connection,
    *,
    token: str,
    staff_needs_code: bool,
    attempt_id: uuid.UUID,
    window: int,
    answers: Sequence[Arriving],
    now: datetime,
    grace: timedelta,
) -> SaveResult:
    """The same for whoever a session token belongs to, asked by the statement that asks the rest.

    Raises NotFound unless the session is open, its person holds ``exam.sit`` (with the one-time
    code, where ``staff_needs_code`` and the person is staff, too) and the sitting is theirs.
    """
    names = {
        "attempt_id": attempt_id,
        "token_hash": token_hash(token),
        "now": now,
        "staff_needs_code": staff_needs_code,
    }
    row = _standing(connection, _OF_TOKEN_LOCKED, names)
    return _save(connection, row, window, answers, via=Via.SCRIPT, now=now, grace=grace)


def _save(
    connection: sa.Connection,
    row: sa.Row[Any],
    window: int,
    answers: Sequence[Arriving],
    *,
    via: Via,
    now: datetime,
    grace: timedelta,
) -> SaveResult:
    questions = paper_view(connection, row.paper_id)
    deadline = _deadline(row, now)
    arrived = {
        "at": now,
        "via": via.value,
        "seconds_left": timing.seconds_left(deadline, now),
        "attempt_id": row.id,
    }
    kept: list[dict[str, Any]] = []
    invalid: list[Saved] = []
    for answer in journal.in_order(answers):
        try:
            response = read_response(answer, questions, row.window)
        except Refusal as reason:
            invalid.append(Saved(answer.position, answer.seq, Fate.INVALID, reason))
        else:
            counts = _counts(answer, row, deadline, now=now, grace=grace)
            kept.append(arrived | answer_values(answer, response) | counts)
    written = write(connection, kept)
    saved = [Saved(values["position"], values["seq"], _fate(values, written)) for values in kept]
    return _result([*invalid, *saved], row, deadline, window, now=now, grace=grace)


def _standing(
    connection: sa.Connection, statement: sa.Select[Any], names: dict[str, Any]
) -> sa.Row[Any]:
    row = connection.execute(statement, names).one_or_none()
    if row is None:
        raise NotFound
    return row


def _deadline(row: sa.Row[Any], now: datetime) -> datetime:
    """The deadline as it stands now, a pause that goes on included."""
    return timing.deadline_at(
        row.deadline,
        now,
        closes_at=row.closes_at,
        paused_at=row.paused_at,
        ends_at=row.pause_ends_at,
    )


def _result(
    saved: list[Saved],
    row: sa.Row[Any],
    deadline: datetime,
    window: int,
    *,
    now: datetime,
    grace: timedelta,
) -> SaveResult:
    is_paused = timing.is_paused(now, row.paused_at, row.pause_ends_at)
    return SaveResult(
        answers=saved,
        seconds_left=timing.seconds_left(deadline, now),
        is_open=row.state is AttemptState.OPEN and timing.is_open(deadline, now, grace),
        is_frozen=window < row.window,
        is_paused=is_paused,
        is_break=is_paused and row.pause_ends_at is not None,
        extra_minutes=row.extra_minutes,
        timezone=row.timezone,
        language=row.language,
    )


def read_response(
    answer: Arriving, questions: dict[int, Question], newest_window: int
) -> dict[str, Any] | None:
    """The response in its stored form. Raises Refusal for what is no answer to this paper."""
    question = questions.get(answer.position)
    if question is None or not journal.is_possible(answer.seq, newest_window):
        raise Refusal(N_("Jawaban ini bukan untuk soal di ujian ini. Muat ulang halaman."))
    if answer.response is None:
        return None
    return RULES[question.type].read(question.content, answer.response)


def answer_values(answer: Arriving, response: dict[str, Any] | None) -> dict[str, Any]:
    """What the browser said, as values of the answer's rows."""
    return {
        "position": answer.position,
        "seq": answer.seq,
        "response": response,
        "is_doubtful": answer.is_doubtful,
        "chosen_ms": answer.chosen_ms,
    }


def _counts(
    answer: Arriving, row: sa.Row[Any], deadline: datetime, *, now: datetime, grace: timedelta
) -> dict[str, bool]:
    """Whether an answer that arrives now is late, and whether it is refused."""
    chosen_at = journal.chosen_at(row.started_at, answer.chosen_ms)
    arrival = timing.arrival(deadline, now, grace, chosen_at)
    return {
        "is_late": arrival is not Arrival.ON_TIME,
        "is_refused": arrival is Arrival.REFUSED or row.state is not AttemptState.OPEN,
    }


def _fate(values: dict[str, Any], written: dict[int, int]) -> Fate:
    if values["is_refused"]:
        return Fate.REFUSED
    if written.get(values["position"]) != values["seq"]:
        return Fate.OLDER
    return Fate.LATE if values["is_late"] else Fate.SAVED
