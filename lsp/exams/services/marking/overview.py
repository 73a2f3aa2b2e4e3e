"""How the marking of a session goes: what is open and with whom, and how each marker marks."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lsp.accounts.models import Person
from lsp.exams.models import (
    ExamSession,
    ItemRevision,
    MarkerTask,
    Marking,
    Script,
    SessionMarker,
)
from lsp.exams.rules.agreement import ControlResult, Deviation, deviation
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services.marking.assigning import markers

#: Answers on one page.
PAGE_SIZE = 25


@dataclass(frozen=True)
class MarkerRow:
    """One marker of a session; ``membership`` is None for who came with a seat."""

    person: Person
    membership: SessionMarker | None
    done: int
    waiting: int
    deviation: Deviation


@dataclass(frozen=True)
class OpenScript:
    """An answer that waits, with who has it in which role, and whether each has marked it."""

    script: Script
    revision: ItemRevision
    holders: list[tuple[MarkingRole, str, bool]]
    #: Roles nobody has.
    missing: list[MarkingRole]
    #: The first and the second mark, where they are too far apart.
    scores: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Overview:
    """The marking of a session; counts are answers, ``unassigned`` those that miss a marker."""

    total: int
    settled: int
    disputed: int
    unassigned: int
    doubles: int
    controls: int
    markers: list[MarkerRow]
    rows: list[OpenScript]
    page: int
    pages: int
    #: Whether this viewer marks here, so that others' marks are not shown to them.
    is_blind: bool


def overview(session: Session, exam: ExamSession, viewer_id: uuid.UUID, page: int = 1) -> Overview:
    """Counts, markers and a page of open answers, disagreements first; a fixed number of statements."""
    counts = session.execute(
        sa.select(
            sa.func.count(),
            _how_many(Script.state == ScriptState.SETTLED),
            _how_many(Script.state == ScriptState.DISPUTED),
            _how_many(_misses_somebody()),
            _how_many(Script.is_double.is_(True)),
            _how_many(Script.is_control.is_(True)),
            _how_many(Script.is_control & (Script.state != ScriptState.SETTLED)),
        ).where(Script.session_id == exam.id)
    ).one()
    rows = _marker_rows(session, exam)
    total, settled, disputed, missing, doubles, controls, open_controls = counts
    is_blind = any(row.person.id == viewer_id for row in rows)
    # Who marks here is not to learn which answers are control scripts.
    shown = total - settled - (open_controls if is_blind else 0)
    pages = max(1, -(-shown // PAGE_SIZE))
    page = min(max(1, page), pages)
    found = _open_scripts(session, exam.id, page, is_blind=is_blind)
    return Overview(
        total=total,
        settled=settled,
        disputed=disputed,
        unassigned=missing,
        doubles=doubles,
        controls=controls,
        markers=rows,
        rows=found,
        page=page,
        pages=pages,
        is_blind=is_blind,
    )


def _how_many(condition: sa.ColumnElement[bool]) -> sa.Function[int]:
    return sa.func.count(sa.case((condition, 1)))


def unassigned(session: Session, session_id: uuid.UUID) -> int:
    """How many answers of a session miss a marker."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Script)
            .where(Script.session_id == session_id, _misses_somebody())
        )
        or 0
    )


def sessions_to_spread(session: Session) -> list[uuid.UUID]:
    """Sessions with markers where an answer misses one: it came in after the others were spread.

    Oral answers are left out; they stay with whoever asked.
    """
    has_markers = sa.exists().where(
        SessionMarker.session_id == Script.session_id,
        SessionMarker.is_head.is_(False),
        SessionMarker.stopped_at.is_(None),
    )
    return list(
        session.scalars(
            sa.select(Script.session_id)
            .join(Script.revision)
            .where(ItemRevision.type != ItemType.ORAL, _misses_somebody(), has_markers)
            .distinct()
            .order_by(Script.session_id)
        )
    )


def _has(role: MarkingRole) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(MarkerTask.script_id == Script.id, MarkerTask.role == role)
        .correlate(Script)
    )


def _misses_somebody() -> sa.ColumnElement[bool]:
    """Condition on ``Script``. A control script has no roles: two of those who mark it suffice."""
    everybody = (
        sa.select(sa.func.count())
        .where(MarkerTask.script_id == Script.id, MarkerTask.role == MarkingRole.CONTROL)
        .correlate(Script)
        .scalar_subquery()
    )
    by_role = (
        ~_has(MarkingRole.FIRST)
        | (Script.is_double & ~_has(MarkingRole.SECOND))
        | ((Script.state == ScriptState.DISPUTED) & ~_has(MarkingRole.THIRD))
    )
    return sa.and_(
        Script.state != ScriptState.SETTLED,
        (Script.is_control & (everybody < 2)) | (~Script.is_control & by_role),
    )


def _marker_rows(session: Session, exam: ExamSession) -> list[MarkerRow]:
    members = {marker.person_id: marker for marker in markers(session, exam.id)}
    loads = {
        row.marker_id: (row.done, row.total)
        for row in session.execute(
            sa.select(
                MarkerTask.marker_id,
                sa.func.count(MarkerTask.done_at).label("done"),
                sa.func.count().label("total"),
            )
            .join(Script, Script.id == MarkerTask.script_id)
            .where(Script.session_id == exam.id, MarkerTask.role != MarkingRole.AGREED)
            .group_by(MarkerTask.marker_id)
        )
    }
    results = _control_results(session, exam.id)
    people = session.scalars(
        sa.select(Person)
        .where(Person.id.in_(members.keys() | loads.keys()))
        .order_by(Person.full_name, Person.id)
    )
    return [
        MarkerRow(
            person,
            members.get(person.id),
            done=loads.get(person.id, (0, 0))[0],
            waiting=loads.get(person.id, (0, 0))[1] - loads.get(person.id, (0, 0))[0],
            deviation=deviation(results[person.id], exam.marking_tolerance_percent),
        )
        for person in people
    ]


def _control_results(
    session: Session, session_id: uuid.UUID
) -> dict[uuid.UUID, list[ControlResult]]:
    """By marker: what they gave for control scripts, the newest of each, and what was agreed."""
    agreed = aliased(Marking)
    rows = session.execute(
        sa.select(
            Marking.marker_id, Marking.script_id, Marking.score, agreed.score, Script.max_score
        )
        .join(Script, Script.id == Marking.script_id)
        .join(agreed, (agreed.script_id == Script.id) & (agreed.role == MarkingRole.AGREED))
        .where(
            Script.session_id == session_id,
            Script.is_control.is_(True),
            Marking.role == MarkingRole.CONTROL,
        )
        .order_by(Marking.number, agreed.number)
    )
    newest = {
        (marker_id, script_id): ControlResult(given, of, max_score)
        for marker_id, script_id, given, of, max_score in rows
    }
    found: dict[uuid.UUID, list[ControlResult]] = defaultdict(list)
    for (marker_id, _script_id), result in newest.items():
        found[marker_id].append(result)
    return found


def _open_scripts(
    session: Session, session_id: uuid.UUID, page: int, *, is_blind: bool
) -> list[OpenScript]:
    scripts = session.execute(
        sa.select(Script, ItemRevision)
        .join(Script.revision)
        .where(
            Script.session_id == session_id,
            Script.state != ScriptState.SETTLED,
            *([Script.is_control.is_(False)] if is_blind else []),
        )
        .order_by(
            sa.case((Script.state == ScriptState.DISPUTED, 0), else_=1),
            Script.revision_id,
            Script.id,
        )
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    ids = [script.id for script, _ in scripts]
    tasks: dict[uuid.UUID, list[tuple[MarkerTask, str]]] = defaultdict(list)
    for task, name in session.execute(
        sa.select(MarkerTask, Person.full_name)
        .join(Person, Person.id == MarkerTask.marker_id)
        .where(MarkerTask.script_id.in_(ids))
    ):
        tasks[task.script_id].append((task, name))
    scores = {} if is_blind else _scores(session, ids)
    return [
        _open_script(script, revision, tasks[script.id], scores.get(script.id, {}))
        for script, revision in scripts
    ]


def _scores(session: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[MarkingRole, Decimal]]:
    found: dict[uuid.UUID, dict[MarkingRole, Decimal]] = defaultdict(dict)
    rows = session.scalars(
        sa.select(Marking)
        .join(
            MarkerTask,
            (MarkerTask.script_id == Marking.script_id)
            & (MarkerTask.role == Marking.role)
            & (MarkerTask.marker_id == Marking.marker_id),
        )
        .where(Marking.script_id.in_(ids), MarkerTask.done_at.is_not(None))
        .order_by(Marking.number)
    )
    for marking in rows:
        found[marking.script_id][marking.role] = marking.score
    return found


def _open_script(
    script: Script,
    revision: ItemRevision,
    tasks: list[tuple[MarkerTask, str]],
    scores: dict[MarkingRole, Decimal],
) -> OpenScript:
    order = list(MarkingRole)
    holders = sorted(
        ((task.role, name, task.done_at is not None) for task, name in tasks),
        key=lambda holder: order.index(holder[0]),
    )
    held = {role for role, _, _ in holders}
    wanted = [] if script.is_control else [MarkingRole.FIRST]
    if script.is_double:
        wanted.append(MarkingRole.SECOND)
    if script.state is ScriptState.DISPUTED:
        wanted.append(MarkingRole.THIRD)
    both = None
    if script.state is ScriptState.DISPUTED and len(scores) > 1:
        both = (scores[MarkingRole.FIRST], scores[MarkingRole.SECOND])
    return OpenScript(script, revision, holders, [r for r in wanted if r not in held], both)
