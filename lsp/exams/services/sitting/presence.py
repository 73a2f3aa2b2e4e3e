"""What a candidate's window says of itself: where it is, what waits, what a person should know.

Apart from saving, so that it never slows an answer down. Leaving the tab, copying or a second
window are notes for a person to weigh, never a verdict.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, Presence, SeatEvent
from lsp.exams.services.sitting.saving import SaveResult, standing
from lsp.texts import N_

#: Notes of one kind kept of one sitting, and of one minute of it; what is beyond says nothing new.
#: Each kind has its own room, so that a flood of one never hides another.
MOST_OF_A_KIND = 100
MOST_A_MINUTE = 20
#: Kind of the ``SeatEvent`` that says that notes of a kind were not kept; once for each.
NOTES_DROPPED = "notes_dropped"


class Note(StrEnum):
    """What a window notes by itself, as ``SeatEvent.kind`` without an actor."""

    LEFT = "left_tab"
    CAME_BACK = "came_back"
    COPIED = "copied"
    PASTED = "pasted"
    SECOND_WINDOW = "second_window"
    OFFLINE = "offline"


NOTE_NAMES = {
    Note.LEFT: N_("Meninggalkan halaman ujian"),
    Note.CAME_BACK: N_("Kembali ke halaman ujian"),
    Note.COPIED: N_("Menyalin teks"),
    Note.PASTED: N_("Menempel teks"),
    Note.SECOND_WINDOW: N_("Membuka jendela atau perangkat kedua"),
    Note.OFFLINE: N_("Jaringan terputus"),
}


@dataclass(frozen=True)
class Noted:
    """A note as the window numbered it, so that a repeated report notes nothing twice."""

    number: int
    note: Note
    #: How long it took, where that says something: away from the tab, without network.
    seconds: int | None = None


@dataclass(frozen=True)
class Report:
    """What a window says every few seconds."""

    window: int
    #: Question on the screen, by its position in the paper.
    position: int | None
    #: Answers that the server has not acknowledged.
    queued: int
    is_visible: bool
    notes: Sequence[Noted] = ()


def hear(
    session: Session,
    *,
    person_id: uuid.UUID,
    attempt_id: uuid.UUID,
    report: Report,
    now: datetime,
    grace: timedelta,
) -> SaveResult:
    """Keep what a window says of itself and tell it how the sitting stands.

    A window that has been taken over, or a sitting that has ended, changes nothing the room
    shows; its notes are kept all the same, because they belong to the sitting. Raises NotFound for anybody else's sitting.
    """
    result = standing(
        session,
        person_id=person_id,
        attempt_id=attempt_id,
        window=report.window,
        now=now,
        grace=grace,
    )
    if result.is_open and not result.is_frozen:
        _show(session, attempt_id, report, now)
    if report.notes:
        _note(session, attempt_id, report, now)
    return result


def see(session: Session, attempt_id: uuid.UUID, position: int, *, now: datetime) -> None:
    """Keep that a page without script was asked for or sent, with the question it shows.

    Such a page is not heard of again before its candidate goes on. The caller knows that the
    sitting is open and whose it is.
    """
    _show(session, attempt_id, Report(0, position, queued=0, is_visible=True), now, is_live=False)


def _show(
    session: Session, attempt_id: uuid.UUID, report: Report, now: datetime, *, is_live: bool = True
) -> None:
    """One row for each sitting, written over."""
    shown = {
        "seen_at": now,
        "position": report.position,
        "queued": report.queued,
        "is_visible": report.is_visible,
        "is_live": is_live,
    }
    statement = _insert(session, Presence).values(attempt_id=attempt_id, **shown)
    session.execute(
        statement.on_conflict_do_update(index_elements=[Presence.attempt_id], set_=shown)
    )


def _note(session: Session, attempt_id: uuid.UUID, report: Report, now: datetime) -> None:
    seat_id = session.scalars(sa.select(Attempt.seat_id).where(Attempt.id == attempt_id)).one()
    recent = sa.func.count().filter(SeatEvent.at > now - timedelta(minutes=1))
    counts = session.execute(
        sa.select(SeatEvent.kind, sa.func.count(), recent)
        .where(SeatEvent.seat_id == seat_id, SeatEvent.kind.in_(list(Note)))
        .group_by(SeatEvent.kind)
    )
    room = dict.fromkeys(Note, MOST_A_MINUTE)
    for kind, total, last_minute in counts:
        room[Note(kind)] = min(MOST_OF_A_KIND - total, MOST_A_MINUTE - last_minute)
    names = [uuid.uuid5(attempt_id, f"note {report.window} {n.number}") for n in report.notes]
    kept: dict[uuid.UUID, Noted] = {}
    beyond: dict[uuid.UUID, Noted] = {}
    for name, noted in zip(names, report.notes, strict=True):
        room[noted.note] -= 1
        (kept if room[noted.note] >= 0 else beyond)[name] = noted
    rows = [_row(name, seat_id, noted.note, now, _details(noted)) for name, noted in kept.items()]
    for kind in _dropped(session, beyond):
        name = uuid.uuid5(attempt_id, f"{NOTES_DROPPED} {kind}")
        rows.append(_row(name, seat_id, NOTES_DROPPED, now, {"note": kind}))
    if rows:
        session.execute(_insert(session, SeatEvent).values(rows).on_conflict_do_nothing())


def _dropped(session: Session, beyond: Mapping[uuid.UUID, Noted]) -> list[Note]:
    """The kinds of which a note is not kept; a repeated report brings some that are."""
    if not beyond:
        return []
    known = set(session.scalars(sa.select(SeatEvent.id).where(SeatEvent.id.in_(beyond))))
    return sorted({noted.note for name, noted in beyond.items() if name not in known})


def _details(noted: Noted) -> dict[str, Any]:
    return {} if noted.seconds is None else {"seconds": noted.seconds}


def _row(
    name: uuid.UUID, seat_id: uuid.UUID, kind: str, now: datetime, detail: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": name,
        "seat_id": seat_id,
        "at": now,
        "actor_id": None,
        "kind": str(kind),
        "reason": "",
        "detail": detail,
    }


def _insert(
    session: Session, table: type[Presence] | type[SeatEvent]
) -> postgresql.Insert | sqlite.Insert:
    """An insert that may meet its own row, in the words of this database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
