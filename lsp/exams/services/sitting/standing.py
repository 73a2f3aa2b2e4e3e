"""How a sitting stands: everything that decides what an arriving answer counts for."""

import uuid
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from lsp.accounts.models import Person, SignInSession
from lsp.accounts.services.sessions import admits
from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState


class Standing(NamedTuple):
    """One sitting's paper, state and clock, and in what words its candidate is told."""

    paper_id: uuid.UUID
    state: AttemptState
    started_at: datetime
    #: Without a pause that goes on.
    deadline: datetime
    paused_at: datetime | None
    pause_ends_at: datetime | None
    #: Number of the newest window.
    window: int
    #: ``timing.granted_minutes``.
    extra_minutes: int
    closes_at: datetime
    timezone: str
    #: Of the candidate's account.
    language: str

    def deadline_at(self, now: datetime) -> datetime:
        """The deadline as it stands now, a pause that goes on included."""
        return timing.deadline_at(
            self.deadline,
            now,
            closes_at=self.closes_at,
            paused_at=self.paused_at,
            ends_at=self.pause_ends_at,
        )

    def is_paused(self, now: datetime) -> bool:
        """Whether the clock stands."""
        return timing.is_paused(now, self.paused_at, self.pause_ends_at)


_ATTEMPT = ("paper_id", "state", "started_at", "deadline", "paused_at", "pause_ends_at", "window")
#: Tables instead of classes: the hot path needs a few values, and no object that is watched.
_attempts = Attempt.__table__


def _granted_minutes() -> sa.Label[int]:
    """``timing.granted_minutes`` in the words of the database."""
    seat, length = Seat.__table__.c, ExamSession.__table__.c.length_minutes
    # No bound value: the statement goes to the driver as it is (``quick``).
    hundred: sa.ColumnClause[int] = sa.literal_column("100", sa.Integer)
    by_percent = length * (seat.time_percent - hundred) // hundred
    return (seat.extra_minutes + seat.break_minutes + by_percent).label("extra_minutes")


_STANDING = (
    sa.select(
        *(_attempts.c[name] for name in _ATTEMPT),
        _granted_minutes(),
        *(ExamSession.__table__.c[name] for name in ("closes_at", "timezone")),
        Person.__table__.c.language,
    )
    .join_from(_attempts, Seat.__table__)
    .join(ExamSession.__table__)
    .join(Person.__table__, Person.id == Seat.candidate_id)
    .where(_attempts.c.id == sa.bindparam("attempt_id"))
)
#: A person's own sitting.
OF_PERSON = _STANDING.where(Seat.candidate_id == sa.bindparam("person_id"))
_of_session = _STANDING.join(
    SignInSession.__table__, SignInSession.person_id == Seat.candidate_id
).where(admits("exam.sit"))


def locked(statement: sa.Select[tuple[object, ...]]) -> sa.Select[tuple[object, ...]]:
    """Savers share the row; whoever ends the attempt waits for them, so no answer slips past."""
    return statement.with_for_update(read=True, of=_attempts)


OF_PERSON_LOCKED = locked(OF_PERSON)
#: Whoever's it is, held by one alone.
OF_ATTEMPT_ALONE = _STANDING.with_for_update(of=_attempts)
#: Who asks, whether they may and whether the sitting is theirs, in one question.
OF_SESSION_LOCKED = locked(_of_session)
