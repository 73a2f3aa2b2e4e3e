"""Where and when an exam is held, on which papers, and who sits in it."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.accounts.models import Person
from lsp.db import Base, Id
from lsp.exams.models.papers import Paper
from lsp.skkni.models import SchemeVersion


class ExamSession(Base):
    """An exam at a place and a time, on one paper or several parallel ones."""

    __tablename__ = "exam_sessions"

    id: Mapped[Id]
    title: Mapped[str]
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme_versions.id"))
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
    #: Since when the whole room is paused; nobody can start meanwhile.
    paused_at: Mapped[datetime | None]
    #: Safe Exam Browser: whether it is asked for, and the keys that prove it (hex, lower case).
    seb: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Share of the attempts that two assessors mark, in percent, and the difference in percent of
    #: the points from which a third decides.
    double_marked_percent: Mapped[int] = mapped_column(default=0)
    marking_tolerance_percent: Mapped[int] = mapped_column(default=20)
    created_at: Mapped[datetime]

    scheme_version: Mapped[SchemeVersion] = relationship()
    papers: Mapped[list["SessionPaper"]] = relationship(
        back_populates="session", order_by="SessionPaper.number"
    )
    seats: Mapped[list["Seat"]] = relationship(back_populates="session")

    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint("length_minutes > 0", name="length_positive"),
        sa.CheckConstraint(
            "double_marked_percent BETWEEN 0 AND 100", name="double_marked_is_percent"
        ),
        sa.CheckConstraint(
            "marking_tolerance_percent BETWEEN 0 AND 100", name="tolerance_is_percent"
        ),
    )


class SessionPaper(Base):
    """A paper a session is held on; seats get them in turn."""

    __tablename__ = "session_papers"

    session_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("exam_sessions.id"), primary_key=True
    )
    #: From 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"))

    session: Mapped[ExamSession] = relationship(back_populates="papers")
    paper: Mapped[Paper] = relationship()

    __table_args__ = (sa.UniqueConstraint("session_id", "paper_id"),)


class Seat(Base):
    """A candidate's place in a session."""

    __tablename__ = "seats"

    id: Mapped[Id]
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("exam_sessions.id"), index=True)
    candidate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    paper_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("papers.id"))
    #: Assessor who marks what needs a human; set with the assignment.
    marker_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: Minutes granted beyond the session's length for an interruption or another reason.
    extra_minutes: Mapped[int] = mapped_column(default=0)
    #: Adjustments agreed in FR.AK.07. Length of the exam in percent of the session's, …
    time_percent: Mapped[int] = mapped_column(default=100)
    #: … minutes of breaks the candidate may take at a time of their own, …
    break_minutes: Mapped[int] = mapped_column(default=0)
    #: … size of the text in percent, …
    text_percent: Mapped[int] = mapped_column(default=100)
    #: … and who reads or writes for the candidate (``pembaca``, ``juru tulis``); empty for nobody.
    helper: Mapped[str] = mapped_column(default="")
    #: When the assessment agreement (AK.01) was signed by both, so that the paper may open.
    cleared_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    session: Mapped[ExamSession] = relationship(back_populates="seats")
    paper: Mapped[Paper] = relationship()
    candidate: Mapped[Person] = relationship(foreign_keys=[candidate_id])
    marker: Mapped[Person | None] = relationship(foreign_keys=[marker_id])

    __table_args__ = (
        sa.UniqueConstraint("session_id", "candidate_id"),
        sa.CheckConstraint("extra_minutes >= 0", name="extra_minutes_not_negative"),
        sa.CheckConstraint("break_minutes >= 0", name="break_minutes_not_negative"),
        sa.CheckConstraint("time_percent BETWEEN 100 AND 400", name="time_percent_100_to_400"),
        sa.CheckConstraint("text_percent BETWEEN 100 AND 300", name="text_percent_100_to_300"),
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
