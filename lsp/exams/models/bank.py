"""The item bank: questions, and their revisions, which never change once used."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType, Markup
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
    #: Share of the points candidates are expected to reach, 0 hard … 1 easy: the writer's guess
    #: until statistics exist; null when nobody has guessed.
    facility: Mapped[Decimal | None]
    #: Parameters of the two-parameter logistic model, where the institution has estimated them.
    discrimination: Mapped[float | None]
    location: Mapped[float | None]
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

    #: Whether the words are plain text or cleaned HTML.
    markup: Mapped[Markup] = mapped_column(enum_column(Markup), default=Markup.PLAIN)
    #: Where it came from when it was imported: format, file, place in it.
    origin: Mapped[dict[str, Any]] = mapped_column(default=dict)

    item: Mapped[Item] = relationship(back_populates="revisions")

    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)


class ItemMedia(Base):
    """A picture an item shows. Never changed: another picture has another name."""

    __tablename__ = "item_media"

    id: Mapped[Id]
    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("items.id"))
    #: Name by which stems and contents refer to it.
    name: Mapped[str]
    #: What it shows, for who cannot see it.
    alt: Mapped[str] = mapped_column(default="")
    #: ``image/png`` and the like, told by the content.
    media_type: Mapped[str]
    #: Key in the file storage.
    storage_key: Mapped[str]
    sha256: Mapped[str]
    #: In pixels.
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("item_id", "name"),)


class ItemEnemy(Base):
    """Two items that must not stand in one paper: one gives the other away, or asks the same."""

    __tablename__ = "item_enemies"

    #: The one with the lower id, so that a pair stands here once.
    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("items.id"), primary_key=True)
    enemy_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("items.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    created_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("item_id < enemy_id", name="pair_once"),)


class ItemMove(Base):
    """A step in an item's life: who took it, when, and what they said. Never changed."""

    __tablename__ = "item_moves"

    id: Mapped[Id]
    item_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("items.id"), index=True)
    #: Number of the newest revision at the time.
    revision: Mapped[int]
    to: Mapped[ItemState] = mapped_column(enum_column(ItemState))
    #: The reviewer's remark; required when an item goes back to its writer.
    note: Mapped[str] = mapped_column(sa.Text, default="")
    actor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    at: Mapped[datetime]
