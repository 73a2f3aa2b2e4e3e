"""Corrections as their pages show them: what waits, what was done, and to whom."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.exams.models import Attempt, Item, ItemRevision, KeyChange, KeyEffect, KeyProposal
from lsp.exams.rules.corrections import Standing
from lsp.exams.rules.marking import UnitScore, percent
from lsp.exams.rules.passing import Outcome
from lsp.exams.services.correcting.effects import Effect, Wanted, effects_of
from lsp.texts import NotFound

#: Candidates on one page of the effect, and corrections on the list.
PAGE_SIZE, LISTED = 50, 100


@dataclass(frozen=True)
class EffectRow:
    """What a correction means for the candidate of one seat."""

    seat_id: uuid.UUID
    score_before: Decimal | None
    score_after: Decimal | None
    unit_before: Standing
    unit_after: Standing

    @property
    def turns(self) -> bool:
        """Whether the proposal on the unit is another one."""
        return self.unit_before.outcome is not self.unit_after.outcome


@dataclass(frozen=True)
class Numbers:
    """A correction counted: ended attempts, those it changes, and proposals that turn."""

    attempts: int
    affected: int
    to_competent: int
    from_competent: int


@dataclass(frozen=True)
class EffectPage:
    """One page of the affected candidates, from 1; those whose proposal turns come first."""

    numbers: Numbers
    rows: list[EffectRow]
    page: int
    pages: int


@dataclass(frozen=True)
class ChangeRow:
    """A correction in force, or one that another has replaced, with its item."""

    change: KeyChange
    revision: ItemRevision
    item: Item


def effects_page(
    session: Session, revision: ItemRevision, wanted: Wanted, page: int = 1
) -> EffectPage:
    """What a correction would do, one page of it; marks nothing."""
    effects = effects_of(session, revision, wanted)
    affected = [effect for effect in effects if effect.is_affected]
    affected.sort(key=lambda effect: (not effect.turns, effect.seat_id.hex))
    numbers = Numbers(
        len(effects),
        len(affected),
        _turned(affected, to=True),
        _turned(affected, to=False),
    )
    page, pages, start = _bounds(len(affected), page)
    rows = [
        EffectRow(e.seat_id, e.score_before, e.score_after, e.unit_before, e.unit_after)
        for e in affected[start : start + PAGE_SIZE]
    ]
    return EffectPage(numbers, rows, page, pages)


def recorded_page(session: Session, change: KeyChange, page: int = 1) -> EffectPage:
    """What a confirmed correction did, one page of it, as recorded then; two statements."""
    same = KeyEffect.key_change_id == change.id
    outcomes = session.execute(
        sa.select(KeyEffect.outcome_before, KeyEffect.outcome_after, sa.func.count())
        .where(same)
        .group_by(KeyEffect.outcome_before, KeyEffect.outcome_after)
    ).all()
    affected = sum(count for _, _, count in outcomes)
    competent = Outcome.COMPETENT
    numbers = Numbers(
        change.attempts,
        affected,
        sum(n for before, after, n in outcomes if after is competent and before is not competent),
        sum(n for before, after, n in outcomes if before is competent and after is not competent),
    )
    page, pages, start = _bounds(affected, page)
    rows = session.execute(
        sa.select(Attempt.seat_id, KeyEffect)
        .join(Attempt, Attempt.id == KeyEffect.attempt_id)
        .where(same)
        .order_by(KeyEffect.outcome_before == KeyEffect.outcome_after, Attempt.seat_id)
        .limit(PAGE_SIZE)
        .offset(start)
    )
    return EffectPage(numbers, [_row(seat_id, effect) for seat_id, effect in rows], page, pages)


def _bounds(total: int, page: int) -> tuple[int, int, int]:
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    return page, pages, (page - 1) * PAGE_SIZE


def _turned(effects: Iterable[Effect], *, to: bool) -> int:
    competent = Outcome.COMPETENT
    return sum(
        effect.turns and (effect.unit_after if to else effect.unit_before).outcome is competent
        for effect in effects
    )


def _row(seat_id: uuid.UUID, effect: KeyEffect) -> EffectRow:
    def standing(score: Decimal, of: Decimal, outcome: Outcome) -> Standing:
        return Standing(UnitScore(effect.unit_id, score, of, percent(score, of)), outcome)

    return EffectRow(
        seat_id,
        effect.score_before,
        effect.score_after,
        standing(effect.unit_score_before, effect.unit_max_before, effect.outcome_before),
        standing(effect.unit_score_after, effect.unit_max_after, effect.outcome_after),
    )


def get_proposal(session: Session, proposal_id: uuid.UUID) -> KeyProposal:
    """A proposal that waits, with revision and item. Raises NotFound."""
    proposal = session.scalar(_proposals().where(KeyProposal.id == proposal_id))
    if proposal is None:
        raise NotFound
    return proposal


def waiting_proposal(session: Session, revision_id: uuid.UUID) -> KeyProposal | None:
    """The proposal for a revision that waits to be confirmed, if there is one."""
    return session.scalar(_proposals().where(KeyProposal.revision_id == revision_id))


def list_proposals(session: Session) -> Sequence[KeyProposal]:
    """Proposals that wait to be confirmed, the oldest first, at most 100."""
    return session.scalars(_proposals().order_by(KeyProposal.proposed_at).limit(LISTED)).all()


def _proposals() -> sa.Select[KeyProposal]:
    return (
        sa.select(KeyProposal)
        .join(KeyProposal.revision)
        .join(ItemRevision.item)
        .where(KeyProposal.closed_at.is_(None))
        .options(contains_eager(KeyProposal.revision).contains_eager(ItemRevision.item))
    )


def list_changes(session: Session) -> list[ChangeRow]:
    """The corrections made last, the newest first, at most 100."""
    return _changes(session, sa.true())


def get_change(session: Session, change_id: uuid.UUID) -> ChangeRow:
    """A correction with its revision and item. Raises NotFound."""
    found = _changes(session, KeyChange.id == change_id)
    if not found:
        raise NotFound
    return found[0]


def changes_of(session: Session, revision_id: uuid.UUID) -> list[ChangeRow]:
    """All corrections of a revision's key, the newest first."""
    return _changes(session, KeyChange.revision_id == revision_id)


def newer_revisions(session: Session, revision: ItemRevision) -> Sequence[ItemRevision]:
    """Those of the same item written after this one, the oldest first."""
    return session.scalars(
        sa.select(ItemRevision)
        .where(ItemRevision.item_id == revision.item_id, ItemRevision.number > revision.number)
        .order_by(ItemRevision.number)
    ).all()


def _changes(session: Session, condition: sa.ColumnElement[bool]) -> list[ChangeRow]:
    rows = session.execute(
        sa.select(KeyChange, ItemRevision, Item)
        .join(ItemRevision, ItemRevision.id == KeyChange.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(condition)
        .order_by(KeyChange.at.desc(), KeyChange.number.desc(), KeyChange.id)
        .limit(LISTED)
    )
    return [ChangeRow(*row) for row in rows]
