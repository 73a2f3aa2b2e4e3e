"""The end of a sitting: what the key decides is marked, the rest becomes scripts for people."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import (
    Answer,
    Attempt,
    ExamSession,
    ItemRevision,
    KeyChange,
    Mark,
    MarkerTask,
    Marking,
    Paper,
    PaperQuestion,
    Script,
    Seat,
    SessionMarker,
)
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import AttemptState, ItemType, MarkingRole, ScriptState
from lsp.exams.services.scoring import is_in_force, score_now
from lsp.texts import NotFound


@dataclass(frozen=True)
class Waiting:
    """An answer that the key leaves to people."""

    position: int
    revision: ItemRevision
    max_score: Decimal


def mark_attempt(session: Session, attempt_id: uuid.UUID, now: datetime) -> None:
    """Mark by the key whatever the key decides, once an attempt has ended.

    What it leaves unmarked goes to people: essays, files, oral questions (see ``open_scripts``).
    Questions with a mark keep it, so a second call changes nothing; only marks from before the
    attempt was opened again are given anew where they change. An unanswered question gets 0, also
    an essay. Sets ``marked_at`` when nothing is left for a person. Raises NotFound for an
    unknown attempt, ValueError while answers may still come. The number of statements does not
    depend on the number of questions.
    """
    attempt = lock_attempt(session, attempt_id)
    if attempt.state is AttemptState.OPEN:
        raise ValueError("an open attempt cannot be marked")
    newest = {
        mark.position: mark
        for mark in session.scalars(
            sa.select(Mark).where(Mark.attempt_id == attempt_id).order_by(Mark.number)
        )
    }
    reopened_at = attempt.reopened_at
    # Whoever corrects a key holds the paper until all that has ended is marked anew: an attempt
    # ends before that and is seen, or after it and is marked by the new key.
    stored = session.scalar(
        sa.select(Paper.scoring).where(Paper.id == attempt.paper_id).with_for_update(read=True)
    )
    policy = ScoringPolicy.read(stored or {})
    rows = session.execute(
        sa.select(
            PaperQuestion.position,
            PaperQuestion.max_score,
            ItemRevision,
            KeyChange,
            Answer.response,
        )
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .outerjoin(
            Answer,
            (Answer.attempt_id == attempt_id) & (Answer.position == PaperQuestion.position),
        )
        .where(PaperQuestion.paper_id == attempt.paper_id)
        .order_by(PaperQuestion.position)
    )
    waiting: list[Waiting] = []
    for position, max_score, revision, change, response in rows:
        last = newest.get(position)
        if last is not None and (reopened_at is None or last.at > reopened_at):
            continue
        score = score_now(revision, change, response, max_score, policy)
        if score is None:
            waiting.append(Waiting(position, revision, max_score))
            continue
        change_id = change.id if change else None
        given = (score, max_score, change_id)
        if last is not None and (last.score, last.max_score, last.key_change_id) == given:
            continue
        session.add(
            Mark(
                attempt_id=attempt_id,
                position=position,
                number=last.number + 1 if last else 1,
                score=score,
                max_score=max_score,
                key_change_id=change_id,
                at=now,
            )
        )
    if waiting:
        open_scripts(session, attempt, waiting, now)
    elif attempt.marked_at is None:
        attempt.marked_at = now
    session.flush()


def open_scripts(
    session: Session, attempt: Attempt, waiting: Sequence[Waiting], now: datetime
) -> list[Script]:
    """Hand answers to people; returns the scripts that were there already.

    In a session marked by one person each, the assessor of the seat marks it. Where a share is
    marked twice, the manager spreads the answers (``assigning.distribute``) so that both markers
    are found at once; only what was asked face to face stays with who asked.
    """
    exam, seat = session.execute(
        sa.select(ExamSession, Seat)
        .join(Seat, Seat.session_id == ExamSession.id)
        .where(Seat.id == attempt.seat_id)
    ).one()
    known = {
        script.position: script
        for script in session.scalars(sa.select(Script).where(Script.attempt_id == attempt.id))
    }
    marker_id = seat.marker_id if seat.marker_id != seat.candidate_id else None
    for each in waiting:
        if each.position in known:
            continue
        script = Script(
            session_id=exam.id,
            attempt_id=attempt.id,
            position=each.position,
            revision_id=each.revision.id,
            max_score=each.max_score,
            opened_at=now,
        )
        session.add(script)
        is_theirs = not exam.double_marked_percent or each.revision.type is ItemType.ORAL
        if marker_id and is_theirs:
            session.add(
                MarkerTask(
                    script=script, role=MarkingRole.FIRST, marker_id=marker_id, assigned_at=now
                )
            )
    attempt.marked_at = None
    return [known[each.position] for each in waiting if each.position in known]


def mark_again(
    session: Session, attempt: Attempt, waiting: Sequence[Waiting], now: datetime
) -> None:
    """Hand answers to people that came to count after their sitting had been marked.

    What was given was for another answer, so every marker looks again (``open_anew``).
    """
    scripts = open_scripts(session, attempt, waiting, now)
    session.flush()
    open_anew(session, attempt, scripts)


def open_anew(session: Session, attempt: Attempt, scripts: Sequence[Script]) -> None:
    """Let every marker of these answers of an attempt mark them again.

    A third does so only if need be, a control script becomes an answer like any other, and what
    was with somebody who marks no more waits for another. Until then no mark of it counts.
    """
    ids = [script.id for script in scripts]
    controls = [script.id for script in scripts if script.is_control]
    stopped = session.scalars(
        sa.select(MarkerTask.id)
        .join(Script, Script.id == MarkerTask.script_id)
        .join(Script.revision)
        .join(
            SessionMarker,
            (SessionMarker.session_id == Script.session_id)
            & (SessionMarker.person_id == MarkerTask.marker_id),
        )
        .where(
            Script.id.in_(ids),
            # Nobody else has heard what was said face to face.
            ItemRevision.type != ItemType.ORAL,
            SessionMarker.stopped_at.is_not(None),
        )
    ).all()
    session.execute(
        sa.delete(MarkerTask).where(
            MarkerTask.script_id.in_(ids),
            (MarkerTask.role == MarkingRole.THIRD)
            | MarkerTask.script_id.in_(controls)
            | MarkerTask.id.in_(stopped),
        )
    )
    session.execute(sa.update(MarkerTask).where(MarkerTask.script_id.in_(ids)).values(done_at=None))
    for script in scripts:
        script.state, script.settled_at, script.is_control = ScriptState.OPEN, None, False
    attempt.marked_at = None
    session.flush()


def close_scripts(
    session: Session, attempt_id: uuid.UUID, positions: Sequence[int], now: datetime
) -> None:
    """Take answers back from people who had them: something else has marked them."""
    theirs = sa.and_(
        Script.attempt_id == attempt_id,
        Script.position.in_(positions),
        Script.state != ScriptState.SETTLED,
    )
    ids = session.scalars(sa.select(Script.id).where(theirs)).all()
    if not ids:
        return
    session.execute(
        sa.delete(MarkerTask).where(MarkerTask.script_id.in_(ids), MarkerTask.done_at.is_(None))
    )
    session.execute(
        sa.update(Script)
        .where(Script.id.in_(ids))
        .values(state=ScriptState.SETTLED, settled_at=now)
    )


def marked_by_people(session: Session, attempt_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the attempts of which somebody has marked an answer, in whatever role."""
    return set(
        session.scalars(
            sa.select(Script.attempt_id)
            .join(Marking, Marking.script_id == Script.id)
            .where(Script.attempt_id.in_(attempt_ids))
        )
    )


def take_back_scripts(session: Session, attempt_ids: Sequence[uuid.UUID]) -> None:
    """Take the answers of attempts that go on from the people who were to mark them.

    Only before anybody has marked one (``marked_by_people``). The new end hands them out again.
    """
    theirs = sa.select(Script.id).where(Script.attempt_id.in_(attempt_ids))
    session.execute(sa.delete(MarkerTask).where(MarkerTask.script_id.in_(theirs)))
    session.execute(sa.delete(Script).where(Script.attempt_id.in_(attempt_ids)))


def share_papers(session: Session, attempts: Sequence[Attempt]) -> None:
    """Keep corrections of keys away from the papers of attempts that are to be marked together.

    All at once and in the order in which a correction takes them, before the audit trail is
    touched: otherwise the two could each hold what the other waits for.
    """
    session.execute(
        sa.select(Paper.id)
        .where(Paper.id.in_({attempt.paper_id for attempt in attempts}))
        .order_by(Paper.id)
        .with_for_update(read=True)
    ).all()


def lock_attempt(session: Session, attempt_id: uuid.UUID) -> Attempt:
    """An attempt, held until the transaction ends: marks of one attempt are given in turn.

    Raises NotFound for an unknown one.
    """
    attempt = session.scalar(
        sa.select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if attempt is None:
        raise NotFound
    return attempt
