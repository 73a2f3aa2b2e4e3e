"""Information of an item under the two-parameter logistic model (Birnbaum 1968)."""

from collections.abc import Iterable
from math import exp

from lsp.exams.rules.assembling.wishes import Candidate

#: Abilities are looked for from here to there, in the model's own unit.
LOWEST, HIGHEST = -6.0, 6.0


def probability(candidate: Candidate, ability: float) -> float | None:
    """Chance of a right answer at an ability; None for an item without parameters."""
    if candidate.discrimination is None or candidate.location is None:
        return None
    power = candidate.discrimination * (ability - candidate.location)
    return 1 / (1 + exp(-max(-500.0, min(500.0, power))))


def information(candidate: Candidate, ability: float) -> float:
    """What an item tells at an ability, a²·P·(1−P); 0 without parameters."""
    p = probability(candidate, ability)
    return 0.0 if p is None else (candidate.discrimination or 0.0) ** 2 * p * (1 - p)


def ability_at(share: float, candidates: Iterable[Candidate]) -> float:
    """The ability at which these items together are answered right with this share, 0 to 1."""
    known = [c for c in candidates if probability(c, 0.0) is not None]
    low, high = LOWEST, HIGHEST
    for _ in range(40):
        middle = (low + high) / 2
        mean = sum(probability(c, middle) or 0.0 for c in known) / max(1, len(known))
        low, high = (middle, high) if mean < share else (low, middle)
    return (low + high) / 2
