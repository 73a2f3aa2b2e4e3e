"""A paper as the candidate may see it: words and choices, never a key.

The key is not left out here, it is never read: the statement below does not ask for it.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ItemRevision, PaperQuestion
from lsp.exams.rules.kinds import ItemType

#: Papers kept at hand; a whole session sits the same one.
KEPT = 100


@dataclass(frozen=True)
class Question:
    """One question of a paper, as shown."""

    position: int
    type: ItemType
    stem: str
    content: dict[str, Any]


_QUESTIONS = (
    sa.select(PaperQuestion.position, ItemRevision.type, ItemRevision.stem, ItemRevision.content)
    .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
    .where(PaperQuestion.paper_id == sa.bindparam("paper_id"))
    .order_by(PaperQuestion.position)
)
_papers: dict[uuid.UUID, dict[int, Question]] = {}


def paper_view(session: Session | sa.Connection, paper_id: uuid.UUID) -> dict[int, Question]:
    """The questions of a paper by position, in order.

    Papers and item revisions never change, so each is read once in the life of the process.
    """
    questions = _papers.get(paper_id)
    if questions is None:
        rows = session.execute(_QUESTIONS, {"paper_id": paper_id})
        questions = {row.position: Question(*row) for row in rows}
        if len(_papers) >= KEPT:
            _papers.clear()
        _papers[paper_id] = questions
    return questions
