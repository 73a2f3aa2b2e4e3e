"""What a paper is made by and of: blueprint and rows, paper and questions."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.exams.models.bank import ItemRevision
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.skkni.models import Element, SchemeVersion, Unit


class Blueprint(Base):
    """What a paper of a scheme version must contain. Never changed; a change is a new one."""

    __tablename__ = "blueprints"

    id: Mapped[Id]
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme_versions.id"))
    title: Mapped[str]
    #: How many questions count.
    length: Mapped[int]
    #: How many questions on trial come with them and do not count.
    pilot_count: Mapped[int] = mapped_column(default=0)
    #: In how many papers of sessions an item may stand before it is left out; null for no limit.
    max_exposure: Mapped[int | None]
    #: How right and wrong choices count: an ``exams.rules.items.ScoringPolicy`` as JSON; empty for
    #: the default.
    scoring: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: When a unit counts as competent: an ``exams.rules.passing.PassRule`` as JSON; empty for the
    #: cut score of the scheme version.
    pass_rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Whether each candidate gets questions and choices in an order of their own.
    shuffles_questions: Mapped[bool] = mapped_column(default=False)
    shuffles_choices: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    scheme_version: Mapped[SchemeVersion] = relationship()
    rows: Mapped[list["BlueprintRow"]] = relationship(
        back_populates="blueprint", order_by="BlueprintRow.position"
    )


class BlueprintRow(Base):
    """At least and at most so many questions with these properties; null means any."""

    __tablename__ = "blueprint_rows"

    id: Mapped[Id]
    blueprint_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("blueprints.id"))
    position: Mapped[int]
    unit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("units.id"))
    element_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("elements.id"))
    level: Mapped[CognitiveLevel | None] = mapped_column(enum_column(CognitiveLevel))
    type: Mapped[ItemType | None] = mapped_column(enum_column(ItemType))
    minimum: Mapped[int]
    #: Null for no limit.
    maximum: Mapped[int | None]

    blueprint: Mapped[Blueprint] = relationship(back_populates="rows")
    unit: Mapped[Unit | None] = relationship()
    element: Mapped[Element | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("blueprint_id", "position"),
        sa.CheckConstraint(
            "minimum >= 0 AND (maximum IS NULL OR maximum >= minimum)", name="minimum_to_maximum"
        ),
    )


class Paper(Base):
    """Questions chosen by a blueprint and a seed; the same bank and seed give the same paper."""

    __tablename__ = "papers"

    id: Mapped[Id]
    blueprint_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("blueprints.id"))
    #: Seed of the choice.
    seed: Mapped[int]
    #: Papers made in one go, parallel to each other, have the same …
    batch_id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    #: … and their number in it, from 1.
    number: Mapped[int] = mapped_column(default=1)
    #: Blueprint's rule at the time, so that marking reads one row.
    scoring: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    blueprint: Mapped[Blueprint] = relationship()
    questions: Mapped[list["PaperQuestion"]] = relationship(
        back_populates="paper", order_by="PaperQuestion.position"
    )

    __table_args__ = (sa.UniqueConstraint("batch_id", "number"),)


class PaperQuestion(Base):
    """One question of a paper."""

    __tablename__ = "paper_questions"

    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"), primary_key=True)
    #: From 1.
    position: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("item_revisions.id"))
    max_score: Mapped[Decimal]
    #: False for an item on trial: it is marked, and left out of every total.
    counts: Mapped[bool] = mapped_column(default=True)

    paper: Mapped[Paper] = relationship(back_populates="questions")
    revision: Mapped[ItemRevision] = relationship()
