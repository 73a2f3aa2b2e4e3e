"""Points for an answer by the key: by the rules of its type, or by those its file brought.

A question imported from QTI may be scored in ways no type of ours knows. It then keeps the file's
own response processing under ``key["qti"]``, and the answer is put into the file's words first.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lsp.exams.formats import qti
from lsp.exams.formats.own_rules import fits, in_words_of_file
from lsp.exams.formats.package import ReadItem
from lsp.exams.models import ItemRevision, KeyChange
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.items import DEFAULT_POLICY, RULES, ScoringPolicy
from lsp.exams.rules.items.base import STEP

ZERO = Decimal(0)


def is_in_force() -> sa.ColumnElement[bool]:
    """Condition on ``KeyChange``: no later correction of its revision's key followed."""
    other = aliased(KeyChange)
    newest = sa.select(sa.func.max(other.number)).where(other.revision_id == KeyChange.revision_id)
    return KeyChange.number == newest.scalar_subquery()


def score_now(
    revision: ItemRevision,
    change: KeyChange | None,
    response: Mapping[str, Any] | None,
    max_score: Decimal,
    policy: ScoringPolicy = DEFAULT_POLICY,
) -> Decimal | None:
    """Points as ``score_of`` gives them, by the correction in force where the key was wrong.

    All the points, answered or not, where everybody gets them; 0 for a question that is left out
    of every total, so that nobody waits for a mark.
    """
    if change is None:
        return score_of(revision, response, max_score, policy)
    if change.kind is Correction.FULL_POINTS:
        return max_score
    if change.kind is Correction.DROPPED:
        return ZERO
    return score_of(revision, response, max_score, policy, key=change.key)


def score_of(
    revision: ItemRevision,
    response: Mapping[str, Any] | None,
    max_score: Decimal,
    policy: ScoringPolicy = DEFAULT_POLICY,
    *,
    key: Mapping[str, Any] | None = None,
) -> Decimal | None:
    """Points of at most ``max_score``; 0 when unanswered, None when a person must mark it.

    By the revision's own key unless another is given. What is below 0 becomes 0 unless the policy
    lets a question end there. Scores of a file's own rules are carried over in proportion, where
    the paper gives the question other points.
    """
    rules = RULES[revision.type]
    key = revision.key if key is None else key
    own = key.get("qti")
    if not own or rules.needs_person:
        return rules.score(revision.content, key, response, max_score, policy)
    if response is None:
        return ZERO
    answer = in_words_of_file(revision.type, revision.content, own, response)
    full = Decimal(own["max_score"])
    points = qti.score(own["processing"], answer, full) * max_score / full
    least = -max_score if policy.below_zero else ZERO
    return min(max(points.quantize(STEP, ROUND_HALF_UP), least), max_score)


def qti_key(item: ReadItem) -> dict[str, Any]:
    """What ``key["qti"]`` keeps of an item; empty where answers of its type do not fit its rules."""
    if not fits(item) or item.type is None or RULES[item.type].needs_person:
        return {}
    return {
        "processing": dict(item.processing),
        "names": dict(item.names),
        "response_name": item.response_name,
        "max_score": f"{item.max_score:f}",
    }
