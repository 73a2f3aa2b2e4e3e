"""Who marks what in a session: its markers, the sample for two, an even share for everybody."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from lsp import audit
from lsp.exams.models import (
    Attempt,
    ExamSession,
    ItemRevision,
    MarkerTask,
    Script,
    Seat,
    SessionMarker,
)
from lsp.exams.rules.agreement import drawn, next_marker
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services.watchers import get_watched
from lsp.texts import N_, NotFound, Refusal


@dataclass(frozen=True)
class Distribution:
    """What spreading the answers came to: duties given, and those nobody was left for."""

    given: int
    missing: int


def is_stopped(
    session_id: InstrumentedAttribute[uuid.UUID],
    marker_id: uuid.UUID | InstrumentedAttribute[uuid.UUID],
) -> sa.ColumnElement[bool]:
    """Whether this person marks no more in this session."""
    return sa.exists().where(
        SessionMarker.session_id == session_id,
        SessionMarker.person_id == marker_id,
        SessionMarker.stopped_at.is_not(None),
    )


def distribute(
    session: Session, *, session_id: uuid.UUID, actor_id: uuid.UUID | None, now: datetime
) -> Distribution:
    """Find markers for every answer that waits for one, as evenly as may be.

    First the sample for two markers is drawn anew for what has come in since, question by
    question (``agreement.drawn``, seeded by session and question). Then each answer without a
    first, second or third marker goes to whoever has the least to do, and every marker gets the
    control scripts. The head marker marks none as first or second: they decide as the third.
    Without an actor it is the system that spreads what came in later, every minute; it puts on
    record only what it gave.
    Raises NotFound for an unknown session, Refusal when it has no markers, or for who sits in it.
    """
    if actor_id is not None:
        get_watched(session, session_id, actor_id)
    exam = lock_session(session, session_id)
    active = active_markers(session, session_id)
    if all(marker.is_head for marker in active):
        raise Refusal(N_("Pilih penilai sesi ini dulu, selain ketua penilai."))
    scripts = _unsettled(session, session_id)
    tasks = tasks_of(session, session_id)
    _draw(session, exam, tasks)
    spreading = Spreading(session, active, tasks, actor_id, now)
    for script, revision, candidate_id in scripts:
        if script.is_control:
            continue
        for role in _wanted(script, revision):
            spreading.give(script, role, candidate_id)
    _give_controls(session, session_id, spreading)
    session.flush()
    if actor_id is None and not spreading.given:
        return Distribution(0, spreading.missing)
    audit.record(
        session,
        action="marking.distributed",
        subject_type="exam_session",
        subject_id=session_id,
        actor_id=actor_id,
        now=now,
        detail={"given": spreading.given, "missing": spreading.missing},
    )
    return Distribution(spreading.given, spreading.missing)


def _wanted(script: Script, revision: ItemRevision) -> list[MarkingRole]:
    if revision.type is ItemType.ORAL:
        # Only who sat face to face with the candidate has heard the answer.
        return []
    roles = [MarkingRole.FIRST]
    if script.is_double:
        roles.append(MarkingRole.SECOND)
    if script.state is ScriptState.DISPUTED:
        roles.append(MarkingRole.THIRD)
    return roles


class Spreading:
    """Duties given one after the other, each to whoever has the least to do."""

    def __init__(
        self,
        session: Session,
        active: Sequence[SessionMarker],
        tasks: dict[uuid.UUID, list[MarkerTask]],
        actor_id: uuid.UUID | None,
        now: datetime,
    ) -> None:
        self.session, self.tasks, self.actor_id, self.now = session, tasks, actor_id, now
        self.heads = [marker.person_id for marker in active if marker.is_head]
        self.loads = {marker.person_id: 0 for marker in active}
        for task in (task for each in tasks.values() for task in each):
            if task.marker_id in self.loads and task.role is not MarkingRole.CONTROL:
                self.loads[task.marker_id] += 1
        self.given = self.missing = 0

    def give(self, script: Script, role: MarkingRole, candidate_id: uuid.UUID) -> None:
        """Find somebody for a role at an answer unless somebody has it."""
        if any(task.role is role for task in self.tasks[script.id]):
            return
        marker_id = self.whoever(script, role, candidate_id)
        if marker_id is None:
            self.missing += 1
        else:
            self.add(script, role, marker_id)

    def whoever(
        self, script: Script, role: MarkingRole, candidate_id: uuid.UUID
    ) -> uuid.UUID | None:
        """Who should have it: nobody who marks this answer already, never its own author."""
        barred = {candidate_id, *(task.marker_id for task in self.tasks[script.id])}
        if role is MarkingRole.THIRD:
            for head in self.heads:
                if head not in barred:
                    return head
        else:
            barred.update(self.heads)
        return next_marker(self.loads, barred=barred, seed=str(script.id))

    def add(self, script: Script, role: MarkingRole, marker_id: uuid.UUID) -> None:
        """Give a role at an answer to this person."""
        task = MarkerTask(
            script_id=script.id,
            role=role,
            marker_id=marker_id,
            assigned_by_id=self.actor_id,
            assigned_at=self.now,
        )
        self.session.add(task)
        self.tasks[script.id].append(task)
        if role is not MarkingRole.CONTROL:
            self.loads[marker_id] += 1
        self.given += 1

    def pass_on(self, task: MarkerTask, script: Script, candidate_id: uuid.UUID) -> None:
        """Give a duty to somebody else, to be done from the beginning."""
        marker_id = self.whoever(script, task.role, candidate_id)
        if marker_id is None:
            self.session.delete(task)
            self.tasks[script.id].remove(task)
            self.missing += 1
            return
        task.marker_id, task.assigned_by_id, task.assigned_at = marker_id, self.actor_id, self.now
        task.done_at = None
        self.loads[marker_id] += 1
        self.given += 1


def _draw(session: Session, exam: ExamSession, tasks: dict[uuid.UUID, list[MarkerTask]]) -> None:
    """Draw the answers that two people mark, for each question its share."""
    if not exam.double_marked_percent:
        return
    by_question: dict[uuid.UUID, list[Script]] = defaultdict(list)
    rows = session.scalars(
        sa.select(Script)
        .join(Script.revision)
        .where(
            Script.session_id == exam.id,
            ItemRevision.type != ItemType.ORAL,
            Script.is_control.is_(False),
        )
    )
    for script in rows:
        by_question[script.revision_id].append(script)
    for revision_id, scripts in by_question.items():
        sample = drawn(
            [script.id for script in scripts],
            percent=exam.double_marked_percent,
            seed=f"{exam.id} {revision_id}",
            already={script.id for script in scripts if script.is_double},
            closed={s.id for s in scripts if any(task.done_at for task in tasks[s.id])},
        )
        for script in scripts:
            script.is_double = script.id in sample
    session.flush()


def _give_controls(session: Session, session_id: uuid.UUID, spreading: Spreading) -> None:
    rows = session.execute(with_candidate(session_id).where(Script.is_control.is_(True)))
    for script, _revision, candidate_id in rows:
        give_control(spreading, script, candidate_id)


def give_control(spreading: Spreading, script: Script, candidate_id: uuid.UUID) -> None:
    """Put a control script into the queue of everybody who may have it."""
    barred = {candidate_id, *spreading.heads}
    barred.update(task.marker_id for task in spreading.tasks[script.id])
    for marker_id in spreading.loads:
        if marker_id not in barred:
            spreading.add(script, MarkingRole.CONTROL, marker_id)


def able_to_control(session: Session, script: Script) -> set[uuid.UUID]:
    """Who can be given a control script: the session's markers but the head and its author."""
    barred = {_candidate_of(session, script)}
    active = active_markers(session, script.session_id)
    return {marker.person_id for marker in active if not marker.is_head} - barred


def spread_control(session: Session, script: Script, *, actor_id: uuid.UUID, now: datetime) -> None:
    """Put one control script into every queue of its session."""
    active = active_markers(session, script.session_id)
    spreading = Spreading(session, active, tasks_of(session, script.session_id), actor_id, now)
    give_control(spreading, script, _candidate_of(session, script))
    session.flush()


def assign_third(session: Session, script: Script, now: datetime) -> None:
    """Find who decides: the head marker, else whoever has the least to do.

    Without anybody the answer stands on the manager's list.
    """
    tasks = tasks_of(session, script.session_id)
    active = active_markers(session, script.session_id)
    spreading = Spreading(session, active, tasks, None, now)
    try:
        with session.begin_nested():
            spreading.give(script, MarkingRole.THIRD, _candidate_of(session, script))
    except IntegrityError:
        # Whoever spreads the answers at this moment has found the third marker already.
        return


# --- The markers of a session --------------------------------------------------------------------


def markers(session: Session, session_id: uuid.UUID) -> Sequence[SessionMarker]:
    """Everybody who marks or marked answers of a session."""
    return session.scalars(
        sa.select(SessionMarker)
        .where(SessionMarker.session_id == session_id)
        .order_by(SessionMarker.added_at, SessionMarker.person_id)
    ).all()


def active_markers(session: Session, session_id: uuid.UUID) -> list[SessionMarker]:
    """The markers of a session who have not been stopped."""
    return [marker for marker in markers(session, session_id) if marker.stopped_at is None]


def lock_session(session: Session, session_id: uuid.UUID) -> ExamSession:
    """A session, held so that only one person at a time spreads its answers."""
    exam = session.scalar(
        sa.select(ExamSession).where(ExamSession.id == session_id).with_for_update(key_share=True)
    )
    if exam is None:
        raise NotFound
    return exam


def with_candidate(
    session_id: uuid.UUID,
) -> sa.Select[Script, ItemRevision, uuid.UUID]:
    """Scripts of a session in an order that says nothing, with question and candidate."""
    return (
        sa.select(Script, ItemRevision, Seat.candidate_id)
        .join(Script.revision)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Script.session_id == session_id)
        .order_by(Script.revision_id, Script.id)
    )


def _unsettled(
    session: Session, session_id: uuid.UUID
) -> list[tuple[Script, ItemRevision, uuid.UUID]]:
    return list(
        session.execute(with_candidate(session_id).where(Script.state != ScriptState.SETTLED))
    )


def tasks_of(session: Session, session_id: uuid.UUID) -> dict[uuid.UUID, list[MarkerTask]]:
    """The duties at each answer of a session."""
    found: dict[uuid.UUID, list[MarkerTask]] = defaultdict(list)
    rows = session.scalars(
        sa.select(MarkerTask)
        .join(Script, Script.id == MarkerTask.script_id)
        .where(Script.session_id == session_id)
    )
    for task in rows:
        found[task.script_id].append(task)
    return found


def _candidate_of(session: Session, script: Script) -> uuid.UUID:
    return session.scalars(
        sa.select(Seat.candidate_id)
        .join(Attempt, Attempt.seat_id == Seat.id)
        .where(Attempt.id == script.attempt_id)
    ).one()
