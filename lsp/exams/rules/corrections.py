"""Keys found to be wrong after an exam: what a correction does to a question and to its unit.

A revision that was used never changes. Its correction is a record of its own, and marking and
results ask for the one in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from lsp.exams.rules.marking import QuestionMark, UnitScore, unit_scores
from lsp.exams.rules.passing import Outcome, PassRule, UnitQuestion, unit_verdict
from lsp.texts import N_


class Correction(StrEnum):
    """What replaces a wrong key."""

    #: Another key; every answer is marked anew by it.
    NEW_KEY = "new_key"
    #: Everybody gets all the points of the question, whatever was answered.
    FULL_POINTS = "full_points"
    #: The question is left out of every total, as if it had not been asked.
    DROPPED = "dropped"


CORRECTION_NAMES = {
    Correction.NEW_KEY: N_("Kunci diganti"),
    Correction.FULL_POINTS: N_("Semua peserta mendapat nilai penuh"),
    Correction.DROPPED: N_("Soal tidak dihitung"),
}


#: A new key of a question for people: its own rubric again, which undoes a correction.
UNDONE = N_("Nilai dari penilai berlaku lagi")


def correction_name(kind: Correction, *, is_for_people: bool) -> str:
    """What a correction is called, by who marks the question."""
    return UNDONE if is_for_people and kind is Correction.NEW_KEY else CORRECTION_NAMES[kind]


@dataclass(frozen=True)
class Replaced:
    """What a correction in force did to a key: the ones it replaced, and what it put there."""

    kind: Correction
    at: datetime
    #: The key in force now; None where no key decides any more.
    new: Mapping[str, Any] | None
    old: Sequence[Mapping[str, Any]]


def is_in_doubt(
    key: Mapping[str, Any], written_at: datetime, replaced: Replaced, *, is_for_people: bool
) -> bool:
    """Whether a newer revision's own key may be the wrong one that was replaced in an older one.

    One written before the correction is, unless its key is the new one already; where no key took
    the place of the wrong one, when it still has that. One written later is when it brings back
    what a new key replaced: from a form opened before, from an old file, from a revision between.
    """
    same_old = any(_decides_alike(key, old) for old in replaced.old)
    is_older = written_at < replaced.at
    if replaced.kind is not Correction.NEW_KEY:
        return is_older and same_old
    # A question for people has no key to replace: its new key only undoes a correction.
    if is_for_people or (replaced.new is not None and _decides_alike(key, replaced.new)):
        return False
    return is_older or same_old


def _decides_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two keys are the same but for the rules of the file one of them came from."""
    return {**one, "qti": None} == {**other, "qti": None}


@dataclass(frozen=True)
class MarkedQuestion:
    """A question of one attempt as its result counts it; ``score`` is None while unmarked."""

    unit_id: UUID
    criterion_id: UUID
    max_score: Decimal
    score: Decimal | None
    #: False for a question on trial.
    counts: bool = True
    #: The correction of its key in force, if any.
    correction: Correction | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it belongs to any total."""
        return self.counts and self.correction is not Correction.DROPPED

    @property
    def points(self) -> Decimal | None:
        """Points that count: whatever anybody gave, all of them where everybody gets them."""
        return self.max_score if self.correction is Correction.FULL_POINTS else self.score


@dataclass(frozen=True)
class Standing:
    """How an attempt stands in one unit: its points, and what the rule says of them."""

    score: UnitScore
    outcome: Outcome


def scores_of(questions: Sequence[MarkedQuestion]) -> list[UnitScore]:
    """Totals per unit of the questions that count, in the order in which the units appear."""
    return unit_scores(
        QuestionMark(question.unit_id, question.max_score, question.points)
        for question in questions
        if question.is_counted
    )


def outcome_questions(questions: Sequence[MarkedQuestion], unit_id: UUID) -> list[UnitQuestion]:
    """The counting questions of a unit, for ``unit_verdict``."""
    return [
        UnitQuestion(question.criterion_id, question.points, question.max_score)
        for question in questions
        if question.is_counted and question.unit_id == unit_id
    ]


def standing(questions: Sequence[MarkedQuestion], unit_id: UUID, rule: PassRule) -> Standing:
    """Points and outcome of one unit; no points of 0 where none of its questions counts."""
    scores = [score for score in scores_of(questions) if score.unit_id == unit_id]
    score = scores[0] if scores else UnitScore(unit_id, Decimal(0), Decimal(0), Decimal(0))
    return Standing(score, unit_verdict(outcome_questions(questions, unit_id), rule).outcome)


def corrected(
    question: MarkedQuestion, correction: Correction, score: Decimal | None
) -> MarkedQuestion:
    """The question after a correction; ``score`` is what the new key gives, where there is one."""
    if correction is not Correction.NEW_KEY:
        score = question.score
    return replace(question, correction=correction, score=score)


def seat_code(seat_id: UUID) -> str:
    """What a page about many candidates calls a seat, so that no name stands beside points."""
    text = seat_id.hex[:8].upper()
    return f"{text[:4]}-{text[4:]}"
