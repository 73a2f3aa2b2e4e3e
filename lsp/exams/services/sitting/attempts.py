"""What a candidate sees of a sitting, and which window holds it."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp.exams.models import Answer, Attempt, ExamSession, Seat
from lsp.exams.services.questions import Question, paper_view
from lsp.skkni.models import SchemeVersion
from lsp.texts import NotFound


@dataclass(frozen=True)
class Given:
    """What a candidate has answered to one question so far."""

    seq: int
    response: dict[str, Any] | None
    is_doubtful: bool


@dataclass(frozen=True)
class Sitting:
    """Everything a candidate's page shows of one sitting."""

    attempt: Attempt
    exam: ExamSession
    questions: dict[int, Question]
    answers: dict[int, Given]

    @property
    def answered(self) -> list[int]:
        """Positions with an answer."""
        return [p for p in self.questions if p in self.answers and self.answers[p].response]

    @property
    def unanswered(self) -> list[int]:
        """Positions without an answer."""
        return [p for p in self.questions if p not in self.answered]

    @property
    def doubtful(self) -> list[int]:
        """Positions marked as doubtful (ragu-ragu), answered or not."""
        return [p for p in self.questions if p in self.answers and self.answers[p].is_doubtful]


def get_own_attempt(session: Session, person_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt:
    """A person's own sitting with its seat and session. Raises NotFound for anybody else's."""
    attempt = session.scalars(
        sa.select(Attempt)
        .join(Attempt.seat)
        .join(Seat.session)
        .where(Attempt.id == attempt_id, Seat.candidate_id == person_id)
        .options(
            contains_eager(Attempt.seat)
            .contains_eager(Seat.session)
            .joinedload(ExamSession.scheme_version, innerjoin=True)
            .joinedload(SchemeVersion.scheme, innerjoin=True)
        )
    ).one_or_none()
    if attempt is None:
        raise NotFound
    return attempt


def attempt_view(session: Session, person_id: uuid.UUID, attempt_id: uuid.UUID) -> Sitting:
    """A person's own sitting with questions and answers. Raises NotFound for anybody else's."""
    attempt = get_own_attempt(session, person_id, attempt_id)
    rows = session.execute(
        sa.select(Answer.position, Answer.seq, Answer.response, Answer.is_doubtful)
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.position)
    )
    return Sitting(
        attempt=attempt,
        exam=attempt.seat.session,
        questions=paper_view(session, attempt.paper_id),
        answers={row.position: Given(row.seq, row.response, row.is_doubtful) for row in rows},
    )


def open_window(session: Session, *, person_id: uuid.UUID, attempt_id: uuid.UUID) -> int:
    """Let a new browser window take a sitting over; returns its number.

    Raises NotFound for anybody else's sitting.
    """
    window = session.execute(
        sa.update(Attempt)
        .where(
            Attempt.id == attempt_id,
            Attempt.seat_id.in_(sa.select(Seat.id).where(Seat.candidate_id == person_id)),
        )
        .values(window=Attempt.window + 1)
        .returning(Attempt.window)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if window is None:
        raise NotFound
    return window
