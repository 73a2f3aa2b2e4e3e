"""Marks given again for answers that came to count after their sitting had been marked."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Answer, Attempt, ItemRevision, Mark, Paper, PaperQuestion
from lsp.exams.rules.items import RULES, ScoringPolicy


def mark_changed(
    session: Session, attempt: Attempt, positions: Sequence[int], *, now: datetime
) -> None:
    """Mark these questions of an ended sitting again, as far as the key decides.

    The earlier mark stays on record and counts no more. A question that needs a person goes back
    to the marker's list, since what they gave was for another answer.
    """
    newest = session.execute(
        sa.select(Mark.position, sa.func.max(Mark.number))
        .where(Mark.attempt_id == attempt.id, Mark.position.in_(positions))
        .group_by(Mark.position)
    )
    numbers = {row[0]: row[1] for row in newest}
    rows = session.execute(
        sa.select(PaperQuestion, ItemRevision, Answer.response, Paper.scoring)
        .join(Paper, Paper.id == PaperQuestion.paper_id)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(
            Answer,
            (Answer.attempt_id == attempt.id) & (Answer.position == PaperQuestion.position),
        )
        .where(
            PaperQuestion.paper_id == attempt.paper_id, PaperQuestion.position.in_(list(numbers))
        )
    )
    for question, revision, response, scoring in rows:
        score = RULES[revision.type].score(
            revision.content,
            revision.key,
            response,
            question.max_score,
            ScoringPolicy.read(scoring),
        )
        if score is None:
            attempt.marked_at = None
            continue
        mark = Mark(attempt_id=attempt.id, position=question.position, score=score, at=now)
        mark.number, mark.max_score = numbers[question.position] + 1, question.max_score
        session.add(mark)
    session.flush()
