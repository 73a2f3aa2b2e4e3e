"""The record of marks: what everybody gave for an answer, and every mark it ever had.

For whoever answers an appeal or an audit; never for somebody who marks in the same session.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import (
    Attempt,
    ItemRevision,
    Mark,
    MarkerTask,
    Marking,
    MarkReopening,
    Script,
    Seat,
    SessionMarker,
)
from lsp.exams.rules.kinds import ScriptState
from lsp.texts import NotFound

#: Settled answers on one page.
PAGE_SIZE = 50


@dataclass(frozen=True)
class SettledPage:
    """One page of answers that have their mark, each with its question."""

    rows: Sequence[tuple[Script, ItemRevision]]
    page: int
    pages: int


@dataclass(frozen=True)
class Record:
    """One answer: who gave what, oldest first, and the marks that counted one after the other."""

    script: Script
    revision: ItemRevision
    given: list[tuple[Marking, str]]
    marks: list[Mark]
    #: When and why it was opened to be marked again, and by whom; oldest first.
    reopened: list[tuple[MarkReopening, str]]
    #: Since when a recommendation rests on the mark; None while none does.
    relied_on_at: datetime | None


def marks_here(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether somebody marks answers of this session, so that others' marks stay hidden."""
    member = sa.exists().where(
        SessionMarker.session_id == session_id, SessionMarker.person_id == person_id
    )
    has_task = sa.exists().where(
        MarkerTask.script_id == Script.id,
        Script.session_id == session_id,
        MarkerTask.marker_id == person_id,
    )
    return bool(session.scalar(sa.select(member | has_task)))


def settled(session: Session, session_id: uuid.UUID, page: int = 1) -> SettledPage:
    """Answers of a session that have their mark, the one settled last first."""
    done = (Script.session_id == session_id, Script.state == ScriptState.SETTLED)
    total = session.scalar(sa.select(sa.func.count()).select_from(Script).where(*done)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.execute(
        sa.select(Script, ItemRevision)
        .join(Script.revision)
        .where(*done)
        .order_by(Script.settled_at.desc(), Script.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return SettledPage([(script, revision) for script, revision in rows], page, pages)


def record_of(
    session: Session, session_id: uuid.UUID, script_id: uuid.UUID, viewer_id: uuid.UUID
) -> Record:
    """The record of one answer. Raises NotFound for who marks in its session, or wrote it."""
    row = session.execute(
        sa.select(Script, ItemRevision, Attempt.relied_on_at)
        .join(Script.revision)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(
            Script.id == script_id,
            Script.session_id == session_id,
            Seat.candidate_id != viewer_id,
        )
    ).one_or_none()
    if row is None or marks_here(session, session_id, viewer_id):
        raise NotFound
    script, revision, relied_on_at = row
    given = session.execute(
        sa.select(Marking, Person.full_name)
        .join(Person, Person.id == Marking.marker_id)
        .where(Marking.script_id == script_id)
        .order_by(Marking.at, Marking.role, Marking.number)
    )
    marks = session.scalars(
        sa.select(Mark)
        .where(Mark.attempt_id == script.attempt_id, Mark.position == script.position)
        .order_by(Mark.number)
    )
    reopened = session.execute(
        sa.select(MarkReopening, Person.full_name)
        .join(Person, Person.id == MarkReopening.actor_id)
        .where(MarkReopening.script_id == script_id)
        .order_by(MarkReopening.number)
    )
    return Record(
        script,
        revision,
        [(marking, name) for marking, name in given],
        list(marks),
        [(reopening, name) for reopening, name in reopened],
        relied_on_at,
    )
