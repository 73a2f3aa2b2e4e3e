"""2005: the cumulative ladder."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lsp.credits.rules.values import Source


@dataclass(frozen=True)
class Rung:
    """A level and grade of the 2005 ladder, and the cumulative credits at which it begins."""

    level: str
    grade: str
    minimum: Decimal


@dataclass(frozen=True)
class Ladder:
    """The rungs of one category (terampil or ahli), lowest first."""

    category: str
    rungs: tuple[Rung, ...]
    source: Source


@dataclass(frozen=True)
class LadderPlace:
    """Where a number of credits stands on a ladder."""

    ladder: Ladder
    credits: Decimal
    #: Highest rung whose minimum is reached; None below the first.
    reached: Rung | None
    #: The rung after it, and the credits still missing; None on the last rung.
    next: Rung | None
    missing: Decimal | None


def find_ladder(ladders: Iterable[Ladder], level: str, grade: str) -> Ladder | None:
    """The ladder that has this level at this grade; III/a alone stands on both."""
    for ladder in ladders:
        if any((rung.level, rung.grade) == (level, grade) for rung in ladder.rungs):
            return ladder
    return None


def place_on_ladder(ladder: Ladder, credits_: Decimal) -> LadderPlace:
    """The rung the credits reach, what is next and how much is missing.

    Source: the table of PER/109/M.PAN/11/2005 (``data/ladder-2005.yaml``). Credits alone promote
    nobody; the ladder says only where the number stands.
    """
    reached = [rung for rung in ladder.rungs if rung.minimum <= credits_]
    above = [rung for rung in ladder.rungs if rung.minimum > credits_]
    return LadderPlace(
        ladder=ladder,
        credits=credits_,
        reached=reached[-1] if reached else None,
        next=above[0] if above else None,
        missing=above[0].minimum - credits_ if above else None,
    )
