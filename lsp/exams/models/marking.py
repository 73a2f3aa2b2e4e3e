"""Points: what each assessor gave, what counts, and keys that were corrected afterwards."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lsp.db import Base, Id, enum_column
from lsp.exams.rules.kinds import MarkingRole


class Mark(Base):
    """Points given for one answer. Append-only: the mark with the highest number counts."""

    __tablename__ = "marks"

    id: Mapped[Id]
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    position: Mapped[int]
    #: From 1 for each question; two markers at once cannot both give the next one.
    number: Mapped[int]
    score: Mapped[Decimal]
    max_score: Mapped[Decimal]
    #: Null when the system marked it by the key, or the marks of two assessors became one.
    marker_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    #: The correction of a key that this mark follows from; null otherwise.
    key_change_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("key_changes.id"))
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("attempt_id", "position", "number"),)


class Marking(Base):
    """What one assessor gives for one answer, blind to the others. The newest of a role counts."""

    __tablename__ = "markings"

    id: Mapped[Id]
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    position: Mapped[int]
    role: Mapped[MarkingRole] = mapped_column(enum_column(MarkingRole))
    #: From 1 within the role.
    number: Mapped[int]
    marker_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    score: Mapped[Decimal]
    #: Points per aspect of the rubric, in its order, as decimal texts; empty without a rubric.
    aspects: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("attempt_id", "position", "role", "number"),)


class MarkerTask(Base):
    """An assessor's duty to mark one attempt in one role."""

    __tablename__ = "marker_tasks"

    id: Mapped[Id]
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    role: Mapped[MarkingRole] = mapped_column(enum_column(MarkingRole))
    marker_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    assigned_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    assigned_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "role"),
        sa.UniqueConstraint("attempt_id", "marker_id"),
    )


class KeyChange(Base):
    """A wrong key found after an exam, and what replaces it. Never changed."""

    __tablename__ = "key_changes"

    id: Mapped[Id]
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("item_revisions.id"), index=True)
    #: From 1 for each revision; the highest is in force.
    number: Mapped[int]
    #: The key in force from now on; null when everybody gets full points or the item is dropped.
    key: Mapped[dict[str, Any] | None]
    #: ``new_key``, ``full_points`` or ``dropped``.
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(sa.Text)
    actor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("revision_id", "number"),)
