"""The key in force of a revision: its own, or the one two people put in its place later.

A revision never changes, so whoever shows, exports, revises or asks a question asks here first.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lsp.exams.models import ItemRevision, KeyChange
from lsp.exams.rules.corrections import Correction, Replaced, is_in_doubt
from lsp.exams.rules.items import RULES
from lsp.exams.rules.writing import several_as_shares
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


@dataclass(frozen=True)
class Doubt:
    """Why a revision's key is in doubt: that of an older one was corrected, and this one's not."""

    change: KeyChange
    #: Number of the older revision.
    number: int


def doubts(session: Session, item_ids: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, Doubt]:
    """Revisions whose key is in doubt, of the whole bank or of these items; in one statement.

    Two people end it by correcting that revision, too, or by confirming its key the same way
    (``correcting.propose_correction``); one person ends it for the item by writing a revision
    with another key. Corrections are rare, so that few rows are read.
    """
    older, own = aliased(ItemRevision), aliased(KeyChange)
    query = (
        sa.select(
            ItemRevision.id,
            ItemRevision.type,
            ItemRevision.content,
            ItemRevision.key,
            ItemRevision.created_at,
            older.number,
            older.key.label("older_key"),
            KeyChange,
        )
        .join(older, (older.item_id == ItemRevision.item_id) & (older.number < ItemRevision.number))
        .join(KeyChange, KeyChange.revision_id == older.id)
        .where(
            is_in_force(),
            ~sa.exists().where(own.revision_id == ItemRevision.id).correlate(ItemRevision),
        )
        .order_by(older.number)
    )
    if item_ids is not None:
        query = query.where(ItemRevision.item_id.in_(list(item_ids)))
    found: dict[uuid.UUID, Doubt] = {}
    for row in session.execute(query):
        if _is_in_doubt(row):
            found[row.id] = Doubt(row.KeyChange, row.number)
    return found


def _is_in_doubt(row: Any) -> bool:
    def own(key: dict[str, Any]) -> dict[str, Any]:
        return several_as_shares(row.type, row.content, key)

    change: KeyChange = row.KeyChange
    replaced = Replaced(
        kind=change.kind,
        at=change.at,
        new=own(change.key) if change.key else None,
        old=[own(key) for key in (row.older_key, change.old_key) if key],
    )
    return is_in_doubt(
        own(row.key), row.created_at, replaced, is_for_people=RULES[row.type].needs_person
    )


def may_be_asked(session: Session) -> sa.ColumnElement[bool]:
    """Condition on ``ItemRevision``: a key or a person decides what an answer to it earns.

    Not so where everybody gets the points or the question is left out: in a new paper it would
    take a place and tell nothing. Not so either while its key is in doubt (``doubts``, which
    costs a statement).
    """
    return sa.and_(
        ~(
            sa.exists()
            .where(
                KeyChange.revision_id == ItemRevision.id,
                KeyChange.kind != Correction.NEW_KEY,
                is_in_force(),
            )
            .correlate(ItemRevision)
        ),
        ItemRevision.id.not_in(list(doubts(session))),
    )
