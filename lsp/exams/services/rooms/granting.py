"""Extra time for a seat or a room.

It has a reason and is given once per form (``once``). Whoever sits there sees it at the next save:
the deadline is in the attempt's own row.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.sittings import AttemptGuard
from lsp.exams.services.rooms import extending
from lsp.exams.services.rooms.acts import Places, Said, demand_reason, fresh_at
from lsp.exams.services.rooms.events import CLOSE_EXTENDED, EXTRA_TIME, add_event
from lsp.exams.services.rooms.limits import FOR_ROOM, MOST_MINUTES, NOT_BEGUN, limits_of
from lsp.exams.services.rooms.reopening import GUARD_WORDS, reopen, reopenable
from lsp.exams.services.rooms.seats import get_exam, get_seat, places
from lsp.exams.services.sitting import clocks
from lsp.texts import N_, Refusal


@dataclass(frozen=True)
class Granted:
    """What a grant of time came to."""

    #: Seats that have time by it, also when the form was sent before.
    seats: int
    #: Seats of a room that have less than was granted, because no more is allowed there, by the
    #: candidate's name; and how much.
    less: list[tuple[str, int]] = field(default_factory=list)
    #: Minutes of one seat that are more than this person grants it alone: another one may.
    of_others: int = 0
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

    A grant for the room gives each seat what its limit allows, and says where that is less. So does
    a grant for one seat, where it is more than one person grants alone.

    Raises Refusal without a reason, for minutes out of range, when nobody is left to give time
    to, when it would be more than the limit of the seat allows (``limits``), and when the close
    would cut short what is opened again; NotFound for a seat of another session.
    """
    demand_reason(reason, N_("Isi alasan tambahan waktu."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(N_("Isi tambahan waktu 1 sampai %(most)s menit."), most=MOST_MINUTES)
    exam = get_exam(session, session_id, actor_id=actor_id)
    if seat_id is not None:
        get_seat(session, session_id, seat_id, actor_id=actor_id)
    # A later close moves the deadlines of others, too.
    held = places(session, session_id, None if move_close else seat_id)
    asked = _asked(session, held, seat_id, person_id=actor_id, now=now)
    fresh = fresh_at(session, asked, once)
    if not fresh:
        return Granted(len(asked))
    limits = limits_of(session, exam, [seat for seat, _ in asked], person_id=actor_id)
    allowed = {limit.seat.id: min(minutes, limit.left) for limit in limits}
    getting = [(seat, attempt) for seat, attempt in fresh if allowed[seat.id]]
    if not getting and len(fresh) < len(asked):
        return Granted(len(asked) - len(fresh))
    refused = next((limit for limit in limits if limit.left < minutes), None)
    of_others = sum(limit.of_others(minutes) for limit in limits)
    if refused is not None and not (getting and (seat_id is None or of_others)):
        raise refused.refusal()
    less = _less(session, fresh, allowed, minutes)
    fresh = getting
    ended = [(s, a) for s, a in fresh if a is not None and a.state is not AttemptState.OPEN]
    added = {seat.id: _minutes_to_add(exam, seat, a, allowed[seat.id], now) for seat, a in fresh}
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
    said: Said = {"reason": reason, "once": once, "actor_id": actor_id, "now": now}
    left = extending.overdue(session, exam, held, now)
    before = {a.id: max(now, clocks.deadline_now(exam, a, now)) for _, a in fresh if a is not None}
    for seat, _ in fresh:
        seat.extra_minutes += added[seat.id]
    if later:
        going = [(s, a) for s, a in held if a is None or a.state is AttemptState.OPEN]
        # The close has a name of its own, so that a seat keeps both events of this form.
        own: Said = {**said, "once": uuid.uuid5(once, CLOSE_EXTENDED)}
        extending.move_close(session, exam, [*going, *ended], minutes=later, left=left, said=own)
    for seat, attempt in fresh:
        if attempt is not None and attempt.state is AttemptState.OPEN:
            attempt.deadline = clocks.deadline_of(exam, seat, attempt)
    cut = list(
        _note_grants(
            session,
            exam,
            fresh,
            granted=allowed,
            added=added,
            before=before,
            left=left,
            is_for_room=len(asked) > 1,
            said=said,
        )
    )
    reopen(session, exam, ended, said=said)
    extending.give_back(session, exam, held, left, said)
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
        seats=len(asked) - sum(not given for _, given in less),
        less=less,
        of_others=of_others,
        reopened=len(ended),
        closes_at=exam.closes_at if later else None,
        cut=len(cut),
        least=min(cut, default=0),
    )


def _less(
    session: Session, fresh: Places, allowed: Mapping[uuid.UUID, int], minutes: int
) -> list[tuple[str, int]]:
    """Whom the limit of their seat gives less, by name."""
    seats = [seat.id for seat, _ in fresh if allowed[seat.id] < minutes]
    if not seats:
        return []
    names = session.execute(
        sa.select(Person.full_name, Seat.id)
        .join(Seat, Seat.candidate_id == Person.id)
        .where(Seat.id.in_(seats))
        .order_by(Person.full_name, Seat.id)
    )
    return [(name, allowed[seat_id]) for name, seat_id in names]


def _note_grants(
    session: Session,
    exam: ExamSession,
    fresh: Places,
    *,
    granted: Mapping[uuid.UUID, int],
    added: Mapping[uuid.UUID, int],
    before: Mapping[uuid.UUID, datetime],
    left: extending.Left,
    is_for_room: bool,
    said: Said,
) -> Iterator[int]:
    """Put time granted on record at each seat; gives the minutes gained where the close cuts it.

    ``before`` has until when each sitting would have gone, by its id.
    """
    for seat, attempt in fresh:
        detail: dict[str, Any] = {"minutes": added[seat.id]}
        detail |= extending.undone(exam, attempt, left, said["now"])
        if is_for_room:
            detail[FOR_ROOM] = True
        minutes = granted[seat.id]
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
