"""2023: what leads to the next pangkat and the next jenjang."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lsp.credits.rules.conversion import (
    MONTHS_OF_A_YEAR,
    Conversion,
    Level,
    Period,
    Standing,
)
from lsp.credits.rules.values import AT_LEAST_GOOD, Source, Value
from lsp.texts import N_


class Met(StrEnum):
    """Whether a condition holds, as far as this record can tell."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Condition:
    """One condition for a rise. ``text`` is marked for translation."""

    text: str
    met: Met
    source: Source


@dataclass(frozen=True)
class Outlook:
    """What leads to the next grade or level."""

    #: Name of the grade or level; None when there is none for Pranata Humas.
    name: str | None
    #: Cumulative credits inside the present level; None when not established.
    needed: Value | None
    #: Credits still missing, 0 when reached; None when ``needed`` is.
    missing: Decimal | None
    conditions: tuple[Condition, ...]
    #: What a reader must know besides; marked for translation, or empty.
    note: str = ""


TOP_OF_LEVELS = N_(
    "Tidak ada jenjang berikutnya yang kami temukan untuk Pranata Humas pada kategori ini."
)
NO_NEXT_GRADE = N_(
    "Angka untuk pangkat sesudah ini tidak tercetak di tabelnya, atau pangkat itu milik jenjang "
    "yang tidak kami temukan untuk Pranata Humas."
)
LEVEL_FIRST = N_(
    "Pangkat ini milik jenjang di atasnya. Jenjang naik lebih dahulu, lalu pangkat diusulkan dengan "
    "angka kredit yang sama."
)
MIDDLE_UNKNOWN = N_(
    "Golongan ini di tengah jenjangnya. Jumlah kumulatif untuk pangkat berikutnya belum kami "
    "temukan."
)
MIDDLE_BY_FAMILY = N_(
    "Golongan ini di tengah jenjangnya. Jumlah kumulatifnya diambil dari lembar kerja jabatan lain."
)


def next_grade(
    tables: Conversion,
    standing: Standing,
    total: Decimal,
    periods: Sequence[Period],
    today: date,
) -> Outlook:
    """What leads to the next pangkat (PerBKN 3/2023; tables in ``data/conversion-2023.yaml``).

    Raises KeyError or ValueError for a level or grade that is not in the tables.
    """
    level = tables.levels[standing.level]
    name, needed, note = _next_grade_goal(tables, level, standing.grade)
    if name is None:
        return Outlook(None, None, None, (), note)
    source = tables.sources["pangkat"]
    years = (today.year - 2, today.year - 1)
    conditions: tuple[Condition, ...] = (
        _credits_condition(total, needed, source),
        Condition(
            N_("Predikat kinerja sekurangnya baik dalam dua tahun terakhir"),
            predicates_met(periods, years),
            source,
        ),
        Condition(N_("Sekurangnya dua tahun dalam pangkat terakhir"), Met.UNKNOWN, source),
    )
    if level.grades[-1] == standing.grade:
        first = tables.sources["jenjang_first"]
        conditions += (Condition(N_("Jenjang sudah naik"), Met.UNKNOWN, first),)
    return Outlook(name, needed, _missing(total, needed), conditions, note)


def _next_grade_goal(
    tables: Conversion, level: Level, grade: str
) -> tuple[str | None, Value | None, str]:
    place = level.grades.index(grade)
    if place == len(level.grades) - 1:
        if level.next is None:
            return None, None, NO_NEXT_GRADE
        return tables.levels[level.next.name].grades[0], level.next.credits, LEVEL_FIRST
    name = level.grades[place + 1]
    if place == 0:
        return name, level.steps.get(grade), ""
    by_family = tables.range_ends.get(grade)
    return name, by_family, MIDDLE_BY_FAMILY if by_family else MIDDLE_UNKNOWN


def next_level(
    tables: Conversion,
    standing: Standing,
    total: Decimal,
    periods: Sequence[Period],
    today: date,
) -> Outlook:
    """What leads to the next jenjang (PermenPANRB 1/2023; sources with the tables).

    Raises KeyError for a level that is not in the tables.
    """
    above = tables.levels[standing.level].next
    if above is None:
        return Outlook(None, None, None, (), TOP_OF_LEVELS)
    source = tables.sources["jenjang"]
    conditions = (
        _credits_condition(total, above.credits, source),
        Condition(N_("Lulus uji kompetensi kenaikan jenjang"), Met.UNKNOWN, source),
        Condition(
            N_("Predikat kinerja sekurangnya baik dalam setahun terakhir"),
            predicates_met(periods, (today.year - 1,)),
            source,
        ),
        Condition(N_("Ada lowongan kebutuhan jabatan"), Met.UNKNOWN, source),
    )
    return Outlook(above.name, above.credits, _missing(total, above.credits), conditions)


def _credits_condition(total: Decimal, needed: Value | None, source: Source) -> Condition:
    met = Met.UNKNOWN
    if needed is not None:
        met = Met.YES if total >= needed.amount else Met.NO
    return Condition(N_("Angka kredit kumulatif tercapai"), met, source)


def _missing(total: Decimal, needed: Value | None) -> Decimal | None:
    return None if needed is None else max(Decimal(0), needed.amount - total)


def predicates_met(periods: Sequence[Period], years: Iterable[int]) -> Met:
    """Whether every month of these calendar years has a predicate of at least baik.

    NO as soon as one period is worse; UNKNOWN while a month has no predicate on record.
    """
    wanted = set(years)
    within = [period for period in periods if period.year in wanted]
    if any(period.predicate not in AT_LEAST_GOOD for period in within):
        return Met.NO
    covered = sum(period.months for period in within)
    return Met.YES if covered >= MONTHS_OF_A_YEAR * len(wanted) else Met.UNKNOWN
