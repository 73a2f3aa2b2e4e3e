"""Drawing a paper: which questions of the bank a blueprint and a seed choose.

The same blueprint, bank and seed always give the same paper, on every machine and every version
of Python: the order of chance is a hash of seed and item, not a random generator.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lsp.exams.rules.kinds import ItemType


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn: its item's identifier, and what the blueprint asks about."""

    identifier: str
    unit_id: UUID
    criterion_id: UUID
    type: ItemType


@dataclass(frozen=True)
class Row:
    """So many questions of one unit; of any type when ``type`` is None."""

    unit_id: UUID
    type: ItemType | None
    count: int


@dataclass(frozen=True)
class Shortage:
    """A row (its index, from 0) that the bank cannot fill, and how many questions are missing."""

    row: int
    missing: int


@dataclass(frozen=True)
class Draw:
    """The questions in the order of the blueprint's rows, and the rows that stay short."""

    chosen: list[Candidate]
    shortages: list[Shortage]


def draw(rows: Sequence[Row], candidates: Collection[Candidate], seed: int) -> Draw:
    """Choose questions for every row, no question twice, spread over the criteria first.

    Within a unit the criterion with the fewest questions so far comes next, so that no criterion
    gets a second question while another has none to show for itself.
    """
    in_order_of_chance = sorted(candidates, key=lambda c: (_chance(seed, c), c.identifier))
    taken: set[str] = set()
    per_criterion: Counter[UUID] = Counter()
    chosen: dict[int, list[Candidate]] = {}
    # Rows that name a type choose first: a row open to any type could otherwise take what only
    # they can use.
    for index in sorted(range(len(rows)), key=lambda i: rows[i].type is None):
        row = rows[index]
        chosen[index] = []
        for _ in range(row.count):
            fitting = (c for c in in_order_of_chance if c.identifier not in taken and _fits(row, c))
            found = _least_used(fitting, per_criterion)
            if found is None:
                break
            chosen[index].append(found)
            taken.add(found.identifier)
            per_criterion[found.criterion_id] += 1
    return Draw(
        chosen=[candidate for index in range(len(rows)) for candidate in chosen[index]],
        shortages=[
            Shortage(index, row.count - len(chosen[index]))
            for index, row in enumerate(rows)
            if len(chosen[index]) < row.count
        ],
    )


def _fits(row: Row, candidate: Candidate) -> bool:
    return candidate.unit_id == row.unit_id and row.type in (None, candidate.type)


def _least_used(candidates: Iterable[Candidate], used: Counter[UUID]) -> Candidate | None:
    return min(candidates, key=lambda c: used[c.criterion_id], default=None)


def _chance(seed: int, candidate: Candidate) -> str:
    return hashlib.sha256(f"{seed} {candidate.identifier}".encode()).hexdigest()
