"""How the committee's votes become a decision."""

from collections import Counter
from collections.abc import Sequence

from lsp.assessments.rules.states import Result


def outcome(votes: Sequence[Result], quorum: int) -> Result | None:
    """The result the votes have decided, or None while they have not.

    A decision falls when at least ``quorum`` members voted (SEP-5, the LSP's own setting) and more
    than half of them agree on one result.
    """
    if len(votes) < max(quorum, 1):
        return None
    result, count = Counter(votes).most_common(1)[0]
    return result if count * 2 > len(votes) else None


def needs_reason(vote: Result, recommendation: Result) -> bool:
    """Whether a vote departs from the assessor's recommendation and must say why."""
    return vote is not recommendation
