"""Assembling parallel papers: which questions of the bank a blueprint and a seed choose.

The same blueprint, bank and seed give the same papers on every machine with the same release of
the solver: candidates are put in order first, ties are broken by a hash of seed and item, and no
solution is taken that depends on how fast the machine is.
"""

from collections.abc import Iterable

from lsp.exams.rules.assembling.faults import Fault, find_faults, plain_faults
from lsp.exams.rules.assembling.model import Family, build
from lsp.exams.rules.assembling.program import NODES, TooHard
from lsp.exams.rules.assembling.wishes import (
    Assembly,
    Candidate,
    Row,
    Wish,
    by_weight,
    chance,
    exactly,
    is_used_up,
    mean_facility,
    smallest_length,
    usable,
)
from lsp.exams.rules.kinds import ItemType

__all__ = [
    "Assembly",
    "Candidate",
    "Family",
    "Fault",
    "Impossible",
    "Row",
    "TooHard",
    "Wish",
    "assemble",
    "by_weight",
    "exactly",
    "mean_facility",
    "smallest_length",
]


class Impossible(Exception):
    """No choice of questions fits the wish; ``faults`` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def assemble(candidates: Iterable[Candidate], wish: Wish) -> Assembly:
    """Choose the questions of all the papers at once.

    Must hold: length, rows, no item twice in a paper, overlap, enemies, exposure. Wished for, in
    this order: questions spread over the criteria; papers equally hard, or as hard as the target;
    where the bank has parameters, as informative as possible at the cut; and what chance by the
    seed prefers.
    Raises Impossible, and TooHard when no solution is found in time.
    """
    pool = usable(candidates, wish)
    if lacking := plain_faults(pool, wish):
        raise Impossible(lacking)
    # What is used up stands in the pool only to say so where questions lack.
    left = [candidate for candidate in pool if not is_used_up(candidate, wish)]
    model = build(left, wish)
    values = model.program.solve(nodes=NODES)
    if values is None:
        raise Impossible(find_faults(pool, wish))
    return Assembly(
        [
            _in_order(
                [
                    candidate
                    for candidate, variables in zip(left, model.chosen, strict=True)
                    if values[variables[p]] > 0.5
                ],
                wish,
            )
            for p in model.papers
        ]
    )


def _in_order(paper: list[Candidate], wish: Wish) -> list[Candidate]:
    """The questions by the rows they fit first, within a row by chance; oral ones at the end.

    Pilots stand among the others, so that nothing gives them away.
    """

    def place(candidate: Candidate) -> tuple[bool, int, float]:
        row = next((n for n, row in enumerate(wish.rows) if row.fits(candidate)), len(wish.rows))
        return (
            candidate.type is ItemType.ORAL,
            row,
            chance(wish.seed, "place", candidate.identifier),
        )

    return sorted(paper, key=place)
