"""Points: what each assessor gave, and what counts."""

import uuid
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.accounts.models import Person
from lsp.db import Base, Id, enum_column
from lsp.exams.models.bank import ItemRevision
from lsp.exams.rules.kinds import MarkingRole, ScriptState


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


class Script(Base):
    """An answer that people mark. Markers know it by its id alone, so they learn neither whose it
    is nor which answers are one person's."""

    __tablename__ = "scripts"

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("exam_sessions.id"))
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"))
    position: Mapped[int]
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("item_revisions.id"))
    max_score: Mapped[Decimal]
    #: Whether two people mark it.
    is_double: Mapped[bool] = mapped_column(default=False)
    #: Whether the head marker has set a mark to measure markers by, and every marker marks it
    #: unannounced.
    is_control: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ScriptState] = mapped_column(enum_column(ScriptState), default=ScriptState.OPEN)
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    revision: Mapped[ItemRevision] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "position"),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL)", name="settled_at_set_when_settled"
        ),
        sa.CheckConstraint("NOT (is_control AND is_double)", name="control_is_not_double"),
        sa.Index("ix_scripts_session_id", "session_id", "state"),
    )


class Marking(Base):
    """What one assessor gives for one answer, blind to the others. Never changed.

    The newest of a role counts, while its marker still holds that role (see ``MarkerTask``).
    """

    __tablename__ = "markings"

    id: Mapped[Id]
    script_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scripts.id"))
    role: Mapped[MarkingRole] = mapped_column(enum_column(MarkingRole))
    #: From 1 within the role.
    number: Mapped[int]
    marker_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    score: Mapped[Decimal]
    #: Points per aspect of the rubric, in its order, as decimal texts; empty without a rubric.
    aspects: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    #: What the candidate said, for a question that was asked face to face (FR.IA.07).
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("script_id", "role", "number"),)


class MarkerTask(Base):
    """An assessor's duty to mark one answer in one role; it passes to another when one is stopped."""

    __tablename__ = "marker_tasks"

    id: Mapped[Id]
    script_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scripts.id"))
    role: Mapped[MarkingRole] = mapped_column(enum_column(MarkingRole))
    marker_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: Null when it came with the seat.
    assigned_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    assigned_at: Mapped[datetime]
    #: When the mark that counts was given; null while it waits for one.
    done_at: Mapped[datetime | None]

    script: Mapped[Script] = relationship()

    __table_args__ = (
        # Nobody marks an answer twice, in whatever role.
        sa.UniqueConstraint("script_id", "marker_id"),
        # Everybody marks the control scripts; each other role is one person's.
        sa.Index(
            "uq_marker_tasks_script_id_role",
            "script_id",
            "role",
            unique=True,
            postgresql_where=sa.text("role <> 'control'"),
            sqlite_where=sa.text("role <> 'control'"),
        ),
    )


class MarkReopening(Base):
    """A settled answer that somebody who does not mark it let be marked again. Never changed."""

    __tablename__ = "mark_reopenings"

    script_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scripts.id"), primary_key=True)
    #: From 1 for each answer.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="for_a_reason"),)


class SessionMarker(Base):
    """Somebody who marks answers of a session."""

    __tablename__ = "session_markers"

    session_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("exam_sessions.id"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), primary_key=True)
    #: Whether they are the head marker: agree on control scripts, and decide as the third.
    is_head: Mapped[bool] = mapped_column(default=False)
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    added_at: Mapped[datetime]
    #: Since when they mark no more in this session, by whose word and why.
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    stop_reason: Mapped[str] = mapped_column(sa.Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by_id IS NULL)", name="stopped_by_somebody"
        ),
        sa.CheckConstraint("stopped_at IS NULL OR stop_reason <> ''", name="stopped_for_a_reason"),
        sa.Index(
            "uq_session_markers_head",
            "session_id",
            unique=True,
            postgresql_where=sa.text("is_head AND stopped_at IS NULL"),
            sqlite_where=sa.text("is_head AND stopped_at IS NULL"),
        ),
    )
