"""A sitting and every answer given in it."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.exams.models.papers import Paper
from lsp.exams.models.sessions import Seat
from lsp.exams.rules.kinds import AttemptState


class Attempt(Base):
    """One candidate's sitting of one paper."""

    __tablename__ = "attempts"

    id: Mapped[Id]
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seats.id"), unique=True)
    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"))
    state: Mapped[AttemptState] = mapped_column(enum_column(AttemptState))
    started_at: Mapped[datetime]
    #: Last moment for choosing (exams.rules.timing), written again whenever time is granted or a
    #: pause ends, so that saving an answer reads one row.
    deadline: Mapped[datetime]
    #: Since when the clock stands still; null while it runs.
    paused_at: Mapped[datetime | None]
    #: When the pause ends by itself: the candidate's own break, when its minutes are used up.
    #: Null when the invigilator ends it.
    pause_ends_at: Mapped[datetime | None]
    #: Seconds of all pauses that have ended.
    paused_seconds: Mapped[int] = mapped_column(default=0)
    #: How much of that the candidate took as breaks (FR.AK.07), in seconds.
    break_seconds: Mapped[int] = mapped_column(default=0)
    #: When the candidate confirmed who they are and accepted rules and non-disclosure.
    accepted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: When an invigilator last opened it again after the clock had ended it. Marks from before
    #: are for answers that may have changed, and are given again at the new end.
    reopened_at: Mapped[datetime | None]
    #: Number of the newest browser window, from 1; each new window takes the attempt over.
    #: A window numbers its answers inside its own range (see exams.rules.journal).
    window: Mapped[int] = mapped_column(default=0)
    #: When every question has a mark; null until then.
    marked_at: Mapped[datetime | None]
    #: Since when a recommendation rests on its marks; written by the wing above
    #: (exams.services.results.rely_on_result). From then on nobody changes a mark alone.
    relied_on_at: Mapped[datetime | None]

    seat: Mapped[Seat] = relationship()
    paper: Mapped[Paper] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_set_when_ended"),
        sa.CheckConstraint(
            "pause_ends_at IS NULL OR paused_at IS NOT NULL", name="only_a_pause_ends"
        ),
        # The room, and the job that closes what is overdue, ask for the few that are open.
        sa.Index(
            "ix_attempts_open",
            "deadline",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
    )


class Answer(Base):
    """The answer that counts for one question: the one with the highest sequence number.

    Unless an invigilator has let a late one of a lower number count (``WeighedAnswer``).
    """

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
    #: Whole seconds that were left when it arrived.
    seconds_left: Mapped[int] = mapped_column(default=0)
    #: How it came: ``rules.journal.Via``.
    via: Mapped[str] = mapped_column(default="script")
    #: True when it arrived after the deadline.
    is_late: Mapped[bool] = mapped_column(default=False)
    #: True when it came after the grace or after the attempt had ended: kept for a person to
    #: weigh, but it does not count.
    is_refused: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        # The room asks for the few that wait for an invigilator.
        sa.Index(
            "ix_answer_revisions_refused",
            "attempt_id",
            postgresql_where=sa.text("is_refused"),
            sqlite_where=sa.text("is_refused"),
        ),
    )


class WeighedAnswer(Base):
    """A refused answer about which an invigilator has decided; the event has who and why.

    Never changed: one that was left may be counted by a later event, which writes its own row.
    """

    __tablename__ = "weighed_answers"

    attempt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seat_events.id"), primary_key=True)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["attempt_id", "position", "seq"],
            [
                "answer_revisions.attempt_id",
                "answer_revisions.position",
                "answer_revisions.seq",
            ],
        ),
    )


class ResponseFile(Base):
    """A file handed in as the answer to a question. Never changed; the response names it."""

    __tablename__ = "response_files"

    id: Mapped[Id]
    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), index=True)
    position: Mapped[int]
    #: Name it had on the candidate's device; only shown, never used as a path.
    name: Mapped[str]
    media_type: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    #: In bytes.
    size: Mapped[int]
    at: Mapped[datetime]


class Presence(Base):
    """What a candidate's window said of itself last; for the invigilator's room."""

    __tablename__ = "presences"

    attempt_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attempts.id"), primary_key=True)
    seen_at: Mapped[datetime]
    #: Question on the screen, by its position in the paper.
    position: Mapped[int | None]
    #: Answers the browser holds that the server has not acknowledged.
    queued: Mapped[int] = mapped_column(default=0)
    #: Whether the exam's window was in front.
    is_visible: Mapped[bool] = mapped_column(default=True)
    #: Whether a script speaks every few seconds. A page without one is heard only when it asks for
    #: something, so its silence says nothing.
    is_live: Mapped[bool] = mapped_column(default=True)
