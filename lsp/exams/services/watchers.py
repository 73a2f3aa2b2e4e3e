"""Whoever watches over an exam, or runs it, does not sit in it."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp.exams.models import ExamSession, Seat
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal


class OwnExam(Refusal):
    """Somebody turned to a session they sit in, as one of those who run it."""


def get_watched(session: Session, session_id: uuid.UUID, person_id: uuid.UUID) -> ExamSession:
    """A session with its scheme, for somebody who watches over it or runs it; one statement.

    Every page and every act of the room asks this, for the room as for a seat. Raises NotFound
    for an unknown session, OwnExam for who has a seat in it.
    """
    sits_there = (
        sa.exists()
        .where(Seat.session_id == ExamSession.id, Seat.candidate_id == person_id)
        .correlate(ExamSession)
    )
    row = session.execute(
        sa.select(ExamSession, sits_there.label("sits_there"))
        .where(ExamSession.id == session_id)
        .options(
            joinedload(ExamSession.scheme_version, innerjoin=True).joinedload(
                SchemeVersion.scheme, innerjoin=True
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.sits_there:
        raise OwnExam(
            N_(
                "Anda asesi di sesi ini, jadi tidak bisa mengawasi atau mengurusnya. Minta orang"
                " lain."
            )
        )
    exam: ExamSession = row[0]
    return exam
