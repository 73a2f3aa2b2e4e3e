"""Reasonable adjustments (FR.AK.07) of one seat: time, breaks, size of text, a helper.

Only what changes the sitting is kept, with a reason; why somebody needs it, and anything about
their health, is not asked for. What goes beyond the LSP's usual measure takes effect when a
second person confirms it: nobody approves what they asked for themselves (``lsp-process``, SEP-9).
Requests, confirmations and what is in force are rows of ``SeatEvent``, which never change.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager

from lsp import audit
from lsp.accounts.models import Person
from lsp.exams.models import Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting import clocks
from lsp.texts import N_, NotFound, Refusal

#: Beyond these a second person confirms: length in percent, and breaks in minutes.
USUAL_TIME_PERCENT = 150
USUAL_BREAK_MINUTES = 30
#: The most that can be agreed.
MOST_TIME_PERCENT = 400
MOST_BREAK_MINUTES = 240
TEXT_PERCENTS = (100, 125, 150, 200, 300)
#: Who may help the candidate; empty for nobody.
HELPERS = ("", N_("pembaca"), N_("juru tulis"), N_("pembaca dan juru tulis"))

#: Kinds of ``SeatEvent`` written here.
ADJUSTED = "adjusted"
REQUESTED = "adjustment_requested"
CONFIRMED = "adjustment_confirmed"
DECLINED = "adjustment_declined"
#: Seats shown on a page of the list.
PAGE_SIZE = 25


@dataclass(frozen=True)
class Adjustment:
    """What is agreed for a seat; the standing values mean nothing is."""

    time_percent: int = 100
    break_minutes: int = 0
    text_percent: int = 100
    helper: str = ""

    @classmethod
    def at(cls, seat: Seat) -> "Adjustment":
        """What is in force at a seat."""
        return cls(seat.time_percent, seat.break_minutes, seat.text_percent, seat.helper)

    @classmethod
    def said_by(cls, detail: Mapping[str, Any]) -> "Adjustment":
        """What an event asked for or put in force."""
        return cls(**{name: detail[name] for name in asdict(cls())})

    @property
    def is_beyond_usual(self) -> bool:
        """Whether a second person has to confirm it."""
        return self.time_percent > USUAL_TIME_PERCENT or self.break_minutes > USUAL_BREAK_MINUTES

    def demand_possible(self) -> None:
        """Raise Refusal for what no seat can be given."""
        if not 100 <= self.time_percent <= MOST_TIME_PERCENT:
            raise Refusal(N_("Isi lama ujian 100 sampai %(most)s persen."), most=MOST_TIME_PERCENT)
        if not 0 <= self.break_minutes <= MOST_BREAK_MINUTES:
            raise Refusal(
                N_("Isi waktu istirahat 0 sampai %(most)s menit."), most=MOST_BREAK_MINUTES
            )
        if self.text_percent not in TEXT_PERCENTS or self.helper not in HELPERS:
            raise Refusal(N_("Pilih ukuran teks dan bantuan dari daftar."))


@dataclass(frozen=True)
class Request:
    """What somebody asked for that waits for a second person."""

    id: uuid.UUID
    adjustment: Adjustment
    reason: str
    asked_by_id: uuid.UUID | None
    asked_by_name: str
    at: datetime


def get_adjustable(
    session: Session, seat_id: uuid.UUID, *, person_id: uuid.UUID, sees_all: bool
) -> Seat:
    """A seat that this person may adjust: any (``sees_all``), or one they mark; never their own.

    Raises NotFound otherwise.
    """
    seat = session.scalar(
        sa.select(Seat)
        .join(Seat.candidate)
        .join(Seat.session)
        .where(Seat.id == seat_id, _may_adjust(person_id, sees_all))
        .options(contains_eager(Seat.candidate), contains_eager(Seat.session))
    )
    if seat is None:
        raise NotFound
    return seat


def _may_adjust(person_id: uuid.UUID, sees_all: bool) -> sa.ColumnElement[bool]:
    own = Seat.candidate_id != person_id
    return own if sees_all else sa.and_(own, Seat.marker_id == person_id)


def adjust(
    session: Session,
    *,
    seat_id: uuid.UUID,
    adjustment: Adjustment,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    sees_all: bool,
    now: datetime,
) -> bool:
    """Agree on an adjustment; says whether it is in force, or waits for a second person.

    In force it changes the sitting by itself, also one that goes on. A newer agreement takes the
    place of one that waits. The same form (``once``) sent twice does it once. Raises Refusal
    without a reason, for values out of range, when the exam has ended or would end by it;
    NotFound for a seat this person may not adjust.
    """
    if not reason.strip():
        raise Refusal(N_("Isi alasan penyesuaian."))
    adjustment.demand_possible()
    get_adjustable(session, seat_id, person_id=actor_id, sees_all=sees_all)
    seat, attempt = _locked(session, seat_id)
    name = uuid.uuid5(once, str(seat_id))
    known = session.get(SeatEvent, name)
    if known is not None:
        return known.kind == ADJUSTED
    if attempt is not None and attempt.state is not AttemptState.OPEN:
        raise Refusal(N_("Ujian di kursi ini sudah selesai."))
    kind = REQUESTED if adjustment.is_beyond_usual else ADJUSTED
    event = SeatEvent(id=name, seat_id=seat_id, at=now, actor_id=actor_id, kind=kind)
    changed = _put_in_force(seat, attempt, adjustment, now) if kind == ADJUSTED else {}
    event.reason, event.detail = reason.strip(), asdict(adjustment) | changed
    session.add(event)
    _record(session, kind, seat_id, actor_id, now)
    return kind == ADJUSTED


def waiting(session: Session, seat_id: uuid.UUID) -> Request | None:
    """What waits for a second person at a seat, if anything does."""
    return _waiting(session, [seat_id]).get(seat_id)


def _waiting(session: Session, seat_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Request]:
    """By seat: the newest word on its adjustment, where that is a request, in one statement."""
    rows = session.execute(
        sa.select(SeatEvent, Person.full_name)
        .outerjoin(Person, Person.id == SeatEvent.actor_id)
        .where(
            SeatEvent.seat_id.in_(seat_ids),
            SeatEvent.kind.in_((ADJUSTED, REQUESTED, CONFIRMED, DECLINED)),
        )
        .order_by(SeatEvent.at)
    )
    newest: dict[uuid.UUID, Request] = {}
    decided: set[str] = set()
    for event, name in rows:
        if event.kind in (CONFIRMED, DECLINED):
            decided.add(event.detail["request"])
        elif event.kind == ADJUSTED:
            newest.pop(event.seat_id, None)
        else:
            adjustment = Adjustment.said_by(event.detail)
            newest[event.seat_id] = Request(
                event.id, adjustment, event.reason, event.actor_id, name or "", event.at
            )
    return {seat: request for seat, request in newest.items() if str(request.id) not in decided}


def decide(
    session: Session,
    *,
    seat_id: uuid.UUID,
    request_id: uuid.UUID,
    confirms: bool,
    reason: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Confirm or decline what somebody else asked for; a second word on it changes nothing.

    Raises Refusal for one's own request or seat, one that has been replaced, an exam that has
    ended, and for declining without a reason; NotFound for an unknown seat.
    """
    if not confirms and not reason.strip():
        raise Refusal(N_("Isi alasan tidak mengonfirmasi."))
    seat, attempt = _locked(session, seat_id)
    name = uuid.uuid5(request_id, "decision")
    if session.get(SeatEvent, name) is not None:
        return
    request = waiting(session, seat_id)
    if request is None or request.id != request_id:
        raise Refusal(N_("Permintaan ini sudah diganti. Muat ulang halaman."))
    if actor_id == seat.candidate_id:
        raise Refusal(N_("Ini kursi Anda sendiri. Minta orang lain memutus penyesuaiannya."))
    if actor_id == request.asked_by_id:
        raise Refusal(N_("Penyesuaian ini dikonfirmasi oleh orang lain, bukan oleh yang meminta."))
    if attempt is not None and attempt.state is not AttemptState.OPEN:
        raise Refusal(N_("Ujian di kursi ini sudah selesai."))
    kind = CONFIRMED if confirms else DECLINED
    event = SeatEvent(id=name, seat_id=seat_id, at=now, actor_id=actor_id, kind=kind)
    changed = _put_in_force(seat, attempt, request.adjustment, now) if confirms else {}
    event.reason, event.detail = reason.strip(), {"request": str(request_id)} | changed
    session.add(event)
    _record(session, kind, seat_id, actor_id, now)


def _locked(session: Session, seat_id: uuid.UUID) -> tuple[Seat, Attempt | None]:
    """A seat and its attempt, in the order in which everybody locks them. Raises NotFound."""
    seat = session.scalar(
        sa.select(Seat)
        .where(Seat.id == seat_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if seat is None:
        raise NotFound
    attempt = session.scalar(
        sa.select(Attempt)
        .where(Attempt.seat_id == seat_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return seat, attempt


def _put_in_force(
    seat: Seat, attempt: Attempt | None, adjustment: Adjustment, now: datetime
) -> dict[str, Any]:
    """What was in force before, where a sitting goes on: its candidate is told of the change.

    Raises Refusal for less time than the candidate has used: an adjustment ends no exam.
    """
    before = {} if attempt is None else {"before": asdict(Adjustment.at(seat))}
    if attempt is not None:
        clock = timing.clock_at(now, attempt.paused_at, attempt.pause_ends_at)
        ends = clocks.own_deadline(seat.session, seat, attempt, adjustment.time_percent)
        if ends <= clock < attempt.deadline:
            raise Refusal(
                N_("Dengan lama ini waktu asesi langsung habis. Isi persen yang lebih besar.")
            )
    seat.time_percent, seat.break_minutes = adjustment.time_percent, adjustment.break_minutes
    seat.text_percent, seat.helper = adjustment.text_percent, adjustment.helper
    if attempt is not None:
        attempt.deadline = clocks.deadline_of(seat.session, seat, attempt)
    return before


#: What the trail calls each step. What was agreed stays with the seat: it may tell of health.
_TRAIL = {
    ADJUSTED: "seat.adjusted",
    REQUESTED: "seat.adjustment_requested",
    CONFIRMED: "seat.adjustment_confirmed",
    DECLINED: "seat.adjustment_declined",
}


def _record(
    session: Session, kind: str, seat_id: uuid.UUID, actor_id: uuid.UUID, now: datetime
) -> None:
    audit.record(
        session,
        action=_TRAIL[kind],
        subject_type="seat",
        subject_id=seat_id,
        actor_id=actor_id,
        now=now,
    )


@dataclass(frozen=True)
class SeatRow:
    """A seat on the list, with what waits there."""

    seat: Seat
    request: Request | None


@dataclass(frozen=True)
class SeatPage:
    """One page of seats that may still be adjusted."""

    rows: list[SeatRow]
    page: int
    pages: int


def list_adjustable(
    session: Session, *, person_id: uuid.UUID, sees_all: bool, now: datetime, page: int = 1
) -> SeatPage:
    """Seats whose session has not closed and that this person may adjust, the next exam first."""
    which = sa.and_(_may_adjust(person_id, sees_all), ExamSession.closes_at > now)
    seats = sa.select(Seat).join(Seat.session).where(which)
    total = session.scalar(sa.select(sa.func.count()).select_from(seats.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    found = session.scalars(
        seats.join(Seat.candidate)
        .order_by(ExamSession.opens_at, Person.full_name, Seat.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
        .options(contains_eager(Seat.session), contains_eager(Seat.candidate))
    ).all()
    requests = _waiting(session, [seat.id for seat in found])
    return SeatPage([SeatRow(seat, requests.get(seat.id)) for seat in found], page, pages)


def list_waiting(session: Session, now: datetime) -> list[SeatRow]:
    """Seats where something waits for a second person, in sessions that have not closed; at most
    a page of them, the next exam first."""
    asked = aliased(SeatEvent)
    decision = aliased(SeatEvent)
    later = aliased(SeatEvent)
    seats = session.scalars(
        sa.select(Seat)
        .join(Seat.session)
        .join(Seat.candidate)
        .where(
            ExamSession.closes_at > now,
            sa.exists().where(
                asked.seat_id == Seat.id,
                asked.kind == REQUESTED,
                ~sa.exists().where(
                    decision.seat_id == Seat.id,
                    decision.kind.in_((CONFIRMED, DECLINED)),
                    decision.at >= asked.at,
                ),
                ~sa.exists().where(
                    later.seat_id == Seat.id, later.kind == ADJUSTED, later.at > asked.at
                ),
            ),
        )
        .order_by(ExamSession.opens_at, Person.full_name, Seat.id)
        .limit(PAGE_SIZE)
        .options(contains_eager(Seat.session), contains_eager(Seat.candidate))
    ).all()
    requests = _waiting(session, [seat.id for seat in seats])
    return [SeatRow(seat, requests[seat.id]) for seat in seats if seat.id in requests]
