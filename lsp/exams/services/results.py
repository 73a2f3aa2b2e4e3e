"""What came out of a seat: for the assessor's recommendation, per unit."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import Attempt, Item, ItemRevision, Mark, PaperQuestion, Seat
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.marking import QuestionMark, UnitScore, unit_scores
from lsp.skkni.models import Criterion, Element
from lsp.texts import NotFound

__all__ = ["ExamResult", "UnitScore", "exam_result"]


@dataclass(frozen=True)
class ExamResult:
    """Where a seat's exam stands.

    ``units`` has scores once the attempt has ended; while ``unmarked`` answers remain, they count
    as 0 in it so far.
    """

    state: Literal["not_started", "open", "ended", "marked"]
    ended_at: datetime | None = None
    unmarked: int = 0
    units: list[UnitScore] = field(default_factory=list)


def exam_result(session: Session, seat_id: uuid.UUID) -> ExamResult:
    """The result at a seat, in two statements. Raises NotFound for an unknown seat."""
    row = session.execute(
        sa.select(Seat.id, Attempt)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .where(Seat.id == seat_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    attempt: Attempt | None = row[1]
    if attempt is None:
        return ExamResult("not_started")
    if attempt.state is AttemptState.OPEN:
        return ExamResult("open")
    questions = _questions(session, attempt)
    return ExamResult(
        "ended" if attempt.marked_at is None else "marked",
        attempt.ended_at,
        sum(question.score is None for question in questions),
        unit_scores(questions),
    )


def _questions(session: Session, attempt: Attempt) -> list[QuestionMark]:
    """The paper's questions in order, each with the mark that counts."""
    rows = session.execute(
        sa.select(PaperQuestion.position, PaperQuestion.max_score, Element.unit_id, Mark.score)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .outerjoin(
            Mark, (Mark.attempt_id == attempt.id) & (Mark.position == PaperQuestion.position)
        )
        .where(PaperQuestion.paper_id == attempt.paper_id)
        .order_by(PaperQuestion.position, Mark.number)
    )
    # Later marks of a question follow earlier ones and replace them here.
    newest = {
        position: QuestionMark(unit_id, max_score, score)
        for position, max_score, unit_id, score in rows
    }
    return list(newest.values())
