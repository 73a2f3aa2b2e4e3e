"""A pause and its end, with a note of the answers that came while the clock stood.

They count: a person may have chosen them before. But a clock that stands is time nobody else has,
so an invigilator reads how many there were; one note for each pause. What a device chose in a pause
and held back until after it is noted when the sitting ends, once for each pause, too; with it what
may have been chosen then, because nothing is known of its moment but what the device guesses.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import AnswerRevision, Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.rules import journal
from lsp.exams.rules.journal import Via
from lsp.exams.services.sitting import clocks

#: Kinds of ``SeatEvent`` written here; nobody's hand, so they have no actor.
PAUSE_ANSWERS = "pause_answers"
HELD_ANSWERS = "pause_answers_held"
#: Kinds by which clocks were stopped and went on: by an invigilator, and by the candidate's own
#: hand, for the minutes agreed in FR.AK.07.
PAUSED, RESUMED = "paused", "resumed"
BREAK_BEGUN, BREAK_ENDED = "break_begun", "break_ended"


def pause(session: Session, exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime) -> bool:
    """``clocks.pause``, after a break that has ended by itself was written down."""
    settle(session, exam, seat, attempt, now)
    return clocks.pause(attempt, now)


def resume(
    session: Session, exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime
) -> bool:
    """``clocks.resume``, with the note of what came meanwhile."""
    began, ends_at = attempt.paused_at, attempt.pause_ends_at
    if began is None or not clocks.resume(exam, seat, attempt, now):
        return False
    _note(session, attempt, began, now if ends_at is None else min(now, ends_at), now)
    return True


def settle(
    session: Session, exam: ExamSession, seat: Seat, attempt: Attempt, now: datetime
) -> None:
    """Write down the end of a break whose minutes have been used up."""
    if attempt.paused_at is not None and not clocks.is_paused(attempt, now):
        resume(session, exam, seat, attempt, now)


def note_held(session: Session, attempt: Attempt, now: datetime) -> None:
    """Note what was chosen in a pause by the device's word, or may have been, and came after it.

    For a sitting that has ended. Asks nothing of one that was never paused.
    """
    if not attempt.paused_seconds:
        return
    kinds = (PAUSED, RESUMED, BREAK_BEGUN, BREAK_ENDED)
    moves = session.scalars(
        sa.select(SeatEvent)
        .where(SeatEvent.seat_id == attempt.seat_id, SeatEvent.kind.in_(kinds))
        .order_by(SeatEvent.at)
    ).all()
    sent = [
        _Sent(
            row.position,
            journal.window_of(row.seq),
            journal.chosen_at(attempt.started_at, row.chosen_ms),
            row.received_at,
            is_proven=row.via == Via.SCRIPT and row.chosen_ms is not None,
        )
        for row in session.execute(
            sa.select(
                AnswerRevision.position,
                AnswerRevision.seq,
                AnswerRevision.chosen_ms,
                AnswerRevision.received_at,
                AnswerRevision.via,
            )
            # Nothing is known of a form's moment, ever, and a form is shown by the server.
            .where(
                AnswerRevision.attempt_id == attempt.id,
                AnswerRevision.via.in_((Via.SCRIPT.value, Via.OFFLINE.value)),
            )
            .order_by(AnswerRevision.received_at)
        )
    ]
    for began, until in _pauses(moves, attempt.ended_at or now):
        held, unsure = _held(sent, began, until)
        detail = {"answers": len(held | unsure)} | ({"unsure": len(unsure)} if unsure else {})
        _write(session, attempt, HELD_ANSWERS, began=began, now=now, detail=detail)


class _Sent(NamedTuple):
    """An answer that a script sent."""

    position: int
    window: int
    chosen_at: datetime | None
    received_at: datetime
    #: Whether its moment was measured from what the server had said, not guessed.
    is_proven: bool


def _held(sent: Iterable[_Sent], began: datetime, until: datetime) -> tuple[set[int], set[int]]:
    """Questions whose answer was chosen in a pause and came after it, and those where it may be.

    ``sent`` is in order of arrival. What has no proven moment may be of the pause, unless its
    window had been heard of since, with something chosen after it.
    """
    held, unsure = set(), set()
    heard: dict[int, datetime] = {}
    for answer in sent:
        if answer.received_at <= until:
            continue
        if not answer.is_proven or answer.chosen_at is None:
            if heard.get(answer.window, answer.received_at) >= answer.received_at:
                unsure.add(answer.position)
        elif answer.chosen_at > until:
            heard.setdefault(answer.window, answer.received_at)
        elif answer.chosen_at >= began:
            held.add(answer.position)
    return held, unsure


def _pauses(moves: Iterable[SeatEvent], end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the clock stood, by what was noted of it: from when until when."""
    began = stops = None
    for move in moves:
        if began is not None and stops is not None and move.at > stops:
            yield began, stops  # a break whose minutes were used up
            began = stops = None
        if move.kind in (PAUSED, BREAK_BEGUN):
            began = began or move.at
            seconds = move.detail.get("seconds_left")
            stops = None if seconds is None else move.at + timedelta(seconds=seconds)
        elif began is not None:
            yield began, move.at
            began = stops = None
    if began is not None:
        yield began, min(stops or end, end)


def _note(
    session: Session, attempt: Attempt, began: datetime, until: datetime, now: datetime
) -> None:
    """Count questions, not revisions: a text that is being typed arrives many times."""
    position, chosen_ms = AnswerRevision.position, AnswerRevision.chosen_ms
    began_ms = (began - attempt.started_at) // timedelta(milliseconds=1)
    # What the device says of it is its claim; what it does not say speaks for nothing.
    is_earlier = sa.func.coalesce(chosen_ms, began_ms) < began_ms
    answers, chosen = session.execute(
        sa.select(
            sa.func.count(position.distinct()),
            sa.func.count(sa.case((~is_earlier, position)).distinct()),
        ).where(
            AnswerRevision.attempt_id == attempt.id,
            AnswerRevision.received_at > began,
            AnswerRevision.received_at <= until,
            AnswerRevision.via != Via.FILE.value,
        )
    ).one()
    detail = {"answers": answers, "chosen": chosen}
    _write(session, attempt, PAUSE_ANSWERS, began=began, now=now, detail=detail)


#: Whence the id of a note comes, so that there is one for each pause.
_NAMES = {PAUSE_ANSWERS: "answers in the pause from", HELD_ANSWERS: "answers held since"}


def _write(
    session: Session,
    attempt: Attempt,
    kind: str,
    *,
    began: datetime,
    now: datetime,
    detail: dict[str, int],
) -> None:
    if not detail["answers"]:
        return
    name = uuid.uuid5(attempt.id, f"{_NAMES[kind]} {began.isoformat()}")
    # A sitting that was opened again ends twice.
    if session.get(SeatEvent, name) is None:
        session.add(SeatEvent(id=name, seat_id=attempt.seat_id, at=now, kind=kind, detail=detail))
