"""An answer file loaded by an invigilator: the same journal, by hand instead of the network."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp import audit
from lsp.exams.models import Answer, AnswerRevision, Attempt, Seat, SeatEvent
from lsp.exams.rules import answer_files, journal, timing
from lsp.exams.rules.answer_files import BadFile
from lsp.exams.rules.journal import Arriving, Via
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.timing import Claim
from lsp.exams.services.questions import paper_view
from lsp.exams.services.sitting.clocks import deadline_now
from lsp.exams.services.sitting.late import last_moment
from lsp.exams.services.sitting.remarking import mark_changed
from lsp.exams.services.sitting.saving import answer_values, read_response
from lsp.exams.services.sitting.writing import write
from lsp.exams.services.watchers import get_watched
from lsp.texts import N_, Refusal

#: Kind of the ``SeatEvent`` written here.
ANSWER_FILE = "answer_file"


@dataclass(frozen=True)
class LoadResult:
    """What became of a file's answers; every answer is in exactly one of the numbers."""

    candidate_name: str
    seat_id: uuid.UUID
    #: There before, by the network or from this file.
    known: int = 0
    #: Taken and counting now, because they came in time, …
    counted: int = 0
    #: … or not counting, because a newer answer to the same question does.
    older: int = 0
    #: Chosen in time by the browser's word: kept until an invigilator decides
    #: (``rooms.weigh_late``), who sees then what they would change.
    waiting: int = 0
    #: Chosen too late by the browser's word, or at no known time: kept until an invigilator
    #: decides, after those.
    late: int = 0
    #: No possible answer to this paper; nothing is kept.
    invalid: int = 0


def load_answer_file(
    session: Session,
    *,
    session_id: uuid.UUID,
    content: bytes,
    actor_id: uuid.UUID,
    now: datetime,
    secret: str,
) -> LoadResult:
    """Merge a candidate's answer file into their sitting; loading it twice changes nothing.

    In time, answers count as they would over the network. After the end they are kept like answers
    that came too late over the network: an invigilator decides, for a reason.

    Raises Refusal for who sits in the session, what is no answer file, was changed after it was
    signed, belongs to another session, or carries the signature of a window that was not opened
    before the end: no key of such a window is ever given to a browser (``open_window``).
    """
    get_watched(session, session_id, actor_id)
    try:
        file = answer_files.parse(content)
        answers = journal.in_order(answer_files.answers_of(file, secret))
    except BadFile as fault:
        raise Refusal(
            N_(
                "Berkas ini bukan berkas jawaban dari sistem ini, atau isinya berubah setelah"
                " disimpan. Minta peserta menyimpan berkas jawaban sekali lagi."
            )
        ) from fault
    attempt = _attempt_of(session, session_id, file)
    known = _known(session, attempt.id)
    fresh, invalid = _read(session, attempt, answers, file.window)
    seat = attempt.seat
    result = LoadResult(seat.candidate.full_name, seat.id, invalid=invalid)
    numbers = {position: seq for position, (seq, _) in _counting(session, attempt.id).items()}
    kept, result = _judged(fresh, result, attempt, known=known, numbers=numbers, now=now)
    if not kept:
        return result
    changed = merge(session, attempt, kept, now)
    counted = sum(changed.get(values["position"]) == values["seq"] for values in kept)
    counting = sum(not values["is_refused"] for values in kept)
    result = replace(result, counted=counted, older=counting - counted)
    _note(session, attempt, result, actor_id=actor_id, now=now)
    return result


def _attempt_of(session: Session, session_id: uuid.UUID, file: answer_files.AnswerFile) -> Attempt:
    """The file's sitting with seat and candidate, locked. Raises Refusal."""
    attempt = session.scalars(
        sa.select(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .join(Seat.candidate)
        .where(Attempt.id == file.attempt_id, Seat.session_id == session_id)
        .options(
            contains_eager(Attempt.seat).contains_eager(Seat.session),
            contains_eager(Attempt.seat).contains_eager(Seat.candidate),
        )
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if attempt is None:
        raise Refusal(N_("Berkas jawaban ini milik sesi ujian lain. Muat di ruang sesi itu."))
    if file.window > attempt.window:
        raise Refusal(
            N_(
                "Berkas ini ditandatangani jendela yang tidak pernah dibuka selama ujian, jadi"
                " isinya tidak bisa dipercaya dan tidak dimuat."
            )
        )
    return attempt


def _known(session: Session, attempt_id: uuid.UUID) -> set[tuple[int, int]]:
    rows = session.execute(
        sa.select(AnswerRevision.position, AnswerRevision.seq).where(
            AnswerRevision.attempt_id == attempt_id
        )
    )
    return {(row.position, row.seq) for row in rows}


def _read(
    session: Session, attempt: Attempt, answers: Sequence[Arriving], window: int
) -> tuple[list[tuple[Arriving, dict[str, Any]]], int]:
    """Each answer with its rows' values, and how many are no answer to this paper."""
    questions = paper_view(session, attempt.paper_id)
    read = []
    for answer in answers:
        try:
            response = read_response(answer, questions, window)
        except Refusal:
            continue
        read.append((answer, answer_values(answer, response)))
    return read, len(answers) - len(read)


def _judged(
    fresh: Sequence[tuple[Arriving, dict[str, Any]]],
    result: LoadResult,
    attempt: Attempt,
    *,
    known: set[tuple[int, int]],
    numbers: dict[int, int],
    now: datetime,
) -> tuple[list[dict[str, Any]], LoadResult]:
    """The rows to write, and the numbers of those that will not count."""
    deadline = deadline_now(attempt.seat.session, attempt, now)
    until = last_moment(attempt.seat.session, attempt, now)
    is_running = attempt.state is AttemptState.OPEN and now <= deadline
    arrived = {
        "attempt_id": attempt.id,
        "at": now,
        "via": Via.FILE.value,
        "seconds_left": timing.seconds_left(deadline, now),
        "is_late": not is_running,
        "is_refused": not is_running,
    }
    kept: list[dict[str, Any]] = []
    tally = Counter[str]()
    for answer, values in fresh:
        chosen_at = journal.chosen_at(attempt.started_at, answer.chosen_ms)
        wait = "waiting" if timing.claim(chosen_at, until, now) is Claim.IN_TIME else "late"
        is_newest = answer.seq > numbers.get(answer.position, 0)
        if (answer.position, answer.seq) in known and not (is_running and is_newest):
            tally[wait if not is_running and is_newest else "known"] += 1
            continue
        kept.append(arrived | values)
        if not is_running:
            tally[wait] += 1
    return kept, replace(result, known=tally["known"], waiting=tally["waiting"], late=tally["late"])


def merge(
    session: Session, attempt: Attempt, kept: list[dict[str, Any]], now: datetime
) -> dict[int, int]:
    """Write rows and mark again what changed by them, if the sitting has ended.

    ``kept`` is in order (``journal.in_order``). Returns, for each question whose counting answer
    changed, the number it has now.
    """
    before = _counting(session, attempt.id)
    changed = write(session.connection(), kept)
    if changed and attempt.state is not AttemptState.OPEN:
        responses = {(values["position"], values["seq"]): values["response"] for values in kept}
        # What was answered before already, and only arrived under a newer number, keeps its mark.
        others = [
            position
            for position, seq in changed.items()
            if responses[position, seq] != before.get(position, (0, None))[1]
        ]
        if others:
            mark_changed(session, attempt, others, now=now)
    return changed


def _counting(
    session: Session, attempt_id: uuid.UUID
) -> dict[int, tuple[int, dict[str, Any] | None]]:
    """The number and the response of the answer that counts, by the question's position."""
    rows = session.execute(
        sa.select(Answer.position, Answer.seq, Answer.response).where(
            Answer.attempt_id == attempt_id
        )
    )
    return {row.position: (row.seq, row.response) for row in rows}


def _note(
    session: Session,
    attempt: Attempt,
    result: LoadResult,
    *,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    detail = {"counted": result.counted, "waiting": result.waiting, "late": result.late}
    event = SeatEvent(seat_id=attempt.seat_id, at=now, actor_id=actor_id, kind=ANSWER_FILE)
    event.detail = detail
    session.add(event)
    audit.record(
        session,
        action="attempt.answer_file_loaded",
        subject_type="attempt",
        subject_id=attempt.id,
        actor_id=actor_id,
        now=now,
        detail=detail,
    )
