"""Keys that were corrected after an exam: asked for, confirmed, and what each attempt got by it."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.exams.models.bank import ItemRevision
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.passing import Outcome


class KeyProposal(Base):
    """A correction somebody asks for; a second person confirms it, or it is withdrawn."""

    __tablename__ = "key_proposals"

    id: Mapped[Id]
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("item_revisions.id"))
    kind: Mapped[Correction] = mapped_column(enum_column(Correction))
    #: The key asked for; null unless ``kind`` is a new key.
    key: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    proposed_at: Mapped[datetime]
    #: Null while it waits.
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))

    revision: Mapped[ItemRevision] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(kind = 'new_key') = (key IS NOT NULL)", name="key_when_new"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_somebody"
        ),
        # One at a time for each revision, so that nobody confirms what rests on an older key.
        sa.Index(
            "ix_key_proposals_open",
            "revision_id",
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        ),
    )


class KeyChange(Base):
    """A wrong key found after an exam, and what replaced it. Never changed."""

    __tablename__ = "key_changes"

    id: Mapped[Id]
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("item_revisions.id"))
    #: From 1 for each revision; the highest is in force.
    number: Mapped[int]
    proposal_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("key_proposals.id"), unique=True)
    kind: Mapped[Correction] = mapped_column(enum_column(Correction))
    #: The key in force from now on; null when everybody gets full points or the item is dropped.
    key: Mapped[dict[str, Any] | None]
    #: What was in force before: the correction, null for the revision's own key, and the key by
    #: which answers were marked, null when no key decided.
    old_kind: Mapped[Correction | None] = mapped_column(enum_column(Correction, "old_kind"))
    old_key: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    #: Who confirmed it: somebody else.
    actor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    at: Mapped[datetime]
    #: How many attempts had ended, so that it was asked of each what changes.
    attempts: Mapped[int]

    __table_args__ = (
        sa.UniqueConstraint("revision_id", "number"),
        sa.CheckConstraint("(kind = 'new_key') = (key IS NOT NULL)", name="key_when_new"),
        sa.CheckConstraint("proposed_by_id <> actor_id", name="two_persons"),
    )


class KeyEffect(Base):
    """What a correction changed for one attempt: points and unit, before and after. Never changed."""

    __tablename__ = "key_effects"

    key_change_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("key_changes.id"), primary_key=True
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("attempts.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    #: Points of the question; null while nobody had marked it.
    score_before: Mapped[Decimal | None]
    score_after: Mapped[Decimal | None]
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("units.id"))
    #: Points of its unit, those that could be reached, and what the rule said of it.
    unit_score_before: Mapped[Decimal]
    unit_max_before: Mapped[Decimal]
    outcome_before: Mapped[Outcome] = mapped_column(enum_column(Outcome, "outcome_before"))
    unit_score_after: Mapped[Decimal]
    unit_max_after: Mapped[Decimal]
    outcome_after: Mapped[Outcome] = mapped_column(enum_column(Outcome, "outcome_after"))
