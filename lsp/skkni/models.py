"""Competency standards, their units, and the schemes built of them."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column


class Completeness(StrEnum):
    """How much of a unit's text is loaded."""

    TITLE = "title"
    PARTIAL = "partial"
    CRITERIA = "criteria"


class SchemeState(StrEnum):
    """Where a version of a scheme stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    REPLACED = "replaced"


class Standard(Base):
    """One decree that sets a standard, for instance KEP.39/MEN/II/2008."""

    __tablename__ = "standards"

    id: Mapped[Id]
    #: Short stable name in addresses: ``kep-39-2008``.
    slug: Mapped[str] = mapped_column(unique=True)
    #: Number of the decree as it is cited.
    number: Mapped[str] = mapped_column(unique=True)
    #: Field and sector in the decree's own words.
    title: Mapped[str]
    year: Mapped[int]
    #: Units the decree announces; null when not established.
    announced_units: Mapped[int | None]
    #: Of these, how many in each group: ``{"umum": 7, …}``; empty when not established.
    announced_groups: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Other numbers it is cited by, for the search only.
    aliases: Mapped[list[str]] = mapped_column(default=list)
    #: Qualifications it names, each with its level, in its own words.
    qualifications: Mapped[list[str]] = mapped_column(default=list)
    #: What is known of its being in force.
    status: Mapped[str]
    #: What else a reader should know, for instance what could not be read.
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[str]

    units: Mapped[list["Unit"]] = relationship(
        back_populates="standard", order_by="Unit.code, Unit.title"
    )


class Unit(Base):
    """A unit of competency (unit kompetensi)."""

    __tablename__ = "units"

    id: Mapped[Id]
    standard_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("standards.id"), index=True)
    #: Code as the decree writes it; null while it is not established (a draft unit).
    code: Mapped[str | None] = mapped_column(unique=True)
    #: Stable name in addresses: the code in lower case with hyphens, or the title.
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    #: umum, inti, khusus; empty where the standard has no groups.
    group: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    completeness: Mapped[Completeness] = mapped_column(enum_column(Completeness))
    #: What is missing, in words.
    completeness_note: Mapped[str] = mapped_column(default="")
    #: Range statement (batasan variabel) and required knowledge, line by line.
    range_statement: Mapped[list[str]] = mapped_column(default=list)
    knowledge: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str]
    #: How sure the source is: a value of ``rules.Confidence``.
    confidence: Mapped[str]

    standard: Mapped[Standard] = relationship(back_populates="units")
    elements: Mapped[list["Element"]] = relationship(
        back_populates="unit", order_by="Element.number"
    )

    @property
    def label(self) -> str:
        """Code and title, or the title alone for a draft unit."""
        return f"{self.code} {self.title}" if self.code else self.title


class Element(Base):
    """An element of a unit (elemen kompetensi)."""

    __tablename__ = "elements"

    id: Mapped[Id]
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("units.id"))
    number: Mapped[int]
    title: Mapped[str]

    unit: Mapped[Unit] = relationship(back_populates="elements")
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="element", order_by="Criterion.number"
    )

    __table_args__ = (sa.UniqueConstraint("unit_id", "number"),)


class Criterion(Base):
    """A performance criterion (kriteria unjuk kerja, KUK), numbered element.sequence."""

    __tablename__ = "criteria"

    id: Mapped[Id]
    element_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("elements.id"))
    number: Mapped[int]
    text: Mapped[str]

    element: Mapped[Element] = relationship(back_populates="criteria")

    __table_args__ = (sa.UniqueConstraint("element_id", "number"),)

    @property
    def label(self) -> str:
        """Number as people say it: ``1.2``."""
        return f"{self.element.number}.{self.number}"


class Scheme(Base):
    """A certification scheme (skema); what it contains is told by its versions."""

    __tablename__ = "schemes"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    #: Number under which the scheme is registered, as its source gives it.
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    title_en: Mapped[str]
    #: KKNI, Okupasi or Klaster.
    kind: Mapped[str]
    #: True for a scheme made up to show the system; said on every page and paper of it.
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str]

    versions: Mapped[list["SchemeVersion"]] = relationship(
        back_populates="scheme", order_by="SchemeVersion.number"
    )


class SchemeVersion(Base):
    """What a scheme demands from a given day on; an application is made under one version."""

    __tablename__ = "scheme_versions"

    id: Mapped[Id]
    scheme_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("schemes.id"))
    number: Mapped[int]
    state: Mapped[SchemeState] = mapped_column(enum_column(SchemeState))
    effective_on: Mapped[date | None]
    #: Years a certificate is valid, and why that long.
    validity_years: Mapped[int] = mapped_column(default=3)
    validity_reason: Mapped[str] = mapped_column(default="")
    #: Prerequisites an applicant shows, each a sentence.
    prerequisites: Mapped[list[str]] = mapped_column(default=list)
    #: Share of objective marks (percent) needed per unit in the written exam.
    exam_pass_percent: Mapped[int] = mapped_column(default=70)
    #: Months after which evidence counts as no longer current (terkini); a warning only.
    evidence_months: Mapped[int] = mapped_column(default=24)
    #: What else a version sets, by name; nothing here decides by itself.
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    scheme: Mapped[Scheme] = relationship(back_populates="versions")
    units: Mapped[list["SchemeUnit"]] = relationship(
        back_populates="scheme_version", order_by="SchemeUnit.position"
    )

    __table_args__ = (sa.UniqueConstraint("scheme_id", "number"),)


class SchemeUnit(Base):
    """A unit's place in a scheme version."""

    __tablename__ = "scheme_units"

    scheme_version_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("scheme_versions.id"), primary_key=True
    )
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    position: Mapped[int]
    is_compulsory: Mapped[bool] = mapped_column(default=True)

    scheme_version: Mapped[SchemeVersion] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship()
