"""What people gave for the answers to one question, beside what its corrections gave."""

import uuid
from collections import defaultdict
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Mark, MarkerTask, Script
from lsp.exams.rules.kinds import MarkingRole


def marks_of_people(session: Session, revision_id: uuid.UUID) -> dict[uuid.UUID, Decimal]:
    """By attempt: the points its markers came to, where they had marked the answer to the end.

    Also where a correction has set other points since. An answer that was to be marked again when
    the correction took it from its markers has none.
    """
    tasks = tasks_at(session, revision_id)
    rows = session.execute(
        sa.select(Script, Mark.score, Mark.at)
        .join(Mark, (Mark.attempt_id == Script.attempt_id) & (Mark.position == Script.position))
        .where(Script.revision_id == revision_id, Mark.key_change_id.is_(None))
        .order_by(Mark.attempt_id, Mark.number)
    )
    found: dict[uuid.UUID, Decimal] = {}
    for script, score, at in rows:
        done = {task.role: task.done_at for task in tasks[script.id] if task.done_at}
        wanted = {MarkingRole.FIRST, MarkingRole.SECOND} if script.is_double else set()
        if not wanted and MarkingRole.AGREED not in done:
            wanted = {MarkingRole.FIRST}
        # A mark from before the last of them was for an answer they then marked again.
        if wanted <= done.keys() and all(at >= done_at for done_at in done.values()):
            found[script.attempt_id] = score
    return found


def tasks_at(session: Session, revision_id: uuid.UUID) -> dict[uuid.UUID, list[MarkerTask]]:
    """The duties at each answer to a question; control marks left out, as they count for none."""
    found: dict[uuid.UUID, list[MarkerTask]] = defaultdict(list)
    for task in session.scalars(
        sa.select(MarkerTask)
        .join(Script, Script.id == MarkerTask.script_id)
        .where(Script.revision_id == revision_id, MarkerTask.role != MarkingRole.CONTROL)
        .execution_options(populate_existing=True)
    ):
        found[task.script_id].append(task)
    return found
