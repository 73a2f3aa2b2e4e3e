"""Why no paper fits a wish: which bounds would have to give way, and by how much."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from lsp.exams.rules.assembling.model import Family, build
from lsp.exams.rules.assembling.wishes import Candidate, Wish

#: Amounts below this are the solver's rounding.
NOTHING = 1e-6


@dataclass(frozen=True)
class Fault:
    """A bound that cannot be kept: so many questions too few (below 0) or too many (above 0).

    ``about`` is the index of a row, a pair of enemies or an item's identifier; None for the others.
    """

    family: Family
    about: Any
    amount: int


def find_faults(pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """The faults of a wish nothing fits.

    First what the bank plainly lacks. Otherwise each family of bounds is relaxed alone: where
    that is enough, its faults are one way out, and all such ways are returned. Where no family
    alone is enough, they are relaxed together.
    """
    lacking = _lacking(pool, wish)
    if lacking:
        return lacking
    ways = [_broken(pool, wish, {family}) for family in Family]
    return [fault for way in ways for fault in way] or _broken(pool, wish, set(Family))


def _lacking(pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """Rows, pilots and lengths for which there are not enough usable items for even one paper."""
    most = wish.max_exposure
    usable = [c for c in pool if most is None or c.uses < most]
    counting = [c for c in usable if not c.is_pilot]
    found = []
    for index, row in enumerate(wish.rows):
        missing = row.minimum - sum(row.fits(candidate) for candidate in counting)
        if missing > 0:
            found.append(Fault(Family.ROWS, index, -missing))
    for family, wanted, there in (
        (Family.PILOTS, wish.pilot_count, len(usable) - len(counting)),
        (Family.LENGTH, wish.length, len(counting)),
    ):
        if there < wanted and not found:
            found.append(Fault(family, None, there - wanted))
    return found


def _broken(pool: Sequence[Candidate], wish: Wish, relaxed: Collection[Family]) -> list[Fault]:
    """What the cheapest solution breaks of these families; nothing when there is none."""
    model = build(pool, wish, relaxed)
    values = model.program.solve()
    if values is None:
        return []
    amounts: dict[tuple[Family, Any], int] = {}
    for family, (about, sign), variable in model.broken:
        if values[variable] > NOTHING:
            key = (family, _shown(family, about))
            amount = sign * max(1, round(values[variable]))
            # Of several papers the one that lacks most speaks for all.
            amounts[key] = max(amounts.get(key, 0), amount, key=abs)
    return [Fault(family, about, amount) for (family, about), amount in amounts.items()]


def _shown(family: Family, about: Any) -> Any:
    if family is Family.ROWS:
        return about[0]
    return about if family in (Family.ENEMIES, Family.EXPOSURE) else None
