"""Sittings that have ended, and how they are opened again: by time granted, or by a word.

For a power cut longer than what was left: whoever lost the end of their exam gets it back, for a
seat or for the whole room in one act. And whoever handed in by mistake goes on in what is left of
their own time (``take_back``). Nothing they gave is lost, and nothing on record changes.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.sittings import AttemptGuard, ended_by_clock, keeps_handed_in, keeps_shut
from lsp.exams.services.marking import marked_by_people, take_back_scripts
from lsp.exams.services.rooms.acts import Said
from lsp.exams.services.rooms.events import PAUSED, REOPENED, TAKEN_BACK, add_event, known
from lsp.exams.services.rooms.holding import HOLD_WORDS, holds
from lsp.exams.services.rooms.seats import get_exam, get_seat, places
from lsp.exams.services.rooms.watching import MOST_SEATS
from lsp.exams.services.rooms.weighing import count_again, left_behind
from lsp.exams.services.sitting import clocks
from lsp.texts import N_, Refusal

#: Why a sitting stays ended, for the invigilator.
GUARD_WORDS = {
    AttemptGuard.ENDED_BY_CLOCK: N_(
        "Ujian ini sudah dikirim oleh asesi. Selama waktunya masih ada, buka lagi dari halaman"
        " kursinya."
    ),
    AttemptGuard.TIME_GRANTED: N_("Tambah waktu dulu untuk membuka lagi ujian ini."),
    AttemptGuard.NOBODY_MARKED: N_(
        "Jawaban sudah mulai dinilai asesor, jadi ujian ini tidak bisa dibuka lagi."
    ),
    AttemptGuard.WITHIN_A_DAY: N_(
        "Ujian ini berakhir lebih dari 24 jam yang lalu, jadi tidak bisa dibuka lagi."
    ),
    **HOLD_WORDS,
    AttemptGuard.TIME_LEFT: N_(
        "Hanya ujian yang dikirim asesi sendiri, dan selama waktunya masih ada, bisa dilanjutkan."
    ),
}


@dataclass(frozen=True)
class EndedSeat:
    """A seat whose exam the clock ended."""

    seat_id: uuid.UUID
    candidate_name: str
    ended_at: datetime
    #: Seconds the candidate still has by their own clock, which only the session's close cut off.
    own_seconds_left: int
    #: What keeps the exam from being opened again; None when time granted opens it.
    guard: AttemptGuard | None


def ended_seats(
    session: Session,
    exam: ExamSession,
    seat_id: uuid.UUID | None,
    now: datetime,
    *,
    person_id: uuid.UUID,
) -> list[EndedSeat]:
    """Seats of a room, or the one, that the clock ended, by name; in three statements at most.

    What keeps one shut may depend on who asks (``person_id``).
    """
    query = (
        sa.select(Seat, Attempt, Person.full_name)
        .join(Attempt, Attempt.seat_id == Seat.id)
        .join(Person, Person.id == Seat.candidate_id)
        .where(Seat.session_id == exam.id, Attempt.state != AttemptState.OPEN)
        .order_by(Person.full_name, Seat.id)
        .limit(MOST_SEATS)
    )
    if seat_id is not None:
        query = query.where(Seat.id == seat_id)
    rows = session.execute(query).all()
    guards = _guards(session, [row[1] for row in rows], person_id, now)
    return [
        EndedSeat(
            seat.id,
            name,
            attempt.ended_at,
            timing.seconds_left(clocks.own_deadline(exam, seat, attempt), now),
            guards[attempt.id],
        )
        for seat, attempt, name in rows
        if attempt.ended_at and ended_by_clock(attempt.state, attempt.ended_at, attempt.deadline)
    ]


def returning_answers(
    session: Session,
    exam: ExamSession,
    seat_id: uuid.UUID | None,
    now: datetime,
    *,
    person_id: uuid.UUID,
) -> int:
    """How many answers that came too late count again by themselves once time is granted to a
    room, or to the one seat; said beforehand to who grants it (``person_id``)."""
    query = sa.select(Attempt).join(Attempt.seat).where(Seat.session_id == exam.id)
    if seat_id is not None:
        query = query.where(Seat.id == seat_id)
    attempts = session.scalars(query.limit(MOST_SEATS)).all()
    ended = [attempt for attempt in attempts if attempt.state is not AttemptState.OPEN]
    opening, _ = reopenable(session, ended, person_id=person_id, now=now)
    going_on = [
        attempt
        for attempt in attempts
        if attempt.id in opening
        or (attempt.state is AttemptState.OPEN and clocks.deadline_now(exam, attempt, now) < now)
    ]
    left = left_behind(session, exam, going_on, now)
    return sum(len({position for position, _ in each.keys}) for each in left.values())


def reopenable(
    session: Session, attempts: Sequence[Attempt], *, person_id: uuid.UUID, now: datetime
) -> tuple[set[uuid.UUID], set[AttemptGuard]]:
    """Those of the ended sittings that time granted opens again, and what keeps others shut.

    The caller holds their rows, so nobody begins to mark one meanwhile, or to rely on it.
    """
    guards = _guards(session, attempts, person_id, now)
    opening = {attempt_id for attempt_id, guard in guards.items() if guard is None}
    return opening, {guard for guard in guards.values() if guard is not None}


def _guards(
    session: Session, attempts: Sequence[Attempt], person_id: uuid.UUID, now: datetime
) -> dict[uuid.UUID, AttemptGuard | None]:
    ids = [attempt.id for attempt in attempts]
    marked = marked_by_people(session, ids) if ids else set()
    held = holds(session, attempts, person_id)
    return {
        attempt.id: keeps_shut(
            attempt.state,
            attempt.ended_at,
            attempt.deadline,
            now,
            marked_by_people=attempt.id in marked,
            hold=held.get(attempt.id),
        )
        for attempt in attempts
    }


def reopen(
    session: Session,
    exam: ExamSession,
    ended: Sequence[tuple[Seat, Attempt]],
    *,
    said: Said,
    kind: str = REOPENED,
) -> None:
    """Let ended sittings go on until the deadline that has been granted to them.

    Their answers are taken from the people who were to mark them; what had only arrived too late
    counts (``weighing.left_behind``). Marks by the key stay on record and are given anew at the
    new end, where they change. While the room is paused, they are, too.
    """
    now = said["now"]
    if ended:
        take_back_scripts(session, [attempt.id for _, attempt in ended])
    left = left_behind(session, exam, [attempt for _, attempt in ended], now)
    for seat, attempt in ended:
        was = attempt.state
        attempt.state, attempt.ended_at, attempt.marked_at = AttemptState.OPEN, None, None
        attempt.reopened_at = now
        attempt.deadline = clocks.deadline_of(exam, seat, attempt)
        detail = {"minutes": timing.seconds_left(attempt.deadline, now) // 60}
        happened: dict[str, dict[str, Any]] = {kind: detail | left[attempt.id].detail}
        if exam.paused_at is not None and clocks.pause(attempt, now):
            happened[PAUSED] = {}
        for name, about in happened.items():
            # One form does several things at a seat, and each event has a name of its own.
            own: Said = {**said, "once": uuid.uuid5(said["once"], name)}
            add_event(session, seat.id, name, detail=about, **own)
        audit.record(
            session,
            action="attempt.reopened" if kind == REOPENED else "attempt.taken_back",
            subject_type="attempt",
            subject_id=attempt.id,
            actor_id=said["actor_id"],
            now=now,
            detail={"was": was.value, "reason": said["reason"].strip(), **detail},
        )
        count_again(session, attempt, left[attempt.id].keys, said)


def take_back(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let a sitting go on that its candidate handed in by mistake, in what is left of its time.

    The time since then is gone; more is granted apart. Returns 1, 0 for a form sent twice.
    Raises Refusal without a reason, when the time is up, once somebody has marked an answer or a
    recommendation rests on it; NotFound for a seat of another session.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan ujian dibuka lagi."))
    exam = get_exam(session, session_id, actor_id=actor_id)
    get_seat(session, session_id, seat_id, actor_id=actor_id)
    ((seat, attempt),) = places(session, session_id, seat_id)
    if known(session, uuid.uuid5(once, TAKEN_BACK), [seat_id]):
        return 0
    if attempt is None:
        raise Refusal(GUARD_WORDS[AttemptGuard.TIME_LEFT])
    guard = keeps_handed_in(
        attempt.state,
        attempt.ended_at,
        attempt.deadline,
        now,
        marked_by_people=bool(marked_by_people(session, [attempt.id])),
        hold=holds(session, [attempt], actor_id).get(attempt.id),
    )
    if guard is not None:
        raise Refusal(GUARD_WORDS[guard])
    said: Said = {"reason": reason, "once": once, "actor_id": actor_id, "now": now}
    reopen(session, exam, [(seat, attempt)], said=said, kind=TAKEN_BACK)
    return 1
