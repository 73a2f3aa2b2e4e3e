"""Every answer on its way to the disk: what it counts for, and what its browser is told."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.rules import journal, timing
from lsp.exams.rules.items import RULES
from lsp.exams.rules.journal import Arriving, Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.timing import Arrival
from lsp.exams.services.questions import Question, paper_view
from lsp.exams.services.sitting.standing import OF_PERSON, OF_PERSON_LOCKED, Standing
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
class Counting:
    """What counts for a question: None for no answer."""

    response: dict[str, Any] | None
    is_doubtful: bool


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
    #: ``timing.granted_minutes``: a browser that knows another number asks for the reason.
    extra_minutes: int
    #: Zone of the place of the exam, for "Tersimpan 14.05".
    timezone: str
    #: Of the candidate's account.
    language: str
    #: Milliseconds since the start.
    elapsed_ms: int
    #: The highest number given, when the browser gave one twice (``reused``): it has to count on
    #: from there. None otherwise.
    last_seq: int | None = None
    #: By position what counts instead of the newest answer that came with this delivery, where that
    #: is another one (``reused``): the page must not show its own as saved.
    counting: Mapping[int, Counting] = field(default_factory=dict)


class Delivery(NamedTuple):
    """Answers that arrived together."""

    attempt_id: uuid.UUID
    #: The window they came from.
    window: int
    answers: Sequence[Arriving]
    #: When, by the server's clock.
    at: datetime
    #: How long after the deadline an answer chosen in time may arrive.
    grace: timedelta
    via: Via = Via.SCRIPT


class Judged(NamedTuple):
    """What is to be kept of a delivery, as values of rows and in order, and what is no answer."""

    kept: list[dict[str, Any]]
    invalid: list[Saved]


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
    stands = _standing(session, OF_PERSON, attempt_id, person_id)
    return result_of(Delivery(attempt_id, window, [], now, grace), stands, Judged([], []), {})


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

    What the script sends with its window key is saved by ``quick.save_by_key``, by the same rules.
    """
    stands = _standing(session, OF_PERSON_LOCKED, attempt_id, person_id)
    delivery = Delivery(attempt_id, window, answers, now, grace, via)
    judged = judge(delivery, stands, paper_view(session, stands.paper_id))
    return result_of(delivery, stands, judged, write(session.connection(), judged.kept))


def _standing(
    session: Session, statement: sa.Select[Any], attempt_id: uuid.UUID, person_id: uuid.UUID
) -> Standing:
    names = {"attempt_id": attempt_id, "person_id": person_id}
    row = session.connection().execute(statement, names).one_or_none()
    if row is None:
        raise NotFound
    return Standing(*row)


def judge(delivery: Delivery, stands: Standing, questions: Mapping[int, Question]) -> Judged:
    """Read each answer by the rules of its question and say what it counts for by the clock."""
    deadline = stands.deadline_at(delivery.at)
    arrived = {
        "at": delivery.at,
        "via": delivery.via.value,
        "seconds_left": timing.seconds_left(deadline, delivery.at),
        "attempt_id": delivery.attempt_id,
    }
    judged = Judged([], [])
    for answer in journal.in_order(delivery.answers):
        try:
            response = read_response(answer, questions, stands.window)
        except Refusal as reason:
            judged.invalid.append(Saved(answer.position, answer.seq, Fate.INVALID, reason))
        else:
            counts = _counts(answer, response, delivery, stands, deadline)
            row = arrived | answer_values(answer, response) | counts
            if answer.is_estimated:
                row["via"] = Via.OFFLINE.value
            judged.kept.append(row)
    return judged


def result_of(
    delivery: Delivery, stands: Standing, judged: Judged, written: Mapping[int, int]
) -> SaveResult:
    """What the browser is told; ``written`` has the number that a question's answer has now."""
    now = delivery.at
    deadline = stands.deadline_at(now)
    is_paused = stands.is_paused(now)
    saved = [Saved(row["position"], row["seq"], _fate(row, written)) for row in judged.kept]
    return SaveResult(
        answers=[*judged.invalid, *saved],
        seconds_left=timing.seconds_left(deadline, now),
        is_open=stands.state is AttemptState.OPEN and timing.is_open(deadline, now, delivery.grace),
        is_frozen=delivery.window < stands.window,
        is_paused=is_paused,
        is_break=is_paused and stands.pause_ends_at is not None,
        extra_minutes=stands.extra_minutes,
        timezone=stands.timezone,
        language=stands.language,
        elapsed_ms=(now - stands.started_at) // timedelta(milliseconds=1),
    )


def read_response(
    answer: Arriving, questions: Mapping[int, Question], newest_window: int
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
    answer: Arriving,
    response: dict[str, Any] | None,
    delivery: Delivery,
    stands: Standing,
    deadline: datetime,
) -> dict[str, bool]:
    """Whether an answer is late, and whether it is refused."""
    chosen_at = journal.chosen_at(stands.started_at, answer.chosen_ms)
    # A file takes minutes on a bad line, and brings one answer, not one after the other.
    is_file = response is not None and "file" in response
    unknown = delivery.grace if is_file else timing.UNKNOWN_GRACE
    arrival = timing.arrival(deadline, delivery.at, delivery.grace, chosen_at, unknown)
    return {
        "is_late": arrival is not Arrival.ON_TIME,
        "is_refused": arrival is Arrival.REFUSED or stands.state is not AttemptState.OPEN,
    }


def _fate(values: Mapping[str, Any], written: Mapping[int, int]) -> Fate:
    if values["is_refused"]:
        return Fate.REFUSED
    if written.get(values["position"]) != values["seq"]:
        return Fate.OLDER
    return Fate.LATE if values["is_late"] else Fate.SAVED
