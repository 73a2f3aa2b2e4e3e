"""What a correction changes: for every attempt that has ended, points and unit before and after.

A few statements read it all, whatever the number of attempts: papers are read once, and of each
attempt only its marks. The sums are done here, since exact decimals are kept as text.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
from lsp.exams.rules.items import RULES, ScoringPolicy
from lsp.exams.rules.kinds import AttemptState, ScriptState
from lsp.exams.rules.passing import PassRule
from lsp.exams.services.correcting.people import marks_of_people
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
    def waits(self) -> bool:
        """Whether the answer is for its markers again: no key decides, and they gave nothing."""
        return self.after.correction is Correction.NEW_KEY and self.after.score is None

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

    The number of statements depends neither on the attempts nor on the questions. Only one unit
    is looked at: an item measures one criterion, so its key can turn one unit.
    """
    papers = _papers(session, revision)
    ended = _ended(session, revision.id)
    marks = _marks(session, ended, papers)
    waiting = _waiting(session, revision.id)
    given: Mapping[uuid.UUID, Decimal] = {}
    if RULES[revision.type].needs_person and wanted.kind is Correction.NEW_KEY:
        given = marks_of_people(session, revision.id)
    effects = [
        _effect(
            revision,
            wanted,
            row,
            paper=papers[row.paper_id],
            marks=marks[row.id],
            waiting=waiting[row.id],
            given=given.get(row.id),
        )
        for row in ended
    ]
    return sorted(effects, key=lambda effect: effect.seat_id.hex)


@dataclass(frozen=True)
class _Paper:
    """How a paper counts, and its questions of the unit, by position, without marks."""

    policy: ScoringPolicy
    passing: PassRule
    #: Position of the question whose key is corrected.
    position: int
    questions: dict[int, MarkedQuestion] = field(default_factory=dict)


@dataclass(frozen=True)
class _Given:
    """The mark that counts for a question."""

    number: int
    score: Decimal


def _asking(revision_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(PaperQuestion.paper_id).where(PaperQuestion.revision_id == revision_id)


def _papers(session: Session, revision: ItemRevision) -> dict[uuid.UUID, _Paper]:
    rows = session.execute(
        sa.select(
            Paper.id,
            Paper.scoring,
            Blueprint.pass_rule,
            SchemeVersion.exam_pass_percent,
            PaperQuestion.position,
        )
        .join(Blueprint, Blueprint.id == Paper.blueprint_id)
        .join(SchemeVersion, SchemeVersion.id == Blueprint.scheme_version_id)
        .join(PaperQuestion, PaperQuestion.paper_id == Paper.id)
        .where(PaperQuestion.revision_id == revision.id)
    )
    papers = {
        id_: _Paper(ScoringPolicy.read(scoring), PassRule.in_force(rule, percent), position)
        for id_, scoring, rule, percent, position in rows
    }
    unit = (
        sa.select(Element.unit_id)
        .join(Criterion, Criterion.element_id == Element.id)
        .join(Item, Item.criterion_id == Criterion.id)
        .where(Item.id == revision.item_id)
        .scalar_subquery()
    )
    questions = session.execute(
        sa.select(
            PaperQuestion.paper_id,
            PaperQuestion.position,
            Element.unit_id,
            Criterion.id,
            PaperQuestion.max_score,
            PaperQuestion.counts,
            KeyChange.kind,
        )
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .where(PaperQuestion.paper_id.in_(_asking(revision.id)), Element.unit_id == unit)
        .order_by(PaperQuestion.paper_id, PaperQuestion.position)
    )
    for paper_id, position, unit_id, criterion_id, max_score, counts, kind in questions:
        papers[paper_id].questions[position] = MarkedQuestion(
            unit_id, criterion_id, max_score, None, counts, kind
        )
    return papers


def _ended(session: Session, revision_id: uuid.UUID) -> Sequence[sa.Row[Any]]:
    """The attempts that have ended, with what each answered to the question."""
    return session.execute(
        sa.select(Attempt.id, Attempt.seat_id, Attempt.paper_id, Answer.response)
        .join(PaperQuestion, PaperQuestion.paper_id == Attempt.paper_id)
        .outerjoin(
            Answer,
            sa.and_(Answer.attempt_id == Attempt.id, Answer.position == PaperQuestion.position),
        )
        .where(PaperQuestion.revision_id == revision_id, Attempt.state != AttemptState.OPEN)
    ).all()


def _marks(
    session: Session, ended: Sequence[sa.Row[Any]], papers: Mapping[uuid.UUID, _Paper]
) -> dict[uuid.UUID, dict[int, _Given]]:
    """The marks that count of the unit's questions in the ended attempts."""
    wanted = {row.id: papers[row.paper_id].questions for row in ended}
    positions = {position for paper in papers.values() for position in paper.questions}
    rows = session.execute(
        sa.select(Mark.attempt_id, Mark.position, Mark.number, Mark.score)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(
            Attempt.paper_id.in_(papers),
            Attempt.state != AttemptState.OPEN,
            Mark.position.in_(positions),
        )
        .order_by(Mark.attempt_id, Mark.position, Mark.number)
        .execution_options(yield_per=5000)
    )
    found: dict[uuid.UUID, dict[int, _Given]] = defaultdict(dict)
    for attempt_id, position, number, score in rows:
        if position in wanted.get(attempt_id, ()):
            # Later marks of a question follow earlier ones and replace them here.
            found[attempt_id][position] = _Given(number, score)
    return found


def _waiting(session: Session, revision_id: uuid.UUID) -> dict[uuid.UUID, set[int]]:
    """Questions that are with their markers, whatever mark another answer to them had."""
    rows = session.execute(
        sa.select(Script.attempt_id, Script.position)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .where(Attempt.paper_id.in_(_asking(revision_id)), Script.state != ScriptState.SETTLED)
    )
    found: dict[uuid.UUID, set[int]] = defaultdict(set)
    for attempt_id, position in rows:
        found[attempt_id].add(position)
    return found


def _effect(
    revision: ItemRevision,
    wanted: Wanted,
    row: sa.Row[Any],
    *,
    paper: _Paper,
    marks: Mapping[int, _Given],
    waiting: set[int],
    given: Decimal | None,
) -> Effect:
    before = {
        position: replace(question, score=marks[position].score)
        if position in marks and position not in waiting
        else question
        for position, question in paper.questions.items()
    }
    own = before[paper.position]
    score = None
    if wanted.kind is Correction.NEW_KEY:
        score = score_of(revision, row.response, own.max_score, paper.policy, key=wanted.key)
        # No key decides on an answer for people: with the correction undone, what they gave does.
        score = given if score is None else score
    after = corrected(own, wanted.kind, score)
    unit_before = unit_after = standing(list(before.values()), own.unit_id, paper.passing)
    if (own.points, own.is_counted) != (after.points, after.is_counted):
        then = list((before | {paper.position: after}).values())
        unit_after = standing(then, own.unit_id, paper.passing)
    mark = marks.get(paper.position)
    return Effect(
        attempt_id=row.id,
        seat_id=row.seat_id,
        position=paper.position,
        max_score=own.max_score,
        before=own,
        after=after,
        unit_before=unit_before,
        unit_after=unit_after,
        mark_number=mark.number if mark else 0,
        mark_score=mark.score if mark else None,
    )
