"""What a correction changes: for every attempt that has ended, points and unit before and after.

One statement reads it all, whatever the number of attempts; the sums are done here, since exact
decimals are kept as text.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from lsp.exams.models import (
    Answer,
    Attempt,
    Blueprint,
    Item,
    ItemRevision,
    KeyChange,
    Mark,
    Paper,
    PaperQuestion,
    Script,
)
from lsp.exams.rules.corrections import Correction, MarkedQuestion, Standing, corrected, standing
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import AttemptState, ScriptState
from lsp.exams.rules.passing import PassRule
from lsp.exams.services.scoring import ZERO, is_in_force, score_of
from lsp.skkni.models import Criterion, Element, SchemeVersion


@dataclass(frozen=True)
class Wanted:
    """A correction as asked for: what kind, and the new key where there is one."""

    kind: Correction
    key: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Effect:
    """What a correction does to one attempt."""

    attempt_id: uuid.UUID
    seat_id: uuid.UUID
    position: int
    max_score: Decimal
    before: MarkedQuestion
    after: MarkedQuestion
    unit_before: Standing
    unit_after: Standing
    #: Number of the newest mark of the question, 0 without one, and its points.
    mark_number: int
    mark_score: Decimal | None

    @property
    def score_before(self) -> Decimal | None:
        """Points of the question that counted; None when it had no mark."""
        return self.before.points if self.before.is_counted else None

    @property
    def score_after(self) -> Decimal | None:
        """Points of the question that count now; None when it has no mark or is left out."""
        return self.after.points if self.after.is_counted else None

    @property
    def is_affected(self) -> bool:
        """Whether anything is different for the candidate."""
        before = (self.score_before, self.unit_before)
        return before != (self.score_after, self.unit_after)

    @property
    def turns(self) -> bool:
        """Whether the proposal on the unit is another one."""
        return self.unit_before.outcome is not self.unit_after.outcome

    @property
    def new_mark(self) -> Decimal | None:
        """Points of the mark the correction gives; None where the one there is does."""
        if self.after.correction is Correction.FULL_POINTS:
            given: Decimal | None = self.max_score
        elif self.after.correction is Correction.DROPPED:
            # Nobody need mark what is left out; a mark that was given stays as it is.
            given = ZERO if self.mark_score is None else None
        else:
            given = self.after.score
        return None if given == self.mark_score else given


def effects_of(session: Session, revision: ItemRevision, wanted: Wanted) -> list[Effect]:
    """The effect of a correction on every ended attempt with this question, by seat.

    Two statements, whatever the number of attempts and questions.
    """
    rules = _rules(session, revision.id)
    found = []
    for _, rows in groupby(_rows(session, revision), key=lambda row: row.attempt_id):
        found.append(_effect(revision, wanted, list(rows), rules))
    return sorted(found, key=lambda effect: effect.seat_id.hex)


@dataclass(frozen=True)
class _Rules:
    """How a paper counts."""

    policy: ScoringPolicy
    passing: PassRule


def _rules(session: Session, revision_id: uuid.UUID) -> dict[uuid.UUID, _Rules]:
    rows = session.execute(
        sa.select(Paper.id, Paper.scoring, Blueprint.pass_rule, SchemeVersion.exam_pass_percent)
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(SchemeVersion, SchemeVersion.id == Blueprint.scheme_version_id)
        .where(Paper.id.in_(_papers(revision_id)))
    )
    return {
        paper_id: _Rules(ScoringPolicy.read(scoring), PassRule.in_force(rule, percent))
        for paper_id, scoring, rule, percent in rows
    }


def _papers(revision_id: uuid.UUID) -> sa.Select[tuple[uuid.UUID]]:
    return sa.select(PaperQuestion.paper_id).where(PaperQuestion.revision_id == revision_id)


def _rows(session: Session, revision: ItemRevision) -> Iterator[sa.Row[Any]]:
    """The questions of the unit in every ended attempt, with marks; the question's own response.

    Only the questions of one unit: an item measures one criterion, so its key can turn one unit.
    """
    unit = (
        sa.select(Element.unit_id)
        .join(Criterion, Criterion.element_id == Element.id)
        .join(Item, Item.criterion_id == Criterion.id)
        .where(Item.id == revision.item_id)
        .scalar_subquery()
    )
    later = aliased(Mark)
    newest = (
        sa.select(sa.func.max(later.number))
        .where(later.attempt_id == Attempt.id, later.position == PaperQuestion.position)
        .correlate(Attempt, PaperQuestion)
        .scalar_subquery()
    )
    same = Attempt.id, PaperQuestion.position
    return iter(
        session.execute(
            sa.select(
                Attempt.id.label("attempt_id"),
                Attempt.seat_id,
                Attempt.paper_id,
                PaperQuestion.position,
                PaperQuestion.revision_id,
                PaperQuestion.max_score,
                PaperQuestion.counts,
                Element.unit_id,
                Criterion.id.label("criterion_id"),
                KeyChange.kind,
                Script.state.label("script"),
                Mark.number,
                Mark.score,
                Answer.response,
            )
            .join(PaperQuestion, PaperQuestion.paper_id == Attempt.paper_id)
            .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
            .join(Item, Item.id == ItemRevision.item_id)
            .join(Criterion, Criterion.id == Item.criterion_id)
            .join(Element, Element.id == Criterion.element_id)
            .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
            .outerjoin(Script, sa.and_(Script.attempt_id == same[0], Script.position == same[1]))
            .outerjoin(
                Mark,
                sa.and_(
                    Mark.attempt_id == same[0], Mark.position == same[1], Mark.number == newest
                ),
            )
            .outerjoin(
                Answer,
                sa.and_(
                    Answer.attempt_id == same[0],
                    Answer.position == same[1],
                    PaperQuestion.revision_id == revision.id,
                ),
            )
            .where(
                Attempt.state != AttemptState.OPEN,
                Attempt.paper_id.in_(_papers(revision.id)),
                Element.unit_id == unit,
            )
            .order_by(Attempt.id, PaperQuestion.position)
            .execution_options(yield_per=5000)
        )
    )


def _effect(
    revision: ItemRevision,
    wanted: Wanted,
    rows: list[sa.Row[Any]],
    rules: Mapping[uuid.UUID, _Rules],
) -> Effect:
    place = next(n for n, row in enumerate(rows) if row.revision_id == revision.id)
    own = rows[place]
    rule = rules[own.paper_id]
    before = [_question(row) for row in rows]
    score = None
    if wanted.kind is Correction.NEW_KEY:
        score = score_of(revision, own.response, own.max_score, rule.policy, key=wanted.key)
    after = corrected(before[place], wanted.kind, score)
    changed = [*before[:place], after, *before[place + 1 :]]
    return Effect(
        attempt_id=own.attempt_id,
        seat_id=own.seat_id,
        position=own.position,
        max_score=own.max_score,
        before=before[place],
        after=after,
        unit_before=standing(before, own.unit_id, rule.passing),
        unit_after=standing(changed, own.unit_id, rule.passing),
        mark_number=own.number or 0,
        mark_score=own.score,
    )


def _question(row: sa.Row[Any]) -> MarkedQuestion:
    waits = row.script not in (None, ScriptState.SETTLED)
    return MarkedQuestion(
        row.unit_id,
        row.criterion_id,
        row.max_score,
        None if waits else row.score,
        row.counts,
        row.kind,
    )
