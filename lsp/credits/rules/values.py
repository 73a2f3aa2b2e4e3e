"""Numbers with their sources, predicates, and how an amount is printed."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lsp.texts import N_

HUNDRED = Decimal(100)


class Predicate(StrEnum):
    """Predikat kinerja of a period, from best to worst."""

    VERY_GOOD = "sangat baik"
    GOOD = "baik"
    NEEDS_IMPROVEMENT = "butuh perbaikan"
    POOR = "kurang"
    VERY_POOR = "sangat kurang"


#: Predicates that are "at least baik", as the conditions for a rise ask.
AT_LEAST_GOOD = frozenset({Predicate.VERY_GOOD, Predicate.GOOD})

PREDICATE_NAMES = {
    Predicate.VERY_GOOD: N_("Sangat baik"),
    Predicate.GOOD: N_("Baik"),
    Predicate.NEEDS_IMPROVEMENT: N_("Butuh perbaikan"),
    Predicate.POOR: N_("Kurang"),
    Predicate.VERY_POOR: N_("Sangat kurang"),
}


@dataclass(frozen=True)
class Source:
    """Where a value was read, and about whom it speaks."""

    #: An address, or words where there is none.
    text: str
    #: ``pranata_humas``, ``all_jf`` or ``other_jf:<name>``.
    scope: str

    @property
    def is_family(self) -> bool:
        """Whether the value was seen only for another position (kaidah serumpun)."""
        return self.scope.startswith("other_jf")


@dataclass(frozen=True)
class Value:
    """A number with its source."""

    amount: Decimal
    source: Source


def printed(amount: Decimal) -> Decimal:
    """The amount as it is printed: two decimals, half up. Never calculate on with it."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def share(amount: Decimal, whole: Decimal) -> int:
    """How many whole hundredths of ``whole`` the amount is, held between 0 and 100: for a bar."""
    if whole <= 0:
        return 100
    return int(max(Decimal(0), min(HUNDRED, amount * HUNDRED / whole)))
