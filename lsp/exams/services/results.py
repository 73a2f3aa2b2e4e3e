"""What came out of a seat: for the assessor's recommendation, per unit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import (
    Attempt,
    Blueprint,
    Item,
    ItemRevision,
    KeyChange,
    KeyEffect,
    Mark,
    Paper,
    PaperQuestion,
    Script,
    Seat,
)
from lsp.exams.rules.corrections import MarkedQuestion, outcome_questions, scores_of
from lsp.exams.rules.kinds import AttemptState, ScriptState
from lsp.exams.rules.marking import UnitScore
from lsp.exams.rules.passing import PassRule, UnitVerdict, unit_verdict
from lsp.exams.services.scoring import is_in_force
from lsp.skkni.models import Criterion, Element, SchemeVersion
from lsp.texts import NotFound

__all__ = ["ExamResult", "UnitScore", "UnitVerdict", "exam_result"]


@dataclass(frozen=True)
class ExamResult:
    """Where a seat's exam stands.

    ``units`` has scores once the attempt has ended; while ``unmarked`` answers remain, they count
    as 0 in it so far. Questions on trial and those left out by a correction are in no total.
    """

    state: Literal["not_started", "open", "ended", "marked"]
    ended_at: datetime | None = None
    unmarked: int = 0
    units: list[UnitScore] = field(default_factory=list)
    #: What the rule says of each of those units, by the unit's id: a proposal, no decision.
    verdicts: Mapping[uuid.UUID, UnitVerdict] = field(default_factory=dict)
    #: The rule of the paper's blueprint, or the scheme's cut score where it has none.
    rule: PassRule | None = None
    #: When a corrected key last changed something in this attempt; null when none did.
    corrected_at: datetime | None = None


def exam_result(session: Session, seat_id: uuid.UUID) -> ExamResult:
    """The result at a seat, in two statements. Raises NotFound for an unknown seat."""
    newest = (
        sa.select(sa.func.max(KeyChange.at))
        .join(KeyEffect, KeyEffect.key_change_id == KeyChange.id)
        .where(KeyEffect.attempt_id == Attempt.id)
        .correlate(Attempt)
    )
    row = session.execute(
        sa.select(
            Attempt,
            Blueprint.pass_rule,
            SchemeVersion.exam_pass_percent,
            newest.scalar_subquery().label("corrected_at"),
        )
        .select_from(Seat)
        .join(Paper, Paper.id == Seat.paper_id)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(SchemeVersion, SchemeVersion.id == Blueprint.scheme_version_id)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .where(Seat.id == seat_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    attempt: Attempt | None = row[0]
    if attempt is None:
        return ExamResult("not_started")
    if attempt.state is AttemptState.OPEN:
        return ExamResult("open")
    questions = _questions(session, attempt)
    units = scores_of(questions)
    rule = PassRule.in_force(row.pass_rule, row.exam_pass_percent)
    return ExamResult(
        "ended" if attempt.marked_at is None else "marked",
        attempt.ended_at,
        sum(question.points is None for question in questions),
        units,
        _verdicts(questions, units, rule),
        rule,
        row.corrected_at,
    )


def _verdicts(
    questions: Sequence[MarkedQuestion], units: Sequence[UnitScore], rule: PassRule
) -> dict[uuid.UUID, UnitVerdict]:
    return {
        unit.unit_id: unit_verdict(outcome_questions(questions, unit.unit_id), rule)
        for unit in units
    }


def _questions(session: Session, attempt: Attempt) -> list[MarkedQuestion]:
    """The paper's questions in order, each with the mark that counts.

    A question that is with its markers has none, also when another answer to it had one.
    """
    rows = session.execute(
        sa.select(
            PaperQuestion.position,
            Element.unit_id,
            Criterion.id,
            PaperQuestion.max_score,
            PaperQuestion.counts,
            KeyChange.kind,
            Script.state,
            Mark.score,
        )
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .outerjoin(
            Mark, (Mark.attempt_id == attempt.id) & (Mark.position == PaperQuestion.position)
        )
        .outerjoin(
            Script, (Script.attempt_id == attempt.id) & (Script.position == PaperQuestion.position)
        )
        .where(PaperQuestion.paper_id == attempt.paper_id)
        .order_by(PaperQuestion.position, Mark.number)
    )
    newest: dict[int, MarkedQuestion] = {}
    for position, unit_id, criterion_id, max_score, counts, correction, script, score in rows:
        waits = script not in (None, ScriptState.SETTLED)
        # Later marks of a question follow earlier ones and replace them here.
        newest[position] = MarkedQuestion(
            unit_id, criterion_id, max_score, None if waits else score, counts, correction
        )
    return list(newest.values())
