"""2023: predicates converted into credits."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lsp.credits.rules.values import HUNDRED, Predicate, Source, Value
from lsp.texts import N_

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class NextLevel:
    """The level above, and the cumulative credits inside the present level that lead to it."""

    name: str
    credits: Value


@dataclass(frozen=True)
class Level:
    """A level (jenjang) of Pranata Humas, its grades lowest first, and what the tables print."""

    name: str
    grades: tuple[str, ...]
    #: Credits a year at predicate baik (koefisien).
    coefficient: Value
    #: The same coefficient where it was printed for Pranata Humas itself; None where it was not.
    coefficient_direct: Value | None
    #: Credits for the next pangkat, as printed for each grade; a grade may have none.
    steps: Mapping[str, Value]
    next: NextLevel | None


@dataclass(frozen=True)
class Conversion:
    """The tables of the 2023 regime."""

    levels: Mapping[str, Level]
    percents: Mapping[Predicate, Value]
    #: Cumulative credits inside a level at which the pangkat after a grade begins: family evidence.
    range_ends: Mapping[str, Value]
    #: First year whose predicates are converted.
    since: int
    #: Sources of the conditions: ``pangkat``, ``jenjang``, ``jenjang_first``, ``conversion_since``.
    sources: Mapping[str, Source]


@dataclass(frozen=True)
class Period:
    """Months of one calendar year with one predicate, at one level."""

    year: int
    first_month: int
    last_month: int
    level: str
    predicate: Predicate

    @property
    def months(self) -> int:
        return self.last_month - self.first_month + 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.last_month, monthrange(self.year, self.last_month)[1])

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a month."""
        return (
            self.year == other.year
            and self.first_month <= other.last_month
            and other.first_month <= self.last_month
        )


@dataclass(frozen=True)
class Standing:
    """Cumulative credits inside a level on a day, by a PAK."""

    level: str
    grade: str
    credits: Decimal
    as_of: date


class NotCounted(StrEnum):
    """Why a period does not add to the sum."""

    SHORT = "short"
    NO_STANDING = "no_standing"
    INCLUDED = "included"
    STRADDLES = "straddles"
    OTHER_LEVEL = "other_level"


NOT_COUNTED_REASONS = {
    NotCounted.SHORT: N_(
        "Belum dihitung: aturan untuk masa kurang dari setahun belum kami temukan, dan kami tidak "
        "menebaknya."
    ),
    NotCounted.NO_STANDING: N_(
        "Belum dijumlahkan: catat dahulu angka kredit pada PAK terakhir sebagai titik awal."
    ),
    NotCounted.INCLUDED: N_("Tidak ditambahkan: sudah termasuk dalam angka kredit titik awal."),
    NotCounted.STRADDLES: N_(
        "Tidak ditambahkan: masa ini dimulai sebelum tanggal titik awal dan berakhir sesudahnya."
    ),
    NotCounted.OTHER_LEVEL: N_(
        "Tidak ditambahkan: jenjangnya lain dari titik awal. Catat titik awal baru bila jenjang "
        "Anda berubah."
    ),
}


@dataclass(frozen=True)
class ConvertedPeriod:
    """A period with its computation: coefficient x percent / 100 for a full year."""

    period: Period
    coefficient: Value
    percent: Value
    #: Exact credits of a full year; None for a shorter period, whose rule is not established.
    credits: Decimal | None
    #: None when the credits are part of the sum.
    not_counted: NotCounted | None


def convert(tables: Conversion, period: Period, standing: Standing | None) -> ConvertedPeriod:
    """Convert a period's predicate into credits and say whether it adds to the standing.

    Source: PermenPANRB 1/2023 article 37 with PerBKN 3/2023 (coefficient a year x percentage of
    the predicate). Raises KeyError for a level that is not of Pranata Humas.
    """
    coefficient = tables.levels[period.level].coefficient
    percent = tables.percents[period.predicate]
    whole_year = period.months == MONTHS_OF_A_YEAR
    credits_ = coefficient.amount * percent.amount / HUNDRED if whole_year else None
    return ConvertedPeriod(period, coefficient, percent, credits_, _why_not(period, standing))


def _why_not(period: Period, standing: Standing | None) -> NotCounted | None:
    if standing is not None and period.last_day <= standing.as_of:
        return NotCounted.INCLUDED
    if period.months < MONTHS_OF_A_YEAR:
        return NotCounted.SHORT
    if standing is None:
        return NotCounted.NO_STANDING
    if period.first_day <= standing.as_of:
        return NotCounted.STRADDLES
    if period.level != standing.level:
        return NotCounted.OTHER_LEVEL
    return None


def total_credits(standing: Standing, converted: Iterable[ConvertedPeriod]) -> Decimal:
    """Credits of the standing and of every period that adds to it."""
    added = (c.credits for c in converted if c.not_counted is None and c.credits is not None)
    return sum(added, standing.credits)
