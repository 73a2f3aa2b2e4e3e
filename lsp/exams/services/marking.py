"""Marks: by the key for what the key decides, by the seat's assessor for the rest."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp import audit
from lsp.exams.models import (
    Answer,
    Attempt,
    ExamSession,
    ItemRevision,
    Mark,
    Paper,
    PaperQuestion,
    Seat,
)
from lsp.exams.rules.items import RULES, ScoringPolicy
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.rules.marking import check_mark
from lsp.exams.services.scoring import score_of
from lsp.texts import NotFound

#: Attempts shown under "marked already".
RECENT = 20


@dataclass(frozen=True)
class MarkableAttempt:
    """An attempt on a marker's list; ``unmarked`` is how many answers wait for a mark."""

    attempt: Attempt
    session: ExamSession
    unmarked: int


@dataclass(frozen=True)
class MarkableAnswer:
    """A question that needs a person: revision, what was answered, and its marks, oldest first."""

    position: int
    max_score: Decimal
    revision: ItemRevision
    answer: Answer
    marks: list[Mark]

    @property
    def mark(self) -> Mark | None:
        """The mark that counts."""
        return self.marks[-1] if self.marks else None


def mark_attempt(session: Session, attempt_id: uuid.UUID, now: datetime) -> None:
    """Mark by the key whatever the key decides, once an attempt has ended.

    Questions with a mark keep it, so a second call changes nothing. An unanswered question gets
    0, also an essay. Sets ``marked_at`` when nothing is left for a person. Raises NotFound for an
    unknown attempt, ValueError while answers may still come. The number of statements does not
    depend on the number of questions.
    """
    attempt = _lock(session, attempt_id)
    if attempt.state is AttemptState.OPEN:
        raise ValueError("an open attempt cannot be marked")
    marked = set(session.scalars(sa.select(Mark.position).where(Mark.attempt_id == attempt_id)))
    stored = session.scalar(sa.select(Paper.scoring).where(Paper.id == attempt.paper_id))
    policy = ScoringPolicy.read(stored or {})
    rows = session.execute(
        sa.select(PaperQuestion.position, PaperQuestion.max_score, ItemRevision, Answer.response)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .outerjoin(
            Answer,
            (Answer.attempt_id == attempt_id) & (Answer.position == PaperQuestion.position),
        )
        .where(PaperQuestion.paper_id == attempt.paper_id)
        .order_by(PaperQuestion.position)
    )
    waiting = 0
    for position, max_score, revision, response in rows:
        if position in marked:
            continue
        score = score_of(revision, response, max_score, policy)
        if score is None:
            waiting += 1
            continue
        session.add(
            Mark(
                attempt_id=attempt_id,
                position=position,
                number=1,
                score=score,
                max_score=max_score,
                at=now,
            )
        )
    if not waiting and attempt.marked_at is None:
        attempt.marked_at = now
    session.flush()


def mark_answer(
    session: Session,
    *,
    attempt_id: uuid.UUID,
    position: int,
    marker_id: uuid.UUID,
    score: Decimal,
    comment: str,
    now: datetime,
) -> Mark:
    """Give points for one answer; an earlier mark stays on record and counts no more.

    Raises NotFound unless the person is the marker of the seat and the question needs a person,
    Refusal for points out of range, off the quarter, or below the maximum without a comment.
    """
    question = get_answer(session, attempt_id, position, marker_id)
    check_mark(score, question.max_score, comment)
    attempt = _lock(session, attempt_id)
    # Counted again behind the lock: another window of the same marker may have been quicker.
    newest = session.scalar(
        sa.select(Mark)
        .where(Mark.attempt_id == attempt_id, Mark.position == position)
        .order_by(Mark.number.desc())
        .limit(1)
    )
    given = (marker_id, score, comment.strip())
    if newest is not None and (newest.marker_id, newest.score, newest.comment) == given:
        return newest  # the same form, sent twice
    mark = Mark(
        attempt_id=attempt_id,
        position=position,
        number=(newest.number if newest else 0) + 1,
        score=score,
        max_score=question.max_score,
        marker_id=marker_id,
        comment=comment.strip(),
        at=now,
    )
    session.add(mark)
    session.flush()
    if attempt.marked_at is None and not _unmarked(session, attempt):
        attempt.marked_at = now
    audit.record(
        session,
        action="answer.marked",
        subject_type="attempt",
        subject_id=attempt_id,
        actor_id=marker_id,
        now=now,
        detail={"position": position, "number": mark.number},
    )
    return mark


def attempts_to_mark(session: Session, marker_id: uuid.UUID) -> list[MarkableAttempt]:
    """Ended attempts of this marker's seats that wait for marks, longest waiting first."""
    return _attempts(
        session,
        sa.and_(Seat.marker_id == marker_id, Attempt.marked_at.is_(None)),
        Attempt.ended_at.asc(),
        limit=200,
    )


def marked_attempts(session: Session, marker_id: uuid.UUID) -> list[MarkableAttempt]:
    """The attempts of this marker's seats that were marked last."""
    return _attempts(
        session,
        sa.and_(Seat.marker_id == marker_id, Attempt.marked_at.is_not(None)),
        Attempt.marked_at.desc(),
        limit=RECENT,
    )


def _attempts(
    session: Session,
    condition: sa.ColumnElement[bool],
    order: sa.UnaryExpression[datetime | None],
    *,
    limit: int,
) -> list[MarkableAttempt]:
    rows = session.execute(
        sa.select(Attempt, _unmarked_count())
        .join(Attempt.seat)
        .join(Seat.session)
        .where(condition, Attempt.state != AttemptState.OPEN)
        .order_by(order)
        .limit(limit)
        .options(contains_eager(Attempt.seat).contains_eager(Seat.session))
    )
    return [MarkableAttempt(attempt, attempt.seat.session, unmarked) for attempt, unmarked in rows]


def _unmarked_count() -> sa.ScalarSelect[int]:
    """How many questions of ``Attempt`` have no mark yet."""
    # Named outright: correlating by itself, it would ask for a mark in any attempt at all.
    marked = (
        sa.exists()
        .where(Mark.attempt_id == Attempt.id, Mark.position == PaperQuestion.position)
        .correlate(Attempt, PaperQuestion)
    )
    return (
        sa.select(sa.func.count())
        .select_from(PaperQuestion)
        .where(PaperQuestion.paper_id == Attempt.paper_id, ~marked)
        .correlate(Attempt)
        .scalar_subquery()
    )


def _unmarked(session: Session, attempt: Attempt) -> int:
    return session.scalar(sa.select(_unmarked_count()).where(Attempt.id == attempt.id)) or 0


def get_markable(session: Session, attempt_id: uuid.UUID, marker_id: uuid.UUID) -> Attempt:
    """An ended attempt at a seat this person marks, with its session. Raises NotFound."""
    attempt = session.scalar(
        sa.select(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .where(
            Attempt.id == attempt_id,
            Attempt.state != AttemptState.OPEN,
            Seat.marker_id == marker_id,
        )
        .options(contains_eager(Attempt.seat).contains_eager(Seat.session))
    )
    if attempt is None:
        raise NotFound
    return attempt


def answers_to_mark(session: Session, attempt: Attempt) -> Sequence[MarkableAnswer]:
    """The answers of an attempt that need a person, by position, with all their marks."""
    types = [type_ for type_, rules in RULES.items() if rules.needs_person]
    rows = session.execute(
        sa.select(PaperQuestion.position, PaperQuestion.max_score, ItemRevision, Answer)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .join(
            Answer,
            (Answer.attempt_id == attempt.id) & (Answer.position == PaperQuestion.position),
        )
        .where(
            PaperQuestion.paper_id == attempt.paper_id,
            ItemRevision.type.in_(types),
            Answer.response.is_not(None),
        )
        .order_by(PaperQuestion.position)
    )
    marks: dict[int, list[Mark]] = {}
    for mark in session.scalars(
        sa.select(Mark).where(Mark.attempt_id == attempt.id).order_by(Mark.number)
    ):
        marks.setdefault(mark.position, []).append(mark)
    return [
        MarkableAnswer(position, max_score, revision, answer, marks.get(position, []))
        for position, max_score, revision, answer in rows
    ]


def get_answer(
    session: Session, attempt_id: uuid.UUID, position: int, marker_id: uuid.UUID
) -> MarkableAnswer:
    """One answer this person may mark. Raises NotFound."""
    attempt = get_markable(session, attempt_id, marker_id)
    for answer in answers_to_mark(session, attempt):
        if answer.position == position:
            return answer
    raise NotFound


def _lock(session: Session, attempt_id: uuid.UUID) -> Attempt:
    attempt = session.scalar(sa.select(Attempt).where(Attempt.id == attempt_id).with_for_update())
    if attempt is None:
        raise NotFound
    return attempt
