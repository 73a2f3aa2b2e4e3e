"""The session closes later, so that time granted near its end really helps."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Attempt, ExamSession
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.rooms.acts import Places, Said, demand_reason, fresh_at, unfinished_room
from lsp.exams.services.rooms.events import CLOSE_EXTENDED, add_event
from lsp.exams.services.rooms.limits import MOST_MINUTES
from lsp.exams.services.rooms.weighing import LeftBehind, count_again, left_behind
from lsp.exams.services.sitting import clocks
from lsp.texts import N_, Refusal

#: What ends leave behind, by sitting.
Left = Mapping[uuid.UUID, LeftBehind]


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
    demand_reason(reason, N_("Isi alasan perpanjangan."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(N_("Isi perpanjangan 1 sampai %(most)s menit."), most=MOST_MINUTES)
    exam, places = unfinished_room(session, session_id, None, actor_id)
    sitting = [attempt for _, attempt in places if attempt is not None]
    if exam.closes_at <= now and not sitting:
        raise Refusal(N_("Sesi ini sudah ditutup dan tidak ada yang masih mengerjakan."))
    fresh = fresh_at(session, places, once)
    if not fresh:
        return exam.closes_at
    said: Said = {"reason": reason, "once": once, "actor_id": actor_id, "now": now}
    left = overdue(session, exam, fresh, now)
    move_close(session, exam, fresh, minutes=minutes, left=left, said=said)
    give_back(session, exam, fresh, left, said)
    return exam.closes_at


def overdue(session: Session, exam: ExamSession, places: Places, now: datetime) -> Left:
    """What the ends of sittings leave behind whose time is up and that nobody has closed yet."""
    are_up = [
        attempt
        for _, attempt in places
        if attempt is not None
        and attempt.state is AttemptState.OPEN
        and clocks.deadline_now(exam, attempt, now) < now
    ]
    return left_behind(session, exam, are_up, now)


def undone(exam: ExamSession, attempt: Attempt | None, left: Left, now: datetime) -> dict[str, Any]:
    """What the event keeps by which such a sitting goes on; nothing for every other."""
    if attempt is None or attempt.id not in left or clocks.deadline_now(exam, attempt, now) < now:
        return {}
    return left[attempt.id].detail


def give_back(session: Session, exam: ExamSession, places: Places, left: Left, said: Said) -> None:
    """Let count what had only arrived too late, where such a sitting goes on."""
    for _, attempt in places:
        if attempt is not None and undone(exam, attempt, left, said["now"]):
            count_again(session, attempt, left[attempt.id].keys, said)


def move_close(
    session: Session,
    exam: ExamSession,
    places: Places,
    *,
    minutes: int,
    left: Left,
    said: Said,
) -> None:
    """Close the session so much later; open attempts that the close cut short have their time."""
    exam.closes_at += timedelta(minutes=minutes)
    for seat, attempt in places:
        if attempt is not None and attempt.state is AttemptState.OPEN:
            attempt.deadline = clocks.deadline_of(exam, seat, attempt)
        detail = {"minutes": minutes} | undone(exam, attempt, left, said["now"])
        add_event(session, seat.id, CLOSE_EXTENDED, detail=detail, **said)
    audit.record(
        session,
        action="session.close_extended",
        subject_type="exam_session",
        subject_id=exam.id,
        actor_id=said["actor_id"],
        now=said["now"],
        detail={"minutes": minutes, "reason": said["reason"].strip()},
    )
