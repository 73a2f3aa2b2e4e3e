"""What papers are chosen from, and what they must be like."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from lsp.exams.rules.kinds import CognitiveLevel, ItemType

#: Share of the points expected of an item nobody has an expectation of.
UNKNOWN_FACILITY = 0.5


@dataclass(frozen=True)
class Candidate:
    """A question that may be chosen: its item's identifier, and what blueprints ask about."""

    identifier: str
    unit_id: UUID
    element_id: UUID
    criterion_id: UUID
    type: ItemType
    level: CognitiveLevel
    #: Share of the points candidates are expected to reach, 0 hard … 1 easy; None when unknown.
    facility: float | None = None
    #: Parameters of the two-parameter logistic model; None where not estimated.
    discrimination: float | None = None
    location: float | None = None
    #: In how many papers of sessions it stands already.
    uses: int = 0
    #: On trial: chosen only as a pilot, and not counted.
    is_pilot: bool = False


@dataclass(frozen=True)
class Row:
    """At least ``minimum`` and at most ``maximum`` questions with these properties.

    None means any, and for ``maximum`` no limit.
    """

    minimum: int
    maximum: int | None = None
    unit_id: UUID | None = None
    element_id: UUID | None = None
    level: CognitiveLevel | None = None
    type: ItemType | None = None

    def fits(self, candidate: Candidate) -> bool:
        """Whether a question counts for this row."""
        return (
            self.unit_id in (None, candidate.unit_id)
            and self.element_id in (None, candidate.element_id)
            and self.level in (None, candidate.level)
            and self.type in (None, candidate.type)
        )


def exactly(count: int, unit_id: UUID, type_: ItemType | None = None) -> Row:
    """So many questions of a unit, no more and no fewer; of any type when it is None."""
    return Row(count, count, unit_id=unit_id, type=type_)


def smallest_length(rows: Iterable[Row]) -> int:
    """How many questions the rows ask for at least, as far as adding up can tell.

    Rows that exclude each other (single choices and essays of a unit) add up; rows that may be
    about the same questions (a unit, and a level in it) do not.
    """
    groups: dict[tuple[UUID | None, tuple[bool, ...]], dict[Row, int]] = {}
    for row in rows:
        names = (row.element_id, row.level, row.type)
        asked = groups.setdefault((row.unit_id, tuple(name is not None for name in names)), {})
        about = replace(row, minimum=0, maximum=None)
        asked[about] = max(row.minimum, asked.get(about, 0))
    least: dict[UUID | None, int] = {}
    for (unit_id, _), asked in groups.items():
        least[unit_id] = max(least.get(unit_id, 0), sum(asked.values()))
    anywhere = least.pop(None, 0)
    return max(anywhere, sum(least.values()))


@dataclass(frozen=True)
class Wish:
    """What is asked of papers that are made together."""

    length: int
    rows: Sequence[Row]
    seed: int
    #: How many parallel papers.
    papers: int = 1
    #: How many questions any two of them may share.
    overlap: int = 0
    #: Questions on trial in each paper, besides ``length``.
    pilot_count: int = 0
    #: In how many papers an item may stand; None for no limit.
    max_exposure: int | None = None
    #: Pairs of identifiers that must not meet in a paper.
    enemies: Collection[tuple[str, str]] = ()
    #: Mean facility the papers should have; None to make them alike only.
    target: float | None = None
    #: Share of the points at which the papers should tell people apart best; used where enough
    #: items have parameters.
    cut: float = 0.7


@dataclass(frozen=True)
class Assembly:
    """The chosen questions of each paper, pilots among them, in the order of the paper."""

    papers: list[list[Candidate]]


def usable(candidates: Iterable[Candidate], wish: Wish) -> list[Candidate]:
    """The candidates a wish may choose from, in an order that depends on nothing else.

    Oral questions come only where a row names them: the others make a written paper.
    """
    asks_oral = any(row.type is ItemType.ORAL for row in wish.rows)
    found = {
        candidate.identifier: candidate
        for candidate in candidates
        if asks_oral or candidate.type is not ItemType.ORAL
    }
    return [found[identifier] for identifier in sorted(found)]


def is_used_up(candidate: Candidate, wish: Wish) -> bool:
    """Whether a question stands in as many papers of sessions as it may already."""
    return wish.max_exposure is not None and candidate.uses >= wish.max_exposure


def mean_facility(candidates: Iterable[Candidate]) -> float | None:
    """Mean share of the points expected from the questions that count; None without any."""
    known = [
        UNKNOWN_FACILITY if candidate.facility is None else candidate.facility
        for candidate in candidates
        if not candidate.is_pilot
    ]
    return sum(known) / len(known) if known else None


def by_weight(weights: Sequence[Fraction | int], length: int) -> list[int]:
    """So many questions parted by weight: whole numbers that add up to ``length``.

    The largest remainders are rounded up; among equal ones the first. Raises ValueError when no
    weight is above 0.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be above 0")
    exact = [Fraction(weight) * length / total for weight in weights]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: length - sum(counts)]:
        counts[i] += 1
    return counts


def chance(seed: int, *about: object) -> float:
    """A number from 0 to 1 (excluded) that depends on seed and words alone, on every machine."""
    words = " ".join(str(word) for word in (seed, *about))
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") / 2**32
