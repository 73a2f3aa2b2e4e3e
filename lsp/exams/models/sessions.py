"""What an exam consists of before anybody sits it: blueprint, paper, session, seats."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.accounts.models import Person
from lsp.db import Base, Id, enum_column
from lsp.exams.models.bank import ItemRevision
from lsp.exams.rules.kinds import ItemType
from lsp.skkni.models import SchemeVersion, Unit


class Blueprint(Base):
    """How many questions of which kind a paper of a scheme version has."""

    __tablename__ = "blueprints"

    id: Mapped[Id]
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme_versions.id"))
    title: Mapped[str]
    created_at: Mapped[datetime]

    scheme_version: Mapped[SchemeVersion] = relationship()
    rows: Mapped[list["BlueprintRow"]] = relationship(
        back_populates="blueprint", order_by="BlueprintRow.position"
    )


class BlueprintRow(Base):
    """So many questions of one unit and type."""

    __tablename__ = "blueprint_rows"

    id: Mapped[Id]
    blueprint_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("blueprints.id"))
    position: Mapped[int]
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("units.id"))
    #: Null for any type.
    type: Mapped[ItemType | None] = mapped_column(enum_column(ItemType))
    count: Mapped[int]

    blueprint: Mapped[Blueprint] = relationship(back_populates="rows")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("blueprint_id", "position"),
        sa.CheckConstraint("count > 0", name="count_positive"),
    )


class Paper(Base):
    """Questions drawn by a blueprint and a seed; the same seed draws the same paper."""

    __tablename__ = "papers"

    id: Mapped[Id]
    blueprint_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("blueprints.id"))
    #: Seed of the draw.
    seed: Mapped[int]
    created_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship()
    questions: Mapped[list["PaperQuestion"]] = relationship(
        back_populates="paper", order_by="PaperQuestion.position"
    )


class PaperQuestion(Base):
    """One question of a paper."""

    __tablename__ = "paper_questions"

    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"), primary_key=True)
    #: From 1.
    position: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("item_revisions.id"))
    max_score: Mapped[Decimal]

    paper: Mapped[Paper] = relationship(back_populates="questions")
    revision: Mapped[ItemRevision] = relationship()


class ExamSession(Base):
    """An exam at a place and a time, on one paper."""

    __tablename__ = "exam_sessions"

    id: Mapped[Id]
    title: Mapped[str]
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme_versions.id"))
    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"))
    #: Test place (TUK) in words.
    place: Mapped[str]
    #: Zone of the place, for instance Asia/Makassar; times are shown in it, named.
    timezone: Mapped[str] = mapped_column(default="Asia/Jakarta")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    #: Minutes a candidate has from the start.
    length_minutes: Mapped[int]
    #: Code the invigilator gives just before the start.
    token: Mapped[str]
    created_at: Mapped[datetime]

    scheme_version: Mapped[SchemeVersion] = relationship()
    paper: Mapped[Paper] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="session")

    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint("length_minutes > 0", name="length_positive"),
    )


class Seat(Base):
    """A candidate's place in a session."""

    __tablename__ = "seats"

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("exam_sessions.id"), index=True)
    candidate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: Assessor who marks what needs a human; set with the assignment.
    marker_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: Minutes granted beyond the session's length (AK.07 or an interruption).
    extra_minutes: Mapped[int] = mapped_column(default=0)
    #: When the assessment agreement (AK.01) was signed by both, so that the paper may open.
    cleared_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    session: Mapped[ExamSession] = relationship(back_populates="seats")
    candidate: Mapped[Person] = relationship(foreign_keys=[candidate_id])
    marker: Mapped[Person | None] = relationship(foreign_keys=[marker_id])

    __table_args__ = (
        sa.UniqueConstraint("session_id", "candidate_id"),
        sa.CheckConstraint("extra_minutes >= 0", name="extra_minutes_not_negative"),
    )


class SeatEvent(Base):
    """What an invigilator did or noted at a seat, with the reason. Never changed."""

    __tablename__ = "seat_events"

    id: Mapped[Id]
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seats.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    #: ``extra_time``, ``incident``, ``window_moved``, …
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
