"""A sitting and every answer given in it."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.exams.models.sessions import Paper, Seat
from lsp.exams.rules.kinds import AttemptState


class Attempt(Base):
    """One candidate's sitting of one paper."""

    __tablename__ = "attempts"

    id: Mapped[Id]
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seats.id"), unique=True)
    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"))
    state: Mapped[AttemptState] = mapped_column(enum_column(AttemptState))
    started_at: Mapped[datetime]
    #: Last moment for choosing; start + length + extra, never after the session closes.
    #: Written again whenever extra time is granted, so that saving an answer reads one row.
    deadline: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: Number of the newest browser window, from 1; each new window takes the attempt over.
    #: A window numbers its answers inside its own range (see exams.rules.journal).
    window: Mapped[int] = mapped_column(default=0)
    #: When every question has a mark; null until then.
    marked_at: Mapped[datetime | None]

    seat: Mapped[Seat] = relationship()
    paper: Mapped[Paper] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_set_when_ended"),
    )


class Answer(Base):
    """The answer that counts for one question: the one with the highest sequence number."""

    __tablename__ = "answers"

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    #: Position of the question in the paper.
    position: Mapped[int] = mapped_column(primary_key=True)
    #: Sequence number given by the browser, growing within the attempt and from window to window.
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    #: What was answered, in the item type's form; null when the answer was taken back.
    response: Mapped[dict[str, Any] | None]
    #: Whether the candidate marked the question as doubtful (ragu-ragu).
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
    #: True when it arrived after the deadline but inside the grace.
    is_late: Mapped[bool] = mapped_column(default=False)


class AnswerRevision(Base):
    """Every answer that ever arrived, also the older and the late ones."""

    __tablename__ = "answer_revisions"

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    response: Mapped[dict[str, Any] | None]
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    #: Milliseconds since the start at which the browser says it was chosen; a hint, never believed.
    chosen_ms: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: True when it arrived after the deadline.
    is_late: Mapped[bool] = mapped_column(default=False)
    #: True when it came after the grace or after the attempt had ended: kept for a person to
    #: weigh, but it does not count.
    is_refused: Mapped[bool] = mapped_column(default=False)


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
    #: Null when the system marked it by the key.
    marker_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("attempt_id", "position", "number"),)
