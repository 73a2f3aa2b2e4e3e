"""From application to decision: APL.01, APL.02, AK.01, AK.02 and the committee's own fact."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.accounts.models import Person
from lsp.assessments.rules.states import ApplicationState, AssessmentState, Result
from lsp.db import Base, Id, enum_column
from lsp.exams.models import Seat
from lsp.portfolios.models import Evidence
from lsp.skkni.models import Element, SchemeVersion, Unit


class Application(Base):
    """FR.APL.01: a candidate asks to be certified under a scheme version."""

    __tablename__ = "applications"

    id: Mapped[Id]
    candidate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme_versions.id"))
    state: Mapped[ApplicationState] = mapped_column(enum_column(ApplicationState))
    #: Purpose of the assessment: Sertifikasi, Sertifikasi Ulang, PKT, RPL.
    purpose: Mapped[str]
    #: Form data of APL.01 by field name, as the candidate wrote it; NIK encrypted.
    form: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Adjustment asked for (special needs), empty when none; seen by those who need it.
    accommodation: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_at: Mapped[datetime | None]
    #: Number in the LSP's register of applications, given on acceptance.
    registration_number: Mapped[str | None] = mapped_column(unique=True)
    #: What the administrator wrote on returning or rejecting.
    checker_note: Mapped[str] = mapped_column(sa.Text, default="")
    checked_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    checked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    candidate: Mapped[Person] = relationship(foreign_keys=[candidate_id])
    scheme_version: Mapped[SchemeVersion] = relationship()
    prerequisites: Mapped[list["PrerequisiteCheck"]] = relationship(
        back_populates="application", order_by="PrerequisiteCheck.position"
    )
    self_assessment: Mapped[list["SelfAssessmentAnswer"]] = relationship(
        back_populates="application"
    )

    __table_args__ = (
        sa.CheckConstraint(
            "state = 'draft' OR submitted_at IS NOT NULL", name="submitted_at_set_when_submitted"
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR registration_number IS NOT NULL",
            name="registration_number_set_when_accepted",
        ),
        # Two quick clicks on "Mulai" must not make two drafts.
        sa.Index(
            "uq_applications_open",
            "candidate_id",
            "scheme_version_id",
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
        ),
    )


class PrerequisiteCheck(Base):
    """One prerequisite of the scheme, the file shown for it, and the administrator's verdict."""

    __tablename__ = "prerequisite_checks"

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("applications.id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    evidence_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("evidence.id"))
    #: Ada-memenuhi, or not; null until checked.
    is_met: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")

    application: Mapped[Application] = relationship(back_populates="prerequisites")
    evidence: Mapped[Evidence | None] = relationship()

    @property
    def has_file(self) -> bool:
        """A file is shown and its owner has not withdrawn it."""
        return self.evidence is not None and self.evidence.withdrawn_at is None


class SelfAssessmentAnswer(Base):
    """FR.APL.02: the candidate's own K or BK on one element."""

    __tablename__ = "self_assessment_answers"

    application_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("applications.id"), primary_key=True
    )
    element_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("elements.id"), primary_key=True)
    is_competent: Mapped[bool]
    answered_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="self_assessment")
    element: Mapped[Element] = relationship()


class Assessment(Base):
    """One candidate assessed by one assessor, from assignment to decision."""

    __tablename__ = "assessments"

    id: Mapped[Id]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("applications.id"), unique=True)
    assessor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: Seat in the written exam.
    seat_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("seats.id"), unique=True)
    state: Mapped[AssessmentState] = mapped_column(enum_column(AssessmentState))
    assigned_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    assigned_at: Mapped[datetime]
    #: Assessor's word on APL.02: may the assessment go on, and what to note.
    self_assessment_note: Mapped[str] = mapped_column(sa.Text, default="")
    #: AK.01: kinds of evidence that will be gathered.
    evidence_kinds: Mapped[list[str]] = mapped_column(default=list)
    #: AK.02: recommendation on the scheme, its comment and follow-up.
    recommendation: Mapped[Result | None] = mapped_column(enum_column(Result))
    recommendation_note: Mapped[str] = mapped_column(sa.Text, default="")
    recommended_at: Mapped[datetime | None]
    #: Number of the certificate issued on the decision; written by the wing above.
    certificate_number: Mapped[str | None]

    application: Mapped[Application] = relationship()
    assessor: Mapped[Person] = relationship(foreign_keys=[assessor_id])
    seat: Mapped[Seat] = relationship()
    units: Mapped[list["UnitRecommendation"]] = relationship(back_populates="assessment")
    votes: Mapped[list["Vote"]] = relationship(back_populates="assessment", order_by="Vote.at")
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="assessment", order_by="Decision.decided_at"
    )

    __table_args__ = (
        sa.CheckConstraint(
            "state NOT IN ('recommended', 'decided') OR recommendation IS NOT NULL",
            name="recommendation_set_when_recommended",
        ),
    )


class UnitRecommendation(Base):
    """AK.02: the assessor's K or BK on one unit, with what it rests on, in one decision round."""

    __tablename__ = "unit_recommendations"

    assessment_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("assessments.id"), primary_key=True
    )
    #: Decision round it was made for, from 1; earlier rounds stay readable.
    round: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    result: Mapped[Result] = mapped_column(enum_column(Result))
    #: Evidence it rests on: portofolio, tertulis, … as ticked on AK.02.
    basis: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(sa.Text, default="")

    assessment: Mapped[Assessment] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship()


class Signature(Base):
    """That a person signed exactly this, in this role, at this time. Append-only."""

    __tablename__ = "signatures"

    id: Mapped[Id]
    #: ``APL.01``, ``APL.02``, ``AK.01``, ``AK.02``.
    form_code: Mapped[str]
    application_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("applications.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    #: ``candidate``, ``assessor``, ``administrator``.
    role: Mapped[str]
    #: From 1 for each form and role of an application; the last one counts.
    number: Mapped[int]
    signed_at: Mapped[datetime]
    #: SHA-256 (hex) of the canonical JSON of what was signed.
    content_hash: Mapped[str] = mapped_column(sa.String(64))

    person: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("application_id", "form_code", "role", "number"),)


class Vote(Base):
    """A committee member's vote on one assessment. One vote a member a decision round."""

    __tablename__ = "votes"

    id: Mapped[Id]
    assessment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    #: Decision round, from 1; TL closes a round and a new recommendation opens the next.
    round: Mapped[int]
    member_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    vote: Mapped[Result] = mapped_column(enum_column(Result))
    #: Needed for a vote against the recommendation.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime]

    assessment: Mapped[Assessment] = relationship(back_populates="votes")
    member: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("assessment_id", "round", "member_id"),)


class Decision(Base):
    """What the committee decided. Append-only: a later decision supersedes an earlier one."""

    __tablename__ = "decisions"

    id: Mapped[Id]
    assessment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    round: Mapped[int]
    result: Mapped[Result] = mapped_column(enum_column(Result))
    #: Number of the minutes (berita acara), from the LSP's own counter.
    minutes_number: Mapped[str]
    decided_on: Mapped[date]
    decided_at: Mapped[datetime]
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("decisions.id"))

    assessment: Mapped[Assessment] = relationship(back_populates="decisions")

    __table_args__ = (sa.UniqueConstraint("assessment_id", "round"),)
