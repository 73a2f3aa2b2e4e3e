"""A Pranata Humas' own record of credit points."""

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lsp.credits.rules import Predicate
from lsp.db import Base, Id, enum_column


class CreditStanding(Base):
    """Credits a person had on a day by their last PAK, as they entered it. One a regime and day."""

    __tablename__ = "credit_standings"

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: ``2005`` (cumulative ladder) or ``2023`` (conversion).
    regime: Mapped[int]
    #: Level of the position, as the regime names it.
    level: Mapped[str]
    #: Pangkat code, for instance III/b.
    grade: Mapped[str]
    credits: Mapped[Decimal]
    as_of: Mapped[date]
    #: Number of the PAK it was copied from.
    document: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("person_id", "regime", "as_of"),)


class PerformancePeriod(Base):
    """A period of one calendar year with its predicate, to be converted into credits (2023)."""

    __tablename__ = "performance_periods"

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    year: Mapped[int]
    first_month: Mapped[int]
    last_month: Mapped[int]
    #: Level held in the period.
    level: Mapped[str]
    predicate: Mapped[Predicate] = mapped_column(enum_column(Predicate))
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND last_month AND last_month <= 12", name="months_in_order"
        ),
    )
