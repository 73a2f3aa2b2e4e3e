"""Why no paper fits a wish: which bounds would have to give way, and by how much."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import Any

from lsp.exams.rules.assembling.model import Family, build
from lsp.exams.rules.assembling.program import TooHard
from lsp.exams.rules.assembling.wishes import Candidate, Wish, is_used_up

#: Amounts below this are the solver's rounding.
NOTHING = 1e-6
#: Longest time to look for one way out, in seconds; there are others.
TIME_LIMIT = 10


@dataclass(frozen=True)
class Fault:
    """A bound that cannot be kept: so many questions too few (below 0) or too many (above 0).

    ``about`` is the index of a row, a pair of enemies or an item's identifier; None for the others.
    """

    family: Family
    about: Any
    amount: int
    #: How many questions that would fit were left out, since they are used up.
    used_up: int = 0


def find_faults(pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """The faults of a wish nothing fits.

    Each family of bounds is relaxed alone: where that is enough, its faults are one way out, and
    all such ways are returned. Where no family alone is enough, they are relaxed together.
    Where enemies that could meet would be enough, no row or length is blamed: by counting, there
    are enough questions.
    """
    ways = {family: _broken(pool, wish, {family}) for family in Family}
    if ways[Family.ENEMIES]:
        ways[Family.ROWS] = ways[Family.LENGTH] = []
    found = [fault for way in ways.values() for fault in way] or _broken(pool, wish, set(Family))
    return _with_used_up(found, pool, wish)


def plain_faults(pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """What the bank plainly lacks, found by counting alone; a solver may take minutes to see it."""
    return _with_used_up(_lacking(pool, wish) or _too_few_for_all(pool, wish), pool, wish)


def _with_used_up(faults: Sequence[Fault], pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """The faults; those that lack questions say how many the limit of use leaves out."""
    gone = [candidate for candidate in pool if is_used_up(candidate, wish)]

    def fits(candidate: Candidate, fault: Fault) -> bool:
        if fault.family is Family.ROWS:
            return not candidate.is_pilot and wish.rows[fault.about].fits(candidate)
        return candidate.is_pilot is (fault.family is Family.PILOTS)

    lacking = (Family.ROWS, Family.LENGTH, Family.PILOTS)
    return [
        replace(fault, used_up=sum(fits(candidate, fault) for candidate in gone))
        if fault.family in lacking and fault.amount < 0
        else fault
        for fault in faults
    ]


def _lacking(pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """Rows, pilots and lengths for which there are not enough usable items for even one paper."""
    usable = [c for c in pool if not is_used_up(c, wish)]
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


def _too_few_for_all(pool: Sequence[Candidate], wish: Wish) -> list[Fault]:
    """What is missing for so many papers with so few shared questions.

    So many papers that each ask m of a items share at least papers times m, less a, counted by
    pairs of papers; what rows about different items force to be shared adds up.
    """
    there = [c for c in pool if not c.is_pilot and not is_used_up(c, wish)]
    asked = _parted(wish, there)
    forced = 0
    for papers in range(2, wish.papers + 1):
        by_rows = sum(max(0, papers * least - count) for least, count in asked.values())
        by_length = papers * wish.length - len(there)
        forced = max(forced, -(-max(by_rows, by_length) // comb(papers, 2)))
    if forced <= wish.overlap:
        return []
    shared = Fault(Family.OVERLAP, None, forced - wish.overlap)
    if wish.overlap:  # which row the shared ones would come from is open
        return [shared]
    missing = {row: wish.papers * least - count for row, (least, count) in asked.items()}
    found = [Fault(Family.ROWS, row, -amount) for row, amount in missing.items() if amount > 0]
    return [*(found or [Fault(Family.LENGTH, None, -by_length)]), shared]


def _parted(wish: Wish, there: Sequence[Candidate]) -> dict[int, tuple[int, int]]:
    """Rows no two of which are about the same item, by index: least number, and items there are.

    Those that fall short the most come first.
    """
    fitting = [{c.identifier for c in there if row.fits(c)} for row in wish.rows]

    def surplus(index: int) -> int:
        return len(fitting[index]) - wish.papers * wish.rows[index].minimum

    taken: set[str] = set()
    parted: dict[int, tuple[int, int]] = {}
    for index in sorted(range(len(fitting)), key=surplus):
        if not taken & fitting[index]:
            taken |= fitting[index]
            parted[index] = (wish.rows[index].minimum, len(fitting[index]))
    return dict(sorted(parted.items()))


def _broken(pool: Sequence[Candidate], wish: Wish, relaxed: Collection[Family]) -> list[Fault]:
    """What the cheapest solution breaks of these families; nothing when none is found."""
    model = build(pool, wish, relaxed)
    try:
        values = model.program.solve(TIME_LIMIT)
    except TooHard:
        values = None
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
