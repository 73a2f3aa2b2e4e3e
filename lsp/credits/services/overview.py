"""Where a Pranata Humas stands, by each regime they keep a record of."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from lsp.credits.models import CreditStanding, PerformancePeriod
from lsp.credits.rules import (
    Conversion,
    ConvertedPeriod,
    LadderPlace,
    Outlook,
    Standing,
    convert,
    find_ladder,
    next_grade,
    next_level,
    place_on_ladder,
    total_credits,
)
from lsp.credits.services.record import own_periods, own_standings, period_of
from lsp.credits.services.tables import conversion_2023, ladders_2005


@dataclass(frozen=True)
class ConversionView:
    """The 2023 regime: newest standing, sum since then, and what is next; all None without one."""

    tables: Conversion
    standing: CreditStanding | None
    total: Decimal | None
    grade: Outlook | None
    level: Outlook | None
    #: Every period, newest first, with its row.
    periods: list[tuple[PerformancePeriod, ConvertedPeriod]]


@dataclass(frozen=True)
class Overview:
    """Everything the overview page shows."""

    conversion: ConversionView
    #: Newest standing of the 2005 regime and its place; None without one.
    ladder_standing: CreditStanding | None
    ladder: LadderPlace | None
    #: Every standing, newest first.
    standings: list[CreditStanding]


def overview(session: Session, person_id: uuid.UUID, today: date) -> Overview:
    """A person's own record, computed. Two statements, whatever is recorded."""
    standings = own_standings(session, person_id)
    newest = {row.regime: row for row in reversed(standings)}
    rows = own_periods(session, person_id)
    of_2005 = newest.get(2005)
    return Overview(
        conversion=_conversion(newest.get(2023), rows, today),
        ladder_standing=of_2005,
        ladder=_ladder(of_2005) if of_2005 else None,
        standings=standings,
    )


def _ladder(row: CreditStanding) -> LadderPlace | None:
    ladder = find_ladder(ladders_2005(), row.level, row.grade)
    return place_on_ladder(ladder, row.credits) if ladder else None


def _conversion(
    row: CreditStanding | None, rows: list[PerformancePeriod], today: date
) -> ConversionView:
    tables = conversion_2023()
    standing = Standing(row.level, row.grade, row.credits, row.as_of) if row else None
    periods = [period_of(period) for period in rows]
    converted = [convert(tables, period, standing) for period in periods]
    paired = list(zip(rows, converted, strict=True))
    if standing is None:
        return ConversionView(tables, None, None, None, None, paired)
    total = total_credits(standing, converted)
    return ConversionView(
        tables,
        row,
        total,
        next_grade(tables, standing, total, periods, today),
        next_level(tables, standing, total, periods, today),
        paired,
    )
