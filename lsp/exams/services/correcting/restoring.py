"""A correction of a question for people is undone: answers without a mark of theirs wait again."""

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import (
    Attempt,
    ExamSession,
    ItemRevision,
    MarkerTask,
    PaperQuestion,
    Script,
    Seat,
)
from lsp.exams.rules.kinds import ItemType, MarkingRole, ScriptState
from lsp.exams.services.correcting.effects import Effect
from lsp.exams.services.correcting.people import tasks_at


def hand_back(
    session: Session, revision: ItemRevision, effects: Sequence[Effect], now: datetime
) -> None:
    """Give answers to their markers that nobody had marked to the end before the correction.

    The number of statements does not depend on the number of attempts.
    """
    waiting = {effect.attempt_id: effect for effect in effects if effect.waits}
    if not waiting:
        return
    tasks = tasks_at(session, revision.id)
    asked = sa.select(PaperQuestion.paper_id).where(PaperQuestion.revision_id == revision.id)
    rows = session.execute(
        sa.select(Attempt, Seat, ExamSession.double_marked_percent, Script)
        .join(Seat, Seat.id == Attempt.seat_id)
        .join(ExamSession, ExamSession.id == Seat.session_id)
        .outerjoin(Script, (Script.attempt_id == Attempt.id) & (Script.revision_id == revision.id))
        .where(Attempt.paper_id.in_(asked))
        .order_by(Attempt.id)
        .execution_options(populate_existing=True)
    )
    for attempt, seat, percent, known in rows.all():
        effect = waiting.get(attempt.id)
        if effect is None:
            continue
        script: Script | None = known
        if script is None:
            script = Script(
                id=uuid.uuid4(),
                session_id=seat.session_id,
                attempt_id=attempt.id,
                position=effect.position,
                revision=revision,
                max_score=effect.max_score,
                opened_at=now,
            )
            session.add(script)
        held = tasks[script.id]
        done = {task.role for task in held if task.done_at}
        both = {MarkingRole.FIRST, MarkingRole.SECOND} <= done
        script.state = ScriptState.DISPUTED if both else ScriptState.OPEN
        script.settled_at = None
        attempt.marked_at = None
        # Where a share is marked twice, whoever spreads the answers finds the markers.
        is_theirs = not percent or revision.type is ItemType.ORAL
        if is_theirs and not held and seat.marker_id not in (None, seat.candidate_id):
            session.add(
                MarkerTask(
                    script=script,
                    role=MarkingRole.FIRST,
                    marker_id=seat.marker_id,
                    assigned_at=now,
                )
            )
    session.flush()
