"""A correction takes effect: the key changes and everything that has ended is marked anew."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import (
    Attempt,
    KeyChange,
    KeyEffect,
    KeyProposal,
    Mark,
    MarkerTask,
    Paper,
    PaperQuestion,
    Script,
)
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import AttemptState, ScriptState
from lsp.exams.services.correcting.effects import Effect, Wanted, effects_of
from lsp.exams.services.correcting.proposing import in_force, is_asked_of, lock_proposal
from lsp.exams.services.correcting.restoring import hand_back
from lsp.texts import N_, Refusal


def confirm_correction(
    session: Session, proposal_id: uuid.UUID, *, actor_id: uuid.UUID, now: datetime
) -> KeyChange:
    """Put a proposed correction in force and mark anew, in the caller's transaction.

    Every attempt that has ended and asks this question gets a new mark where the old one differs,
    and a record of before and after where anything changed for the candidate. Attempts that are
    still open get the new key when they end. The number of statements does not depend on the
    number of attempts. Raises NotFound, and Refusal when the proposal is closed, the person
    proposed it themselves, or the question was in their own exam or in the proposer's.
    """
    proposal = lock_proposal(session, proposal_id)
    if proposal.proposed_by_id == actor_id:
        raise Refusal(N_("Koreksi disahkan oleh orang lain, bukan oleh pengusulnya."))
    if is_asked_of(session, proposal.revision_id, actor_id):
        raise Refusal(
            N_("Soal ini ada dalam ujian Anda sendiri. Minta orang lain mengesahkan koreksinya.")
        )
    if is_asked_of(session, proposal.revision_id, proposal.proposed_by_id):
        raise Refusal(
            N_(
                "Soal ini ada dalam ujian pengusulnya. Tarik usulan ini, lalu minta orang lain"
                " mengusulkannya."
            )
        )
    revision = proposal.revision
    _hold(session, revision.id)
    effects = effects_of(session, revision, Wanted(proposal.kind, proposal.key))
    change = _change(session, proposal, effects, actor_id, now)
    _mark_anew(session, change, effects, now)
    hand_back(session, revision, effects, now)
    proposal.closed_at, proposal.closed_by_id = now, actor_id
    session.flush()
    audit.record(
        session,
        action="item.key_corrected",
        subject_type="item",
        subject_id=revision.item_id,
        actor_id=actor_id,
        now=now,
        detail={
            "identifier": revision.item.identifier,
            "revision": revision.number,
            "correction": change.number,
            "kind": change.kind.value,
            "proposed_by": str(proposal.proposed_by_id),
            "attempts": len(effects),
            "affected": sum(effect.is_affected for effect in effects),
        },
    )
    return change


def _hold(session: Session, revision_id: uuid.UUID) -> None:
    """Keep the attempts that ask a question from being marked until the commit.

    Whoever ends an attempt shares its paper's row (``marking.scripts.mark_attempt``), so it is
    either seen here or marked afterwards by the new key. Saving answers waits for nobody. Papers
    come in one order, here and where many attempts end at once (``marking.share_papers``), and
    before the audit trail, so that neither waits for the other.
    """
    asked = sa.select(PaperQuestion.paper_id).where(PaperQuestion.revision_id == revision_id)
    session.execute(
        sa.select(Paper.id)
        .where(Paper.id.in_(asked))
        .order_by(Paper.id)
        .with_for_update(key_share=True)
    ).all()
    session.execute(
        sa.select(Attempt.id)
        .where(Attempt.paper_id.in_(asked), Attempt.state != AttemptState.OPEN)
        .order_by(Attempt.id)
        .with_for_update(key_share=True)
    ).all()


def _change(
    session: Session,
    proposal: KeyProposal,
    effects: Sequence[Effect],
    actor_id: uuid.UUID,
    now: datetime,
) -> KeyChange:
    old = in_force(session, proposal.revision_id)
    change = KeyChange(
        revision_id=proposal.revision_id,
        number=old.number + 1 if old else 1,
        proposal_id=proposal.id,
        kind=proposal.kind,
        key=proposal.key,
        old_kind=old.kind if old else None,
        old_key=old.key if old else proposal.revision.key,
        reason=proposal.reason,
        proposed_by_id=proposal.proposed_by_id,
        actor_id=actor_id,
        at=now,
        attempts=len(effects),
    )
    session.add(change)
    session.flush()
    return change


def _mark_anew(
    session: Session, change: KeyChange, effects: Sequence[Effect], now: datetime
) -> None:
    """Marks and records of every attempt, written in bulk."""
    marks = [_mark(change, effect, now) for effect in effects if effect.new_mark is not None]
    if marks:
        session.execute(sa.insert(Mark), marks)
    records = [_record(change, effect) for effect in effects if effect.is_affected]
    if records:
        session.execute(sa.insert(KeyEffect), records)
    if change.kind is not Correction.NEW_KEY:
        _release(session, change.revision_id, now)


def _mark(change: KeyChange, effect: Effect, now: datetime) -> dict[str, Any]:
    return {
        "attempt_id": effect.attempt_id,
        "position": effect.position,
        "number": effect.mark_number + 1,
        "score": effect.new_mark,
        "max_score": effect.max_score,
        "key_change_id": change.id,
        "at": now,
    }


def _record(change: KeyChange, effect: Effect) -> dict[str, Any]:
    before, after = effect.unit_before, effect.unit_after
    return {
        "key_change_id": change.id,
        "attempt_id": effect.attempt_id,
        "position": effect.position,
        "score_before": effect.score_before,
        "score_after": effect.score_after,
        "unit_id": before.score.unit_id,
        "unit_score_before": before.score.score,
        "unit_max_before": before.score.max_score,
        "outcome_before": before.outcome,
        "unit_score_after": after.score.score,
        "unit_max_after": after.score.max_score,
        "outcome_after": after.outcome,
    }


def _release(session: Session, revision_id: uuid.UUID, now: datetime) -> None:
    """Nobody need mark this question any more: take it from its markers, end what waited for it."""
    waiting = sa.select(Script.id).where(
        Script.revision_id == revision_id, Script.state != ScriptState.SETTLED
    )
    session.execute(
        sa.delete(MarkerTask)
        .where(MarkerTask.script_id.in_(waiting), MarkerTask.done_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(Script)
        .where(Script.id.in_(waiting))
        .values(state=ScriptState.SETTLED, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.update(Attempt)
        .where(
            Attempt.state != AttemptState.OPEN,
            Attempt.marked_at.is_(None),
            Attempt.paper_id.in_(
                sa.select(PaperQuestion.paper_id).where(PaperQuestion.revision_id == revision_id)
            ),
            ~_waits(),
        )
        .values(marked_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _waits() -> sa.ColumnElement[bool]:
    """Condition on ``Attempt``: a question has no mark, or is with its markers."""
    marked = (
        sa.exists()
        .where(Mark.attempt_id == Attempt.id, Mark.position == PaperQuestion.position)
        .correlate(Attempt, PaperQuestion)
    )
    unmarked = (
        sa.exists().where(PaperQuestion.paper_id == Attempt.paper_id, ~marked).correlate(Attempt)
    )
    unsettled = (
        sa.exists()
        .where(Script.attempt_id == Attempt.id, Script.state != ScriptState.SETTLED)
        .correlate(Attempt)
    )
    return unmarked | unsettled
