"""The key in force of a revision: its own, or the one two people put in its place later.

A revision never changes, so whoever shows, exports, revises or asks a question asks here first.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ItemRevision, KeyChange
from lsp.exams.rules.corrections import Correction
from lsp.exams.services.scoring import is_in_force


@dataclass(frozen=True)
class Corrected:
    """A revision's correction in force, and the last key that replaced its own, if one did."""

    change: KeyChange
    key: dict[str, Any] | None

    @property
    def is_struck(self) -> bool:
        """Whether no key decides any more: everybody gets the points, or nobody."""
        return self.change.kind is not Correction.NEW_KEY


def corrections_in_force(
    session: Session, revision_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, Corrected]:
    """The corrected ones among these revisions, in one statement."""
    changes = session.scalars(
        sa.select(KeyChange)
        .where(KeyChange.revision_id.in_(list(revision_ids)))
        .order_by(KeyChange.revision_id, KeyChange.number)
    )
    found: dict[uuid.UUID, Corrected] = {}
    for change in changes:
        before = found.get(change.revision_id)
        found[change.revision_id] = Corrected(
            change, change.key or (before.key if before else None)
        )
    return found


def key_in_force(revision: ItemRevision, corrected: Corrected | None) -> dict[str, Any]:
    """The key that marks a revision; where none does any more, the last one that did."""
    return corrected.key if corrected and corrected.key else revision.key


def may_be_asked() -> sa.ColumnElement[bool]:
    """Condition on ``ItemRevision``: a key or a person decides what an answer to it earns.

    Not so where everybody gets the points or the question is left out: in a new paper it would
    take a place and tell nothing.
    """
    return ~(
        sa.exists()
        .where(
            KeyChange.revision_id == ItemRevision.id,
            KeyChange.kind != Correction.NEW_KEY,
            is_in_force(),
        )
        .correlate(ItemRevision)
    )
