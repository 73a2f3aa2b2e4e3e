"""Marks: what a person may give, what they add up to, and how an answer is called without a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from lsp.texts import N_, Refusal

#: A person gives points in quarters.
MARK_STEP = Decimal("0.25")
PERCENT_STEP = Decimal("0.01")


@dataclass(frozen=True)
class QuestionMark:
    """One question of a paper with the mark that counts; ``score`` is None while unmarked."""

    unit_id: UUID
    max_score: Decimal
    score: Decimal | None


@dataclass(frozen=True)
class UnitScore:
    """Points of one unit; ``percent`` from 0 to 100 with two decimals, rounded down."""

    unit_id: UUID
    score: Decimal
    max_score: Decimal
    percent: Decimal


class CommentNeeded(Refusal):
    """The mark is below the maximum and nobody said why."""


def unit_scores(questions: Iterable[QuestionMark]) -> list[UnitScore]:
    """Totals per unit, in the order in which the units first appear; unmarked counts as 0 so far.

    A question may end below 0 where the paper's policy says so, a total never does.
    """
    totals: dict[UUID, tuple[Decimal, Decimal]] = {}
    for question in questions:
        score, of = totals.get(question.unit_id, (Decimal(0), Decimal(0)))
        totals[question.unit_id] = (
            score + (question.score or Decimal(0)),
            of + question.max_score,
        )
    return [
        UnitScore(unit_id, score, of, percent(score, of))
        for unit_id, (score, of) in (
            (unit_id, (max(total, Decimal(0)), of)) for unit_id, (total, of) in totals.items()
        )
    ]


def percent(score: Decimal, of: Decimal) -> Decimal:
    """Share in percent, rounded down: rounding never lifts anybody over a threshold."""
    if not of:
        return Decimal(0)
    return (score * 100 / of).quantize(PERCENT_STEP, ROUND_FLOOR)


def check_mark(score: Decimal, max_score: Decimal, comment: str) -> None:
    """Raise Refusal unless a person may give this mark with this comment."""
    if not (score.is_finite() and 0 <= score <= max_score):
        raise Refusal(N_("Isi nilai dari 0 sampai %(max_score)s."), max_score=f"{max_score:f}")
    if score % MARK_STEP:
        raise Refusal(N_("Isi nilai dengan kelipatan 0,25, misalnya 2,75."))
    if score < max_score and not comment.strip():
        raise CommentNeeded(N_("Isi alasan karena nilai belum penuh."))


def answer_code(script_id: UUID) -> str:
    """What a marker calls an answer: tells nothing about who wrote it, or what else they wrote."""
    text = script_id.hex[:8].upper()
    return f"{text[:4]}-{text[4:]}"
