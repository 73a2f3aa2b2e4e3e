"""The choice of questions as an integer program.

A variable says whether a question stands in a paper. What must hold is a sum within bounds; what
is wished for is a cost. For finding out why nothing fits, a family of bounds can be relaxed: each
may then be broken at a price, and the cheapest solution tells which are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from math import inf
from typing import Any

from lsp.exams.rules.assembling.information import ability_at, information
from lsp.exams.rules.assembling.program import Program
from lsp.exams.rules.assembling.wishes import UNKNOWN_FACILITY, Candidate, Wish, chance

#: Price of a second question on a criterion, and of each further one.
SECOND, FURTHER = 10.0, 30.0
#: Price of a whole question's points of difference in difficulty, beyond the tolerance.
UNBALANCED = 100.0
#: Papers whose mean facilities differ by no more than this share are equally hard.
TOLERANCE = 0.005
#: Price of a question that two papers share, where sharing is allowed.
SHARED = 1.0
#: Worth of the least information at the cut.
INFORMATION = 10.0
#: Share of the items that must have parameters for information to decide.
ENOUGH = 0.8
#: Highest price chance asks: too little to outweigh any wish.
CHANCE = 0.01


class Family(StrEnum):
    """Bounds of one kind, relaxed together."""

    ROWS = "rows"
    ENEMIES = "enemies"
    EXPOSURE = "exposure"
    OVERLAP = "overlap"
    LENGTH = "length"
    PILOTS = "pilots"


@dataclass
class Model:
    """A program, its variables by item and paper, and those that say what is broken by how much."""

    program: Program
    pool: Sequence[Candidate]
    wish: Wish
    relaxed: Collection[Family] = ()
    chosen: list[list[int]] = field(default_factory=list)
    broken: list[tuple[Family, Any, int]] = field(default_factory=list)

    @property
    def papers(self) -> range:
        """Numbers of the papers, from 0."""
        return range(self.wish.papers)

    def counting(self) -> Iterator[tuple[Candidate, list[int]]]:
        """Items that count, with their variables by paper."""
        return ((c, v) for c, v in zip(self.pool, self.chosen, strict=True) if not c.is_pilot)

    def slack(self, family: Family, about: Any) -> int | None:
        """A variable by which a bound may be broken; None unless its family is relaxed."""
        if family not in self.relaxed:
            return None
        variable = self.program.variable(1.0)
        self.broken.append((family, about, variable))
        return variable

    def keep(
        self,
        family: Family,
        about: Any,
        terms: list[tuple[int, float]],
        low: float = -inf,
        high: float = inf,
    ) -> None:
        """Keep a sum within bounds, unless its family is relaxed."""
        under = self.slack(family, (about, -1)) if low > -inf else None
        over = self.slack(family, (about, 1)) if high < inf else None
        terms = terms + [(v, f) for v, f in ((under, 1.0), (over, -1.0)) if v is not None]
        if terms or low > 0:
            self.program.keep(terms or [(0, 0.0)], low, high)


def build(pool: Sequence[Candidate], wish: Wish, relaxed: Collection[Family] = ()) -> Model:
    """The program for a wish. Without relaxed families its costs are the wishes; else the breaks."""
    model = Model(Program(), pool, wish, relaxed)
    for candidate in pool:
        model.chosen.append(
            [
                model.program.variable(
                    0.0
                    if relaxed
                    else CHANCE * round(chance(wish.seed, candidate.identifier, p), 4),
                    upper=1,
                    whole=True,
                )
                for p in model.papers
            ]
        )
    _keep_lengths(model)
    _keep_rows(model)
    _keep_enemies_apart(model)
    _keep_exposure(model)
    _keep_overlap(model)
    if not relaxed:
        _spread_over_criteria(model)
        _balance(model)
        if _has_parameters(pool):
            _inform_at_cut(model)
    return model


def _keep_lengths(model: Model) -> None:
    for p in model.papers:
        counting = [(variables[p], 1.0) for _, variables in model.counting()]
        length = model.wish.length
        model.keep(Family.LENGTH, p, counting, length, length)
        pilots = [
            (variables[p], 1.0)
            for candidate, variables in zip(model.pool, model.chosen, strict=True)
            if candidate.is_pilot
        ]
        model.keep(Family.PILOTS, p, pilots, model.wish.pilot_count, model.wish.pilot_count)


def _keep_rows(model: Model) -> None:
    for index, row in enumerate(model.wish.rows):
        for p in model.papers:
            fitting = [(v[p], 1.0) for candidate, v in model.counting() if row.fits(candidate)]
            high = inf if row.maximum is None else row.maximum
            model.keep(Family.ROWS, (index, p), fitting, row.minimum, high)


def _keep_enemies_apart(model: Model) -> None:
    numbers = {candidate.identifier: i for i, candidate in enumerate(model.pool)}
    for pair in sorted({(min(pair), max(pair)) for pair in model.wish.enemies}):
        if pair[0] in numbers and pair[1] in numbers:
            one, other = (model.chosen[numbers[identifier]] for identifier in pair)
            for p in model.papers:
                model.keep(Family.ENEMIES, pair, [(one[p], 1.0), (other[p], 1.0)], high=1)


def _keep_exposure(model: Model) -> None:
    most = model.wish.max_exposure
    if most is None:
        return
    for candidate, variables in zip(model.pool, model.chosen, strict=True):
        left = max(0, most - candidate.uses)
        if left < model.wish.papers:
            terms = [(variable, 1.0) for variable in variables]
            model.keep(Family.EXPOSURE, candidate.identifier, terms, high=left)


def _keep_overlap(model: Model) -> None:
    wish = model.wish
    if wish.papers == 1:
        return
    _part_pilots(model)
    if wish.overlap == 0 and Family.OVERLAP not in model.relaxed:
        for _, variables in model.counting():
            model.program.keep([(variable, 1.0) for variable in variables], high=1)
        return
    # One number for every two papers: what would have to be allowed.
    more = model.slack(Family.OVERLAP, (None, 1))
    for p, q in combinations(model.papers, 2):
        shared = [] if more is None else [(more, -1.0)]
        for _, variables in model.counting():
            both = model.program.variable(0.0 if model.relaxed else SHARED, upper=1)
            model.program.keep([(variables[p], 1.0), (variables[q], 1.0), (both, -1.0)], high=1)
            shared.append((both, 1.0))
        model.program.keep(shared, high=wish.overlap)


def _part_pilots(model: Model) -> None:
    """Let no pilot stand in two of the papers, as long as there are enough of them."""
    pilots = [v for c, v in zip(model.pool, model.chosen, strict=True) if c.is_pilot]
    if len(pilots) >= model.wish.papers * model.wish.pilot_count:
        for variables in pilots:
            model.program.keep([(variable, 1.0) for variable in variables], high=1)


def _spread_over_criteria(model: Model) -> None:
    """Ask a price for the second question on a criterion, and a higher one for each further.

    So no criterion gets a second question where another could have its first.
    """
    for p in model.papers:
        on: dict[Any, list[tuple[int, float]]] = defaultdict(list)
        for candidate, variables in model.counting():
            on[candidate.criterion_id].append((variables[p], 1.0))
        for terms in on.values():
            counted = [
                (model.program.variable(upper=1), -1.0),
                (model.program.variable(SECOND, upper=1), -1.0),
                (model.program.variable(FURTHER), -1.0),
            ]
            model.program.keep(terms + counted, 0, 0)


def _balance(model: Model) -> None:
    """Ask a price for the difference in difficulty: from the target, or between the papers."""
    wish, program = model.wish, model.program
    tolerance = TOLERANCE * wish.length
    apart = program.variable(UNBALANCED)
    if wish.target is None:
        lowest, highest = program.variable(), program.variable()
        program.keep([(highest, 1.0), (lowest, -1.0), (apart, -1.0)], high=2 * tolerance)
        for p in model.papers:
            terms = _facilities(model, p)
            program.keep([*terms, (lowest, -1.0)], low=0)
            program.keep([*terms, (highest, -1.0)], high=0)
        return
    wanted = wish.target * wish.length
    for p in model.papers:
        terms = _facilities(model, p)
        program.keep([*terms, (apart, -1.0)], high=wanted + tolerance)
        program.keep([*terms, (apart, 1.0)], low=wanted - tolerance)


def _facilities(model: Model, p: int) -> list[tuple[int, float]]:
    return [
        (variables[p], UNKNOWN_FACILITY if candidate.facility is None else candidate.facility)
        for candidate, variables in model.counting()
    ]


def _has_parameters(pool: Sequence[Candidate]) -> bool:
    counting = [candidate for candidate in pool if not candidate.is_pilot]
    known = [c for c in counting if c.discrimination is not None and c.location is not None]
    return len(known) > 0 and len(known) >= ENOUGH * len(counting)


def _inform_at_cut(model: Model) -> None:
    """Reward the least information any of the papers gives where the decision falls."""
    ability = ability_at(model.wish.cut, model.pool)
    least = model.program.variable(-INFORMATION)
    for p in model.papers:
        terms = [(v[p], information(c, ability)) for c, v in model.counting()]
        model.program.keep([*terms, (least, -1.0)], low=0)
