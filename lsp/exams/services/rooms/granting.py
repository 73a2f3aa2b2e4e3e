"""What moves the clock of a seat or a room: extra time, a later close, pause and resume.

Each has a reason and is done once per form (``once``). Whoever sits there sees it at the next
save: the deadline is in the attempt's own row.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TypedDict

from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.sittings import AttemptGuard
from lsp.exams.services.rooms.events import (
    CLOSE_EXTENDED,
    EXTRA_TIME,
    PAUSED,
    RESUMED,
    add_event,
    known,
    paused_since,
)
from lsp.exams.services.rooms.limits import NOT_BEGUN, demand_within_length
from lsp.exams.services.rooms.reopening import GUARD_WORDS, reopen, reopenable
from lsp.exams.services.rooms.seats import get_exam, get_seat, places, unfinished
from lsp.exams.services.sitting import clocks, pauses
from lsp.texts import N_, Refusal

#: Most minutes granted at once, and by which the close of a session is moved at once.
MOST_MINUTES = 180

#: What the trail calls a pause and its end, of a seat and of a room.
_TRAIL = {
    PAUSED: ("seat.paused", "session.paused"),
    RESUMED: ("seat.resumed", "session.resumed"),
}

Places = Sequence[tuple[Seat, Attempt | None]]


class _Said(TypedDict):
    """Why, by which form, by whom and when."""

    reason: str
    once: uuid.UUID
    actor_id: uuid.UUID
    now: datetime


def minutes_of_percent(length_minutes: int, percent: int) -> int:
    """Minutes that are so many percent of an exam's length, rounded up."""
    return ceil(length_minutes * percent / 100)


@dataclass(frozen=True)
class Granted:
    """What a grant of time came to."""

    #: Seats that have the time, also when the form was sent before.
    seats: int
    #: How many of them go on by it, after the clock had ended them.
    reopened: int = 0
    #: The session's close, where it moved; None where it did not.
    closes_at: datetime | None = None
    #: Seats where the session's close cuts the time short, and the least that one of them gained,
    #: in minutes.
    cut: int = 0
    least: int = 0


def grant_extra_time(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    minutes: int,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
    move_close: bool = False,
) -> Granted:
    """Give minutes to one seat, or to every seat begun and not finished when ``seat_id`` is None.

    It makes good what was lost, so there is none before the start, and no more in sum than the
    exam is long: what a candidate needs for themselves is agreed in FR.AK.07, where a second
    person confirms it (``adjusting``).

    Deadlines of open attempts move at once, never past the close of the session. Attempts that
    the clock ended go on (``reopening``). Whoever's time is up has the minutes from now
    (``timing.minutes_to_add``). With ``move_close`` the session closes later, as far as these
    deadlines need it. ``once`` names the form it came from: the same form sent twice gives its
    time once.

    Raises Refusal without a reason, for minutes out of range, when nobody is left to give time
    to, when it would be more than the exam is long, and when the close would cut short what is
    opened again; NotFound for a seat of another session.
    """
    _demand_reason(reason, N_("Isi alasan tambahan waktu."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(N_("Isi tambahan waktu 1 sampai %(most)s menit."), most=MOST_MINUTES)
    exam = get_exam(session, session_id, actor_id=actor_id)
    if seat_id is not None:
        get_seat(session, session_id, seat_id, actor_id=actor_id)
    # A later close moves the deadlines of others, too.
    held = places(session, session_id, None if move_close else seat_id)
    asked = _asked(session, held, seat_id, person_id=actor_id, now=now)
    fresh = _fresh(session, asked, once)
    if not fresh:
        return Granted(len(asked))
    demand_within_length(session, exam, [seat for seat, _ in fresh], minutes)
    ended = [(s, a) for s, a in fresh if a is not None and a.state is not AttemptState.OPEN]
    added = {seat.id: _minutes_to_add(exam, seat, a, minutes, now) for seat, a in fresh}
    later = _minutes_later(exam, fresh, added) if move_close else 0
    if exam.closes_at + timedelta(minutes=later) <= now:
        raise Refusal(
            N_("Sesi ini sudah ditutup. Perpanjang jam tutup sesi dulu, lalu tambah waktunya.")
        )
    if not move_close and _minutes_later(exam, ended, added):
        raise Refusal(
            N_(
                "Jam tutup sesi memotong waktu ujian yang dibuka lagi. Centang perpanjangan jam"
                " tutup, atau isi menit yang lebih sedikit."
            )
        )
    said: _Said = {"reason": reason, "once": once, "actor_id": actor_id, "now": now}
    before = {a.id: max(now, clocks.deadline_now(exam, a, now)) for _, a in fresh if a is not None}
    for seat, _ in fresh:
        seat.extra_minutes += added[seat.id]
    if later:
        going = [(s, a) for s, a in held if a is None or a.state is AttemptState.OPEN]
        # The close has a name of its own, so that a seat keeps both events of this form.
        own: _Said = {**said, "once": uuid.uuid5(once, CLOSE_EXTENDED)}
        _move_close(session, exam, [*going, *ended], later, own)
    for seat, attempt in fresh:
        if attempt is not None and attempt.state is AttemptState.OPEN:
            attempt.deadline = clocks.deadline_of(exam, seat, attempt)
    cut = list(
        _note_grants(session, exam, fresh, added=added, before=before, minutes=minutes, said=said)
    )
    reopen(session, exam, ended, **said)
    audit.record(
        session,
        action="seat.extra_time" if seat_id else "session.extra_time",
        subject_type="seat" if seat_id else "exam_session",
        subject_id=seat_id or session_id,
        actor_id=actor_id,
        now=now,
        detail={
            "minutes": minutes,
            "seats": len(fresh),
            "reopened": len(ended),
            "reason": reason.strip(),
        },
    )
    return Granted(
        len(asked),
        len(ended),
        exam.closes_at if later else None,
        len(cut),
        min(cut, default=0),
    )


def _note_grants(
    session: Session,
    exam: ExamSession,
    fresh: Places,
    *,
    added: Mapping[uuid.UUID, int],
    before: Mapping[uuid.UUID, datetime],
    minutes: int,
    said: _Said,
) -> Iterator[int]:
    """Put time granted on record at each seat; gives the minutes gained where the close cuts it.

    ``before`` has until when each sitting would have gone, by its id.
    """
    for seat, attempt in fresh:
        detail = {"minutes": added[seat.id]}
        if added[seat.id] != minutes:
            detail["granted"] = minutes
        if attempt is not None and attempt.state is AttemptState.OPEN:
            until = clocks.deadline_now(exam, attempt, said["now"])
            gained = (until - before[attempt.id]) // timedelta(minutes=1)
            if gained < minutes:
                detail["gained"] = gained
                yield gained
        add_event(session, seat.id, EXTRA_TIME, detail=detail, **said)


def _asked(
    session: Session,
    held: Places,
    seat_id: uuid.UUID | None,
    *,
    person_id: uuid.UUID,
    now: datetime,
) -> Places:
    """Those of the seats that time can be given to. Raises Refusal when there are none."""
    wanted = [(seat, a) for seat, a in held if seat_id in (None, seat.id)]
    ended = [a for _, a in wanted if a is not None and a.state is not AttemptState.OPEN]
    opening, guards = reopenable(session, ended, person_id=person_id, now=now)
    found = [
        (seat, a)
        for seat, a in wanted
        if a is not None and (a.state is AttemptState.OPEN or a.id in opening)
    ]
    if found:
        return found
    if any(a is None for _, a in wanted):
        raise Refusal(NOT_BEGUN)
    why = next((guard for guard in AttemptGuard if guard in guards), None)
    if seat_id is None or why is None:
        raise Refusal(N_("Tidak ada kursi yang masih membutuhkan waktu."))
    raise Refusal(GUARD_WORDS[why])


def _minutes_to_add(
    exam: ExamSession, seat: Seat, attempt: Attempt | None, minutes: int, now: datetime
) -> int:
    if attempt is None:
        return minutes
    clock = timing.clock_at(now, attempt.paused_at, attempt.pause_ends_at)
    return timing.minutes_to_add(clocks.own_deadline(exam, seat, attempt), clock, minutes)


def _minutes_later(
    exam: ExamSession, fresh: Places | Sequence[tuple[Seat, Attempt]], added: dict[uuid.UUID, int]
) -> int:
    """Minutes by which the session must close later for these deadlines to hold; 0 for none."""
    own = [
        clocks.own_deadline(exam, seat, attempt) + timedelta(minutes=added[seat.id])
        for seat, attempt in fresh
        if attempt is not None
    ]
    return max(0, ceil((max(own, default=exam.closes_at) - exam.closes_at) / timedelta(minutes=1)))


def extend_close(
    session: Session,
    *,
    session_id: uuid.UUID,
    minutes: int,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> datetime:
    """Close the session later, so that time granted near its end really helps; returns when.

    Open attempts that the close had cut short get the rest of their time at once. Raises Refusal
    without a reason, for minutes out of range, or when nobody in the room has anything left to
    do; NotFound for an unknown session.
    """
    _demand_reason(reason, N_("Isi alasan perpanjangan."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(N_("Isi perpanjangan 1 sampai %(most)s menit."), most=MOST_MINUTES)
    exam, places = _room(session, session_id, None, actor_id)
    sitting = [attempt for _, attempt in places if attempt is not None]
    if exam.closes_at <= now and not sitting:
        raise Refusal(N_("Sesi ini sudah ditutup dan tidak ada yang masih mengerjakan."))
    fresh = _fresh(session, places, once)
    if not fresh:
        return exam.closes_at
    said: _Said = {"reason": reason, "once": once, "actor_id": actor_id, "now": now}
    _move_close(session, exam, fresh, minutes, said)
    return exam.closes_at


def _move_close(
    session: Session, exam: ExamSession, going: Places, minutes: int, said: _Said
) -> None:
    """Close the session so much later; open attempts that the close cut short have their time."""
    exam.closes_at += timedelta(minutes=minutes)
    for seat, attempt in going:
        if attempt is not None and attempt.state is AttemptState.OPEN:
            attempt.deadline = clocks.deadline_of(exam, seat, attempt)
        add_event(session, seat.id, CLOSE_EXTENDED, detail={"minutes": minutes}, **said)
    audit.record(
        session,
        action="session.close_extended",
        subject_type="exam_session",
        subject_id=exam.id,
        actor_id=said["actor_id"],
        now=said["now"],
        detail={"minutes": minutes, "reason": said["reason"].strip()},
    )


def pause(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let the clock of a seat, or of the whole room when ``seat_id`` is None, stand still.

    While the room is paused nobody in it can start either. Returns how many clocks stand by this
    form. Raises Refusal without a reason, or when nothing is left to pause; NotFound for a seat
    of another session.
    """
    _demand_reason(reason, N_("Isi alasan jeda."))
    exam, places = _room(session, session_id, seat_id, actor_id)
    done = known(session, once, [seat.id for seat, _ in places])
    if done:
        return len(done)
    if seat_id is None:
        if exam.paused_at is not None:
            raise Refusal(N_("Ruang ini sudah dijeda."))
        exam.paused_at = now
    stopped = [
        seat
        for seat, attempt in places
        if attempt is not None and pauses.pause(session, exam, seat, attempt, now)
    ]
    if seat_id is not None and not stopped:
        raise Refusal(N_("Kursi ini tidak bisa dijeda: belum mulai, sudah dijeda, atau selesai."))
    _record_move(
        session,
        PAUSED,
        stopped,
        session_id=session_id,
        seat_id=seat_id,
        reason=reason,
        once=once,
        actor_id=actor_id,
        now=now,
    )
    return len(stopped)


def resume(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> int:
    """Let the clock of a seat or of the room go on, and give back the time that it stood.

    A seat that was paused for itself before the room was stays paused. Returns how many clocks
    go on by this form. Raises Refusal without a reason, or when nothing stands still; NotFound
    for a seat of another session.
    """
    _demand_reason(reason, N_("Isi alasan melanjutkan."))
    exam, places = _room(session, session_id, seat_id, actor_id)
    done = known(session, once, [seat.id for seat, _ in places])
    if done:
        return len(done)
    stopped = {seat.id for seat, _ in places}
    if seat_id is None:
        if exam.paused_at is None:
            raise Refusal(N_("Ruang ini tidak sedang dijeda."))
        stopped = paused_since(session, session_id, exam.paused_at)
        exam.paused_at = None
    going = [
        seat
        for seat, attempt in places
        if attempt is not None
        and seat.id in stopped
        and pauses.resume(session, exam, seat, attempt, now)
    ]
    if seat_id is not None and not going:
        raise Refusal(N_("Kursi ini tidak sedang dijeda."))
    _record_move(
        session,
        RESUMED,
        going,
        session_id=session_id,
        seat_id=seat_id,
        reason=reason,
        once=once,
        actor_id=actor_id,
        now=now,
    )
    return len(going)


def _demand_reason(reason: str, refusal: str) -> None:
    if not reason.strip():
        raise Refusal(refusal)


def _room(
    session: Session, session_id: uuid.UUID, seat_id: uuid.UUID | None, actor_id: uuid.UUID
) -> tuple[ExamSession, Places]:
    """The session and its unfinished seats, locked. Raises Refusal when there are none."""
    exam = get_exam(session, session_id, actor_id=actor_id)
    if seat_id is not None:
        get_seat(session, session_id, seat_id, actor_id=actor_id)
    places = unfinished(session, session_id, seat_id)
    if not places:
        raise Refusal(N_("Tidak ada kursi yang masih membutuhkan waktu."))
    return exam, places


def _fresh(session: Session, places: Places, once: uuid.UUID) -> Places:
    done = known(session, once, [seat.id for seat, _ in places])
    return [place for place in places if place[0].id not in done]


def _record_move(
    session: Session,
    kind: str,
    seats: Sequence[Seat],
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID | None,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Put a pause or its end on record, at each seat it moved and in the trail."""
    for seat in seats:
        add_event(session, seat.id, kind, reason=reason, once=once, actor_id=actor_id, now=now)
    audit.record(
        session,
        action=_TRAIL[kind][seat_id is None],
        subject_type="seat" if seat_id else "exam_session",
        subject_id=seat_id or session_id,
        actor_id=actor_id,
        now=now,
        detail={"seats": len(seats), "reason": reason.strip()},
    )
