"""An invigilator decides whether answers that came too late over the network count after all."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Answer, AnswerRevision, Attempt, ExamSession, Seat, WeighedAnswer
from lsp.exams.services.rooms.acts import Said
from lsp.exams.services.rooms.events import add_event, known
from lsp.exams.services.rooms.holding import why_held
from lsp.exams.services.rooms.seats import get_seat
from lsp.exams.services.sitting.late import (
    LATE_COUNTED,
    LATE_LEFT,
    Late,
    late_answers,
    refused_of,
    undone_end,
)
from lsp.exams.services.sitting.loading import merge
from lsp.texts import N_, Refusal

Keys = Collection[tuple[int, int]]


def late_of_seat(session: Session, exam: ExamSession, seat_id: uuid.UUID, now: datetime) -> Late:
    """What came too late from a seat of this session; nothing where nobody has begun."""
    attempt = session.scalar(sa.select(Attempt).where(Attempt.seat_id == seat_id))
    if attempt is None:
        return Late([], frozenset())
    return late_answers(session, exam, attempt, now)


def weigh_late(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    is_counted: bool,
    seen: str,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let the late answers of a seat count, or leave them; what counts is marked again.

    They came over the network or in an answer file (``sitting.loading``). What was chosen in time by
    the device's word is decided first, of each question the newest; then what the device dates
    later or not at all, because its clock may be wrong. What was left before may be counted later,
    when nothing else waits. ``seen`` (``Late.seen``) names what the invigilator had before
    them, ``once`` the form: sent twice, it decides once. Returns for how many questions it
    decided.

    Raises Refusal without a reason, when nothing waits, when more has arrived since the
    invigilator looked, and to let answers count in a result that a recommendation rests on or
    that came after the candidate had handed in, until somebody else opens it (``holding``);
    NotFound for a seat of another session.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan keputusan."))
    seat = get_seat(session, session_id, seat_id, actor_id=actor_id)
    attempt = session.scalars(
        sa.select(Attempt)
        .where(Attempt.seat_id == seat.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if known(session, once, [seat.id]):
        return 0
    late = Late([], frozenset())
    if attempt is not None:
        late = late_answers(session, seat.session, attempt, now)
    if attempt is None or not late.open or not (is_counted or late.waiting):
        raise Refusal(N_("Tidak ada jawaban terlambat yang menunggu keputusan."))
    if is_counted and (hold := why_held(session, attempt, late, actor_id)):
        raise Refusal(hold)
    if seen != late.seen:
        raise Refusal(
            N_("Jawaban terlambat di kursi ini berubah. Periksa daftarnya, lalu putuskan lagi.")
        )
    if is_counted:
        _count(session, attempt, late.open, now)
    said: Said = {"reason": reason, "once": once, "actor_id": actor_id, "now": now}
    about = {"doubtful": True} if late.is_doubtful else {}
    kind = LATE_COUNTED if is_counted else LATE_LEFT
    _record(session, attempt, late.open, kind=kind, about=about, said=said)
    return late.decided_now


class LeftBehind(NamedTuple):
    """What an end leaves behind that is undone: what to keep of it, and what counts again."""

    #: For the event by which the sitting goes on (``undone_end``).
    detail: dict[str, Any]
    keys: Keys


def left_behind(
    session: Session, exam: ExamSession, attempts: Sequence[Attempt], now: datetime
) -> dict[uuid.UUID, LeftBehind]:
    """By sitting whose time was up or that has ended, asked before it goes on (``count_again``).

    What was chosen in time by the device's word and only arrived too late counts again by itself:
    whoever grants the time makes good what was lost. What was chosen later, or at a moment that is
    only estimated or not known, waits for a person as before, and so does what came after the
    candidate's own end and what another window may have chosen before what counts.
    """
    if not attempts:
        return {}
    late = refused_of(session, Seat.id.in_([attempt.seat_id for attempt in attempts]))
    found = {}
    for attempt in attempts:
        detail, keys = undone_end(exam, attempt, now), frozenset[tuple[int, int]]()
        if attempt.id in late:
            keys = late_answers(session, exam, attempt, now).returning
        found[attempt.id] = LeftBehind(detail, keys)
    return found


def count_again(session: Session, attempt: Attempt, keys: Keys, said: Said) -> None:
    """Let late answers of a sitting that goes on count, as ``left_behind`` has found them."""
    if not keys:
        return
    _count(session, attempt, keys, said["now"])
    once = uuid.uuid5(said["once"], LATE_COUNTED)
    own: Said = {**said, "once": once}
    _record(session, attempt, keys, kind=LATE_COUNTED, about={"reopened": True}, said=own)


def _record(
    session: Session,
    attempt: Attempt,
    keys: Keys,
    *,
    kind: str,
    about: dict[str, Any],
    said: Said,
) -> None:
    """Put on record what was decided about these answers: at the seat, of each, in the trail."""
    detail = {"answers": len({position for position, _ in keys})} | about
    event = add_event(session, attempt.seat_id, kind, detail=detail, **said)
    session.flush()
    session.add_all(
        WeighedAnswer(attempt_id=attempt.id, position=position, seq=seq, event_id=event.id)
        for position, seq in sorted(keys)
    )
    audit.record(
        session,
        action=f"attempt.{kind}",
        subject_type="attempt",
        subject_id=attempt.id,
        actor_id=said["actor_id"],
        now=said["now"],
        detail={**detail, "reason": said["reason"].strip()},
    )
    session.flush()


def _count(session: Session, attempt: Attempt, keys: Keys, now: datetime) -> None:
    """Let these revisions count, of each question the newest, whatever counts there by now."""
    # The number of what counts must not outrank what a person has decided.
    session.execute(
        sa.update(Answer)
        .where(
            Answer.attempt_id == attempt.id,
            Answer.position.in_({position for position, _ in keys}),
        )
        .values(seq=0)
    )
    revisions = session.scalars(
        sa.select(AnswerRevision)
        .where(AnswerRevision.attempt_id == attempt.id, AnswerRevision.is_refused)
        .order_by(AnswerRevision.position, AnswerRevision.seq)
    )
    kept = [
        {
            "attempt_id": attempt.id,
            "position": each.position,
            "seq": each.seq,
            "response": each.response,
            "is_doubtful": each.is_doubtful,
            "chosen_ms": each.chosen_ms,
            # They came when they came, not now: the room tells by it when the device was heard.
            "at": each.received_at,
            "seconds_left": each.seconds_left,
            "via": each.via,
            "is_late": True,
            "is_refused": False,
        }
        for each in revisions
        if (each.position, each.seq) in keys
    ]
    merge(session, attempt, kept, now)
