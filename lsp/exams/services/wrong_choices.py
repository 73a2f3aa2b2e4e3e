"""What candidates are told of wrong choices, where the key and not the paper decides what they cost.

This is all that the pages of a sitting ever learn of a key.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.formats.own_points import counting
from lsp.exams.models import ItemRevision, Paper, PaperQuestion
from lsp.exams.rules.kinds import ItemType

_CHOSEN = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE)
_KEYS = (
    sa.select(
        PaperQuestion.position,
        ItemRevision.type,
        ItemRevision.content,
        ItemRevision.key,
        Paper.scoring,
    )
    .join(Paper, Paper.id == PaperQuestion.paper_id)
    .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
    .where(PaperQuestion.paper_id == sa.bindparam("paper_id"), ItemRevision.type.in_(_CHOSEN))
)


def with_own_counting(
    type_: ItemType, content: Mapping[str, Any], key: Mapping[str, Any], scoring: Mapping[str, Any]
) -> dict[str, Any]:
    """A paper's scoring for one question; ``own`` says what wrong choices do, if the key decides."""
    found = counting(type_, content, key, below_zero=bool(scoring.get("below_zero")))
    return {**scoring, "own": found.value} if found else dict(scoring)


def own_scorings(
    session: Session | sa.Connection, paper_id: uuid.UUID
) -> dict[int, dict[str, Any]]:
    """Scoring by position, of the questions of a paper whose key decides what wrong choices cost."""
    rows = session.execute(_KEYS, {"paper_id": paper_id})
    told = {row.position: with_own_counting(*row[1:]) for row in rows}
    return {position: scoring for position, scoring in told.items() if "own" in scoring}
