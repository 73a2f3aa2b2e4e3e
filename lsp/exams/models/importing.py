"""A file of questions on its way into the bank: what was read, and what its writer chose."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lsp.db import Base, Id, JSONValue, enum_column
from lsp.exams.rules.kinds import CognitiveLevel, ImportState


class ImportDraft(Base):
    """An uploaded file of questions, read but not yet in the bank."""

    __tablename__ = "import_drafts"

    id: Mapped[Id]
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState))
    #: The file as it came: its name, key in the file storage, size in bytes and SHA-256.
    name: Mapped[str]
    storage_key: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    #: What it was read as: ``gift``, ``qti``, …
    format: Mapped[str]
    #: What was not taken over: rows of ``where``, ``what``, ``why`` and the values of ``why``.
    not_carried: Mapped[list[Any]]
    #: Its pictures by name: storage key, SHA-256, media type, size in pixels, what they show.
    media: Mapped[dict[str, Any]]
    #: What holds for each question that says nothing itself.
    criterion_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("criteria.id"))
    level: Mapped[CognitiveLevel | None] = mapped_column(enum_column(CognitiveLevel))
    #: Letters under which questions get new running numbers; empty to keep the file's names,
    #: and for questions it does not name the bank's own letters.
    prefix: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    created_at: Mapped[datetime]
    #: When its questions went into the bank, and how many came as new and as revisions.
    saved_at: Mapped[datetime | None]
    written: Mapped[int] = mapped_column(default=0)
    revised: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.CheckConstraint(
            "(state = 'saved') = (saved_at IS NOT NULL)", name="saved_at_when_saved"
        ),
    )


class ImportRow(Base):
    """One question of an uploaded file, and what becomes of it."""

    __tablename__ = "import_rows"

    draft_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("import_drafts.id"), primary_key=True)
    #: Place in the file, from 1.
    position: Mapped[int] = mapped_column(primary_key=True)
    #: Name the question has in the file; empty where the file does not name it.
    identifier: Mapped[str]
    #: The question as read (``exams.formats.package.ReadItem`` as JSON).
    read: Mapped[dict[str, Any]] = mapped_column(JSONValue)
    #: What keeps it out of the bank, in words marked for translation with their values; or null.
    obstacle: Mapped[dict[str, Any] | None] = mapped_column(JSONValue)
    #: Whether its writer takes it; where the bank has the identifier, as its next revision.
    is_taken: Mapped[bool]
    #: What its writer chose for this one, else the draft's.
    criterion_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("criteria.id"))
    level: Mapped[CognitiveLevel | None] = mapped_column(enum_column(CognitiveLevel))
    #: The item it went into.
    item_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("items.id"))
