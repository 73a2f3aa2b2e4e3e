"""What happened at a seat: rows that are never changed, written by people and by the browser."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lsp import audit
from lsp.accounts.models import Person
from lsp.exams.models import Seat, SeatEvent
from lsp.exams.services.rooms.seats import get_seat
from lsp.exams.services.sitting import pauses
from lsp.texts import N_, Refusal

#: Events of a room, and of one seat, shown at most.
RECENT_EVENTS = 50
SEAT_EVENTS = 200

#: Kinds of ``SeatEvent`` written by people of the LSP.
EXTRA_TIME = "extra_time"
CLOSE_EXTENDED = "close_extended"
REOPENED = "reopened"
TAKEN_BACK = "taken_back"
RESULT_OPENED = "result_opened"
PAUSED, RESUMED = pauses.PAUSED, pauses.RESUMED
INCIDENT = "incident"
FILE_LOADED = "answer_file"
SEB_WAIVED = "seb_waived"


@dataclass(frozen=True)
class EventView:
    """An event with the names of the candidate and of who noted it; nobody's for the browser's."""

    event: SeatEvent
    candidate_name: str
    actor_name: str


def name_of(once: uuid.UUID, seat_id: uuid.UUID) -> uuid.UUID:
    """Id of the event that a form (``once``) makes at a seat: sent twice, it is the same one."""
    return uuid.uuid5(once, str(seat_id))


def known(session: Session, once: uuid.UUID, seat_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the seats at which this form has done its work already."""
    names = {name_of(once, seat_id): seat_id for seat_id in seat_ids}
    found = session.scalars(sa.select(SeatEvent.id).where(SeatEvent.id.in_(names)))
    return {names[name] for name in found}


def paused_since(session: Session, session_id: uuid.UUID, since: datetime) -> set[uuid.UUID]:
    """Seats of a session whose clocks somebody stopped at this moment or later."""
    return set(
        session.scalars(
            sa.select(SeatEvent.seat_id)
            .join(Seat, Seat.id == SeatEvent.seat_id)
            .where(Seat.session_id == session_id, SeatEvent.kind == PAUSED, SeatEvent.at >= since)
        )
    )


def add_event(
    session: Session,
    seat_id: uuid.UUID,
    kind: str,
    *,
    reason: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> SeatEvent:
    """Write what somebody of the LSP did at a seat."""
    event = SeatEvent(
        id=name_of(once, seat_id),
        seat_id=seat_id,
        at=now,
        actor_id=actor_id,
        kind=kind,
        reason=reason.strip(),
        detail=detail or {},
    )
    session.add(event)
    return event


def note_incident(
    session: Session,
    *,
    session_id: uuid.UUID,
    seat_id: uuid.UUID,
    text: str,
    once: uuid.UUID,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Put on record what happened at a seat; the same form (``once``) sent twice is noted once.

    Raises Refusal without words, NotFound for a seat of another session.
    """
    if not text.strip():
        raise Refusal(N_("Tulis apa yang terjadi."))
    seat = get_seat(session, session_id, seat_id, actor_id=actor_id)
    if known(session, once, [seat.id]):
        return
    add_event(session, seat.id, INCIDENT, reason=text, once=once, actor_id=actor_id, now=now)
    audit.record(
        session,
        action="seat.incident",
        subject_type="seat",
        subject_id=seat_id,
        actor_id=actor_id,
        now=now,
    )


def recent_events(session: Session, session_id: uuid.UUID) -> list[EventView]:
    """What people did and noted in a session, newest first, at most 50.

    What browsers noted by themselves stands on the page of each seat.
    """
    query = _events().where(Seat.session_id == session_id, SeatEvent.actor_id.is_not(None))
    return _views(session, query, RECENT_EVENTS)


def seat_events(session: Session, seat_id: uuid.UUID) -> list[EventView]:
    """Everything that was noted at one seat, newest first, at most 200."""
    return _views(session, _events().where(SeatEvent.seat_id == seat_id), SEAT_EVENTS)


_Actor = aliased(Person)


def _events() -> sa.Select[SeatEvent, str, str | None]:
    return (
        sa.select(SeatEvent, Person.full_name, _Actor.full_name)
        .join(Seat, Seat.id == SeatEvent.seat_id)
        .join(Person, Person.id == Seat.candidate_id)
        .outerjoin(_Actor, _Actor.id == SeatEvent.actor_id)
    )


def _views(
    session: Session, query: sa.Select[SeatEvent, str, str | None], most: int
) -> list[EventView]:
    rows = session.execute(query.order_by(SeatEvent.at.desc(), SeatEvent.id).limit(most))
    return [EventView(event, candidate, actor or "") for event, candidate, actor in rows]
