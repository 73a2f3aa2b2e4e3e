"""The item bank: questions, and their revisions, which never change once used."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType
from lsp.skkni.models import Criterion


class Item(Base):
    """A question as a thing with a life; its words are in its revisions."""

    __tablename__ = "items"

    id: Mapped[Id]
    #: Name the item writers use: ``KP-001``.
    identifier: Mapped[str] = mapped_column(unique=True)
    state: Mapped[ItemState] = mapped_column(enum_column(ItemState))
    #: Criterion the item measures; unit and element follow from it.
    criterion_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("criteria.id"), index=True)
    level: Mapped[CognitiveLevel] = mapped_column(enum_column(CognitiveLevel))
    tags: Mapped[list[str]] = mapped_column(default=list)
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    created_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship()
    revisions: Mapped[list["ItemRevision"]] = relationship(
        back_populates="item", order_by="ItemRevision.number"
    )


class ItemRevision(Base):
    """The words and the key of an item at one time."""

    __tablename__ = "item_revisions"

    id: Mapped[Id]
    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("items.id"))
    number: Mapped[int]
    type: Mapped[ItemType] = mapped_column(enum_column(ItemType))
    title: Mapped[str]
    #: The question, plain text; a blank line parts paragraphs.
    stem: Mapped[str] = mapped_column(sa.Text)
    #: What the candidate may see besides the stem (choices, unit of measure, word limit).
    content: Mapped[dict[str, Any]]
    #: What decides the mark (correct choices, accepted forms, rubric). Never leaves the server.
    key: Mapped[dict[str, Any]]
    #: Why the key is right, for assessors and item writers.
    rationale: Mapped[str] = mapped_column(sa.Text, default="")
    max_score: Mapped[Decimal]
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    created_at: Mapped[datetime]

    item: Mapped[Item] = relationship(back_populates="revisions")

    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)
