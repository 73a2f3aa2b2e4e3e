"""Who sits an exam neither runs it nor reads its questions beforehand."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules.kinds import AttemptState
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal


class OwnExam(Refusal):
    """Somebody turned to a session they sit in, as one of those who run it."""


class ExamNotOver(Refusal):
    """Somebody turned to questions or keys while an exam waits for them, or goes on."""

    def __init__(self, title: str, until: datetime, timezone: str) -> None:
        super().__init__(
            N_(
                "Anda asesi di sesi “%(title)s”, jadi soal, kunci, dan penilaian tertutup bagi Anda"
                " sampai sesi itu ditutup, %(until)s. Minta orang lain."
            ),
            title=title,
            until=until,
        )
        #: Zone of the place, to show ``until`` in.
        self.timezone = timezone


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


def check_exams_over(session: Session, person_id: uuid.UUID, now: datetime) -> None:
    """Raise ExamNotOver for who has an exam before them, or sits one; one statement.

    That is a sitting that is open, or a seat in a session that has not closed: what was handed in
    may be taken back until then. Any exam: a question of the bank may stand in whichever paper, so
    whoever is to answer one reads none of them, nor keys and rubrics.
    """
    sits = Attempt.state == AttemptState.OPEN
    may_sit = ExamSession.closes_at > now
    row = session.execute(
        sa.select(ExamSession.title, ExamSession.closes_at, ExamSession.timezone, Attempt.deadline)
        .select_from(Seat)
        .join(ExamSession, ExamSession.id == Seat.session_id)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .where(Seat.candidate_id == person_id, sits | may_sit)
        .order_by(ExamSession.closes_at.desc())
        .limit(1)
    ).one_or_none()
    if row is not None:
        until = max(row.closes_at, row.deadline or row.closes_at)
        raise ExamNotOver(row.title, until, row.timezone)
