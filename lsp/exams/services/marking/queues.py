"""What one marker has to mark: piles of answers to the same question, one answer after another."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.exams.models import (
    Answer,
    Attempt,
    ExamSession,
    ItemMedia,
    ItemRevision,
    MarkerTask,
    Marking,
    ResponseFile,
    Script,
    Seat,
    SessionMarker,
)
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services.marking.assigning import is_stopped
from lsp.texts import NotFound

#: Piles on the first page, and answers on a page of a session's list.
MOST_PILES = 100
PAGE_SIZE = 50


Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class Pile:
    """Answers to one question in one session that are one marker's."""

    session: ExamSession
    revision: ItemRevision
    done: int
    total: int
    #: The answer to go on with; None when all are done.
    next_id: uuid.UUID | None


@dataclass(frozen=True)
class OwnScript:
    """An answer as its marker sees it, with what they gave, oldest first.

    ``candidate`` is named only for a question asked face to face, where there is nothing to hide
    and somebody to find.
    """

    script: Script
    revision: ItemRevision
    task: MarkerTask
    answer: Answer | None
    candidate: str
    given: list[Marking]
    #: Whether a recommendation rests on the candidate's marks.
    is_relied_on: bool

    @property
    def newest(self) -> Marking | None:
        """What the marker gave last, also where they are to look again."""
        return self.given[-1] if self.given else None

    @property
    def is_final(self) -> bool:
        """Whether this person cannot change what they gave: several marks have been settled, or a
        recommendation rests on it (``giving.give_mark``)."""
        if self.task.done_at is None:
            return False
        settled = self.script.state is ScriptState.SETTLED
        is_of_several = self.script.is_double or self.script.is_control
        return self.is_relied_on or (is_of_several and settled)


@dataclass(frozen=True)
class OwnPage:
    """One page of a marker's answers in a session."""

    session: ExamSession
    rows: list[OwnScript]
    done: int
    total: int
    page: int
    pages: int


def _own(marker_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Tasks of this marker that they may work on: never their own answer, nor once stopped."""
    return sa.and_(
        MarkerTask.marker_id == marker_id,
        MarkerTask.role != MarkingRole.AGREED,
        Seat.candidate_id != marker_id,
        ~is_stopped(Script.session_id, marker_id),
    )


_DONE = sa.func.count(MarkerTask.done_at)


def piles(session: Session, marker_id: uuid.UUID) -> list[Pile]:
    """Piles with something left to mark, the longest waiting first, then those done last."""
    open_ids = sa.case((MarkerTask.done_at.is_(None), Script.id))
    rows = session.execute(
        _from_tasks(sa.select(ExamSession, ItemRevision, _DONE, sa.func.count()))
        .join(ExamSession, ExamSession.id == Script.session_id)
        .join(ItemRevision, ItemRevision.id == Script.revision_id)
        .where(_own(marker_id))
        .group_by(ExamSession.id, ItemRevision.id)
        .order_by(
            sa.case((sa.func.count(open_ids) > 0, 0), else_=1),
            sa.func.min(MarkerTask.assigned_at),
            ItemRevision.title,
            ItemRevision.id,
        )
        .limit(MOST_PILES)
    )
    found = list(rows)
    following = _first_open(session, marker_id)
    return [
        Pile(exam, revision, done, total, following.get((exam.id, revision.id)))
        for exam, revision, done, total in found
    ]


def _from_tasks(select: sa.Select[*Columns]) -> sa.Select[*Columns]:
    return (
        select.select_from(MarkerTask)
        .join(Script, Script.id == MarkerTask.script_id)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
    )


def _first_open(
    session: Session, marker_id: uuid.UUID
) -> dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]:
    """By session and question: the answer the marker goes on with."""
    place = sa.func.row_number().over(
        partition_by=(Script.session_id, Script.revision_id), order_by=Script.id
    )
    numbered = (
        _from_tasks(
            sa.select(Script.session_id, Script.revision_id, Script.id, place.label("place"))
        )
        .where(_own(marker_id), MarkerTask.done_at.is_(None))
        .subquery()
    )
    rows = session.execute(sa.select(numbered).where(numbered.c.place == 1))
    return {(row.session_id, row.revision_id): row.id for row in rows}


def next_script(session: Session, marker_id: uuid.UUID, script: Script) -> uuid.UUID | None:
    """The marker's next open answer after this one: the same question first, in the same session.

    Goes round to those that were passed over before it. None when nothing is left.
    """
    other_question = sa.case((Script.revision_id == script.revision_id, 0), else_=1)
    before = sa.case((Script.id > script.id, 0), else_=1)
    return session.scalar(
        _from_tasks(sa.select(Script.id))
        .where(
            _own(marker_id),
            MarkerTask.done_at.is_(None),
            Script.session_id == script.session_id,
            Script.id != script.id,
        )
        .order_by(
            other_question,
            sa.case((other_question == 0, before), else_=0),
            Script.revision_id,
            Script.id,
        )
        .limit(1)
    )


def progress(session: Session, marker_id: uuid.UUID, script: Script) -> tuple[int, int]:
    """How many answers to this question in this session are done, and how many there are."""
    row = session.execute(
        _from_tasks(sa.select(_DONE, sa.func.count())).where(
            _own(marker_id),
            Script.session_id == script.session_id,
            Script.revision_id == script.revision_id,
        )
    ).one()
    return row[0], row[1]


def get_own_script(session: Session, script_id: uuid.UUID, marker_id: uuid.UUID) -> OwnScript:
    """An answer this person marks. Raises NotFound."""
    rows = _views(session, marker_id, _select_views(marker_id).where(Script.id == script_id))
    if not rows:
        raise NotFound
    return rows[0]


def own_scripts(
    session: Session, session_id: uuid.UUID, marker_id: uuid.UUID, page: int = 1
) -> OwnPage:
    """A marker's answers in a session, open ones first. Raises NotFound when there are none."""
    done, total = session.execute(
        _from_tasks(sa.select(_DONE, sa.func.count())).where(
            _own(marker_id), Script.session_id == session_id
        )
    ).one()
    if not total:
        raise NotFound
    pages = -(-total // PAGE_SIZE)
    page = min(max(1, page), pages)
    rows = _views(
        session,
        marker_id,
        _select_views(marker_id)
        .where(Script.session_id == session_id)
        .order_by(
            sa.case((MarkerTask.done_at.is_(None), 0), else_=1), Script.revision_id, Script.id
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE),
    )
    exam = session.get_one(ExamSession, session_id)
    return OwnPage(exam, rows, done, total, page, pages)


def _select_views(
    marker_id: uuid.UUID,
) -> sa.Select[Script, ItemRevision, MarkerTask, Answer | None, str, datetime | None]:
    return (
        _from_tasks(
            sa.select(
                Script, ItemRevision, MarkerTask, Answer, Person.full_name, Attempt.relied_on_at
            )
        )
        .join(ItemRevision, ItemRevision.id == Script.revision_id)
        .join(Person, Person.id == Seat.candidate_id)
        .outerjoin(
            Answer, (Answer.attempt_id == Script.attempt_id) & (Answer.position == Script.position)
        )
        .where(_own(marker_id))
    )


def _views(
    session: Session,
    marker_id: uuid.UUID,
    select: sa.Select[Script, ItemRevision, MarkerTask, Answer | None, str, datetime | None],
) -> list[OwnScript]:
    rows = session.execute(select).all()
    given: dict[tuple[uuid.UUID, MarkingRole], list[Marking]] = {}
    markings = session.scalars(
        sa.select(Marking)
        .where(Marking.script_id.in_([row[0].id for row in rows]), Marking.marker_id == marker_id)
        .order_by(Marking.number)
    )
    for marking in markings:
        given.setdefault((marking.script_id, marking.role), []).append(marking)
    return [
        OwnScript(
            script,
            revision,
            task,
            answer,
            name if revision.type is ItemType.ORAL else "",
            given.get((script.id, task.role), []),
            relied_on_at is not None,
        )
        for script, revision, task, answer, name, relied_on_at in rows
    ]


# --- What belongs to an answer -------------------------------------------------------------------


def get_picture(
    session: Session, script_id: uuid.UUID, person_id: uuid.UUID, name: str
) -> ItemMedia:
    """A picture of the question. Raises NotFound for who does not mark the answer."""
    media = session.scalar(
        sa.select(ItemMedia)
        .join(ItemRevision, ItemRevision.item_id == ItemMedia.item_id)
        .join(Script, Script.revision_id == ItemRevision.id)
        .where(Script.id == script_id, ItemMedia.name == name, _may_open(person_id))
    )
    if media is None:
        raise NotFound
    return media


def get_file(session: Session, script_id: uuid.UUID, person_id: uuid.UUID) -> ResponseFile:
    """The file that is the answer. Raises NotFound for who does not mark it."""
    row = session.execute(
        sa.select(Script, Answer.response)
        .join(
            Answer, (Answer.attempt_id == Script.attempt_id) & (Answer.position == Script.position)
        )
        .where(Script.id == script_id, _may_open(person_id))
    ).one_or_none()
    named = (row[1] or {}).get("file") if row else None
    try:
        file_id = uuid.UUID(str(named))
    except ValueError:
        raise NotFound from None
    file = session.get(ResponseFile, file_id)
    script: Script = row[0]  # type: ignore[index]
    # An id of another's file leads nowhere.
    if file is None or (file.attempt_id, file.position) != (script.attempt_id, script.position):
        raise NotFound
    return file


def _may_open(person_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Who marks the answer, or heads the markers of its session; never its own author."""
    has_task = sa.exists().where(
        MarkerTask.script_id == Script.id, MarkerTask.marker_id == person_id
    )
    heads = sa.exists().where(
        SessionMarker.session_id == Script.session_id,
        SessionMarker.person_id == person_id,
        SessionMarker.is_head.is_(True),
    )
    is_author = sa.exists().where(
        Attempt.id == Script.attempt_id,
        Attempt.seat_id == Seat.id,
        Seat.candidate_id == person_id,
    )
    return sa.and_(has_task | heads, ~is_author, ~is_stopped(Script.session_id, person_id))
