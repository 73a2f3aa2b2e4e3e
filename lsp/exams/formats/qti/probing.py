"""Whether our rules give the score that the file's rules give, tried on answers that tell."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, islice, pairwise
from typing import Any

from lsp.exams.formats.qti.question import CLOSE, Question, declared_most, right_score
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body

#: One answer twice: as our bank stores it, and as the file calls it, by response.
Probe = tuple[dict[str, Any] | None, Mapping[str, object]]
#: Most answers that are tried for one question.
MOST_PROBES = 300
#: Most choices of which every set is tried.
MOST_WHOLE = 6


def agrees(question: Question, type_: ItemType, body: Body, probes: Iterable[Probe]) -> bool:
    """Whether both give the same points for each of these answers.

    A file without rules has only its right answer, which ours are made from.
    """
    if not question.has_rules:
        return True
    rules = RULES.get(type_)
    if rules is None:
        return False
    # Shares of a gap are rounded before they are added up.
    close = CLOSE * max(Decimal(1), question.max_score)
    for n, (own, given) in enumerate(probes):
        if n >= MOST_PROBES:
            break
        ours = rules.score(body.content, body.key, own, question.max_score)
        if ours is None or abs(ours - question.score(given)) > close:
            return False
    return True


def other_most(question: Question, probes: Iterable[Probe]) -> Decimal | None:
    """What the best answer tried earns, where the file declares that the most is another number.

    None where they are the same, and where no answer earned anything.
    """
    if not question.has_rules or declared_most(question.processing) is None:
        return None
    tried = (question.score(given) for _, given in islice(probes, MOST_PROBES))
    earned = max(right_score(question), *tried, Decimal(0))
    close = CLOSE * max(Decimal(1), question.max_score)
    return earned if earned > 0 and abs(earned - question.max_score) >= close else None


def subsets(names: list[str], right: Sequence[str]) -> Iterable[list[str]]:
    """All sets of the names where they are few; else the small, the nearly right and the large."""
    if len(names) <= MOST_WHOLE:
        for n in range(2 ** len(names)):
            yield [name for i, name in enumerate(names) if n >> i & 1]
        return
    yield []
    yield names
    wrong = [name for name in names if name not in right]
    for name in names:
        yield [name]
        yield [other for other in names if other != name]
        yield [other for other in right if other != name]
    yield from ([*right, name] for name in wrong)
    yield from ([*right, name, other] for name, other in pairwise(wrong))
    yield from (list(pair) for pair in combinations(names, 2))


def share_of(points: Decimal, max_score: Decimal) -> Decimal:
    """Points as a share of the most, with as many decimals as matter."""
    share = points / max_score
    rounded = share.quantize(Decimal("1e-7"))
    return rounded.normalize() + 0 if abs(share - rounded) < Decimal("1e-8") else share
