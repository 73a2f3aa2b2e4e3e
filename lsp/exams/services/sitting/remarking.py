"""Marks given again for answers that came to count after their sitting had been marked."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import (
    Answer,
    Attempt,
    ItemRevision,
    KeyChange,
    Mark,
    Paper,
    PaperQuestion,
)
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.services.marking.giving import waits
from lsp.exams.services.marking.scripts import Waiting, close_scripts, mark_again
from lsp.exams.services.scoring import is_in_force, score_now


def mark_changed(
    session: Session, attempt: Attempt, positions: Sequence[int], *, now: datetime
) -> None:
    """Mark these questions of an ended sitting again, as far as the key in force decides.

    Only for questions whose answer is another one than before. The earlier mark stays on record and counts no more. A question that needs a person goes back
    to its markers, since what they gave was for another answer.
    """
    newest = session.execute(
        sa.select(Mark.position, sa.func.max(Mark.number))
        .where(Mark.attempt_id == attempt.id, Mark.position.in_(positions))
        .group_by(Mark.position)
    )
    numbers = {row[0]: row[1] for row in newest}
    rows = session.execute(
        sa.select(PaperQuestion, ItemRevision, KeyChange, Answer.response, Paper.scoring)
        .join(Paper, Paper.id == PaperQuestion.paper_id)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .join(
            Answer,
            (Answer.attempt_id == attempt.id) & (Answer.position == PaperQuestion.position),
        )
        .where(PaperQuestion.paper_id == attempt.paper_id, PaperQuestion.position.in_(positions))
    )
    waiting: list[Waiting] = []
    decided: list[int] = []
    for question, revision, change, response, scoring in rows:
        policy = ScoringPolicy.read(scoring)
        score = score_now(revision, change, response, question.max_score, policy)
        if score is None:
            waiting.append(Waiting(question.position, revision, question.max_score))
            continue
        mark = Mark(attempt_id=attempt.id, position=question.position, score=score, at=now)
        mark.number = numbers.get(question.position, 0) + 1
        mark.max_score = question.max_score
        mark.key_change_id = change.id if change else None
        session.add(mark)
        decided.append(question.position)
    close_scripts(session, attempt.id, decided, now)
    session.flush()
    if waiting:
        mark_again(session, attempt, waiting, now)
    elif not waits(session, attempt):
        attempt.marked_at = now
    session.flush()
