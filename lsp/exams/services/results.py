"""What came out of a seat: for the assessor's recommendation, per unit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

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
    SeatEvent,
)
from lsp.exams.rules.corrections import (
    Correction,
    MarkedQuestion,
    Standing,
    outcome_questions,
    scores_of,
    standing,
)
from lsp.exams.rules.kinds import AttemptState, ScriptState
from lsp.exams.rules.marking import UnitScore
from lsp.exams.rules.passing import PassRule, UnitVerdict, unit_verdict
from lsp.exams.services.scoring import is_in_force
from lsp.exams.services.sitting.late import LATE_COUNTED
from lsp.skkni.models import Criterion, Element, SchemeVersion
from lsp.texts import NotFound

__all__ = [
    "ExamResult",
    "UnitChange",
    "UnitScore",
    "UnitVerdict",
    "exam_result",
    "rely_on_result",
]


@dataclass(frozen=True)
class UnitChange:
    """A unit as a recommendation found it, and as it is now; unmarked questions count as 0."""

    unit_id: uuid.UUID
    before: Standing
    after: Standing
    #: Questions that wait for their mark again.
    unmarked: int


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
    #: Since when a recommendation rests on the marks; null while none does (``rely_on_result``).
    relied_on_at: datetime | None = None
    #: When an invigilator last opened the sitting again; null when nobody did.
    reopened_at: datetime | None = None
    #: When an invigilator last let late answers count; null when nobody did.
    late_counted_at: datetime | None = None
    #: When every question had its mark; null while one waits.
    marked_at: datetime | None = None
    #: Units whose questions have other points now than when the recommendation came to rest on
    #: them, or wait for points again.
    changes: list[UnitChange] = field(default_factory=list)

    @property
    def was_reopened_since(self) -> bool:
        """Whether the sitting went on after the recommendation rested on it."""
        return _follows(self.reopened_at, self.relied_on_at)

    @property
    def was_late_counted_since(self) -> bool:
        """Whether late answers came to count after the recommendation rested on it."""
        return _follows(self.late_counted_at, self.relied_on_at)

    @property
    def was_corrected_since(self) -> bool:
        """Whether a corrected key changed something after the recommendation rested on it."""
        return _follows(self.corrected_at, self.relied_on_at)

    @property
    def has_changed_since(self) -> bool:
        """Whether what the recommendation rests on was touched since, or waits for marks again."""
        return self.relied_on_at is not None and (
            self.state != "marked"
            or self.was_marked_since
            or self.was_reopened_since
            or self.was_late_counted_since
            or self.was_corrected_since
            or bool(self.changes)
        )

    @property
    def was_marked_since(self) -> bool:
        """Whether an answer was marked again after the recommendation rested on its mark."""
        return _follows(self.marked_at, self.relied_on_at)


def _follows(at: datetime | None, other: datetime | None) -> bool:
    return at is not None and other is not None and at > other


def exam_result(session: Session, seat_id: uuid.UUID) -> ExamResult:
    """The result at a seat, in two statements. Raises NotFound for an unknown seat."""
    newest = (
        sa.select(sa.func.max(KeyChange.at))
        .join(KeyEffect, KeyEffect.key_change_id == KeyChange.id)
        .where(KeyEffect.attempt_id == Attempt.id)
        .correlate(Attempt)
    )
    counted = sa.select(sa.func.max(SeatEvent.at)).where(
        SeatEvent.seat_id == seat_id, SeatEvent.kind == LATE_COUNTED
    )
    row = session.execute(
        sa.select(
            Attempt,
            Blueprint.pass_rule,
            SchemeVersion.exam_pass_percent,
            newest.scalar_subquery().label("corrected_at"),
            counted.scalar_subquery().label("late_counted_at"),
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
        return ExamResult(
            "open", relied_on_at=attempt.relied_on_at, reopened_at=attempt.reopened_at
        )
    questions, relied_on = _questions(session, attempt)
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
        attempt.relied_on_at,
        attempt.reopened_at,
        row.late_counted_at,
        attempt.marked_at,
        _changes(relied_on, questions, rule) if attempt.relied_on_at else [],
    )


def rely_on_result(session: Session, seat_id: uuid.UUID, now: datetime) -> None:
    """Note that a recommendation rests on the marks at a seat, and hold them until the commit.

    Called before the result is read for it: a mark given at this moment is either seen by the
    recommendation, or refused afterwards. Nothing happens at a seat without a sitting.
    """
    attempt = session.scalar(
        sa.select(Attempt)
        .where(Attempt.seat_id == seat_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if attempt is None:
        return
    # A mark that was waited for may bear a later time than the request that waited.
    newest = session.scalar(sa.select(sa.func.max(Mark.at)).where(Mark.attempt_id == attempt.id))
    attempt.relied_on_at = max(at for at in (now, newest, attempt.marked_at) if at)
    session.flush()


def _changes(
    then: Sequence[MarkedQuestion], now: Sequence[MarkedQuestion], rule: PassRule
) -> list[UnitChange]:
    """Units with a question that counts otherwise than before, in the paper's order."""
    changed = [
        after.unit_id
        for before, after in zip(then, now, strict=True)
        if (before.is_counted, before.points) != (after.is_counted, after.points)
    ]
    return [
        UnitChange(
            unit_id,
            standing(then, unit_id, rule),
            standing(now, unit_id, rule),
            sum(q.points is None for q in now if q.unit_id == unit_id and q.is_counted),
        )
        for unit_id in dict.fromkeys(changed)
    ]


def _verdicts(
    questions: Sequence[MarkedQuestion], units: Sequence[UnitScore], rule: PassRule
) -> dict[uuid.UUID, UnitVerdict]:
    return {
        unit.unit_id: unit_verdict(outcome_questions(questions, unit.unit_id), rule)
        for unit in units
    }


def _questions(
    session: Session, attempt: Attempt
) -> tuple[list[MarkedQuestion], list[MarkedQuestion]]:
    """The paper's questions in order, each with the mark that counts, and as they were relied on.

    A question that is with its markers has none, also when another answer to it had one.
    """
    relied_on_at = attempt.relied_on_at
    rows = session.execute(
        sa.select(
            PaperQuestion.position,
            Element.unit_id,
            Criterion.id,
            PaperQuestion.max_score,
            PaperQuestion.counts,
            KeyChange.kind,
            _correction_at(relied_on_at) if relied_on_at else sa.null(),
            Script.state,
            Mark.score,
            Mark.at,
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
    now: dict[int, MarkedQuestion] = {}
    then: dict[int, MarkedQuestion] = {}
    for position, unit_id, criterion_id, max_score, counts, kind, was, script, score, at in rows:
        question = MarkedQuestion(unit_id, criterion_id, max_score, score, counts, kind)
        waits = script not in (None, ScriptState.SETTLED)
        # Later marks of a question follow earlier ones and replace them here.
        now[position] = replace(question, score=None) if waits else question
        if position not in then or not _follows(at, relied_on_at):
            then[position] = replace(question, correction=was)
    return list(now.values()), list(then.values())


def _correction_at(at: datetime) -> sa.ScalarSelect[Correction]:
    """The correction of a question's key that was in force then."""
    earlier = aliased(KeyChange)
    return (
        sa.select(earlier.kind)
        .where(earlier.revision_id == ItemRevision.id, earlier.at <= at)
        .order_by(earlier.number.desc())
        .limit(1)
        .correlate(ItemRevision)
        .scalar_subquery()
    )
