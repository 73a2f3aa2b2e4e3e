"""A candidate's seats and the start of a sitting."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lsp.exams.models import Attempt, ExamSession, Seat
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting.clocks import deadline_now, deadline_of
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal

#: Seats shown to their candidate; nobody has more than a few.
MOST_SEATS = 100


class WrongToken(Refusal):
    """The token is not the one the invigilator gave for this session."""


class Stage(StrEnum):
    """What a seat waits for, seen by its candidate."""

    AGREEMENT = "agreement"
    OPENING = "opening"
    #: The room is paused: it goes on when the invigilator says so.
    PAUSED = "paused"
    READY = "ready"
    SITTING = "sitting"
    ENDED = "ended"
    MISSED = "missed"


@dataclass(frozen=True)
class OwnSeat:
    """A seat with its sitting, if it has begun."""

    seat: Seat
    attempt: Attempt | None

    def stage(self, now: datetime, grace: timedelta) -> Stage:
        """What the seat waits for at this moment."""
        if self.attempt is not None:
            writable = self.attempt.state is AttemptState.OPEN
            ends_at = deadline_now(self.seat.session, self.attempt, now)
            still = writable and timing.is_open(ends_at, now, grace)
            return Stage.SITTING if still else Stage.ENDED
        if now >= self.seat.session.closes_at:
            return Stage.MISSED
        if self.seat.cleared_at is None:
            return Stage.AGREEMENT
        if now < self.seat.session.opens_at:
            return Stage.OPENING
        return Stage.READY if self.seat.session.paused_at is None else Stage.PAUSED

    @property
    def minutes(self) -> int:
        """Minutes this seat has: the session's length by its own percentage, and extra time."""
        length = self.seat.session.length_minutes * self.seat.time_percent // 100
        return length + self.seat.extra_minutes


def own_seats(session: Session, person_id: uuid.UUID) -> list[OwnSeat]:
    """A person's seats, the newest session first."""
    rows = session.execute(
        _seats(person_id).order_by(ExamSession.opens_at.desc(), Seat.id).limit(MOST_SEATS)
    )
    return [OwnSeat(seat, attempt) for seat, attempt in rows]


def get_own_seat(session: Session, person_id: uuid.UUID, seat_id: uuid.UUID) -> OwnSeat:
    """One of a person's own seats. Raises NotFound for anybody else's."""
    row = session.execute(_seats(person_id).where(Seat.id == seat_id)).one_or_none()
    if row is None:
        raise NotFound
    return OwnSeat(*row)


def _seats(person_id: uuid.UUID) -> sa.Select[Seat, Attempt]:
    return (
        sa.select(Seat, Attempt)
        .join(Seat.session)
        .outerjoin(Attempt, Attempt.seat_id == Seat.id)
        .where(Seat.candidate_id == person_id)
        .options(
            contains_eager(Seat.session)
            .joinedload(ExamSession.scheme_version, innerjoin=True)
            .joinedload(SchemeVersion.scheme, innerjoin=True)
        )
    )


#: Built once: a whole room starts within seconds.
_LOCKED_SEAT = (
    sa.select(Seat)
    .where(Seat.id == sa.bindparam("seat_id"), Seat.candidate_id == sa.bindparam("person_id"))
    .options(joinedload(Seat.session, innerjoin=True))
    .with_for_update(of=Seat)
)
_BEGUN = sa.select(Attempt).where(Attempt.seat_id == sa.bindparam("seat_id"))


def start_attempt(
    session: Session, *, person_id: uuid.UUID, seat_id: uuid.UUID, token: str, now: datetime
) -> Attempt:
    """Open the paper for a candidate and start the clock; a second call returns the same sitting.

    The token is compared without case and white space. Raises NotFound for another person's seat,
    WrongToken, or Refusal while the session is closed, the room is paused or AK.01 (the assessment
    agreement, which comes before any instrument) is not signed by both.

    To call it is the candidate's word that they are who the seat is for, and that they accept the
    rules and to keep the questions to themselves; ``accepted_at`` keeps when.
    """
    names = {"seat_id": seat_id, "person_id": person_id}
    seat = session.scalars(_LOCKED_SEAT, names).one_or_none()
    if seat is None:
        raise NotFound
    # Asked once the seat is locked: whoever came a moment before has started by then.
    attempt = session.scalars(_BEGUN, names).one_or_none()
    if attempt is not None:
        return attempt
    exam = seat.session
    if now >= exam.closes_at:
        raise Refusal(N_("Sesi ujian ini sudah ditutup. Hubungi LSP untuk jadwal baru."))
    if seat.cleared_at is None:
        raise Refusal(
            N_(
                "Soal dibuka setelah persetujuan asesmen (FR.AK.01) ditandatangani oleh Anda dan"
                " asesor. Tandatangani dulu di halaman Sertifikasi saya."
            )
        )
    if now < exam.opens_at:
        raise Refusal(N_("Sesi ujian ini belum dibuka. Kembali pada waktu yang tertulis."))
    if exam.paused_at is not None:
        raise Refusal(N_("Ujian sedang dijeda oleh pengawas. Mulai setelah ujian dilanjutkan."))
    if _folded(token) != _folded(exam.token):
        raise WrongToken(N_("Token tidak cocok. Lihat lagi token dari pengawas, lalu ketik ulang."))
    attempt = Attempt(
        seat=seat,
        paper_id=seat.paper_id,
        state=AttemptState.OPEN,
        started_at=now,
        accepted_at=now,
        paused_seconds=0,
    )
    attempt.deadline = deadline_of(exam, seat, attempt)
    session.add(attempt)
    session.flush()
    return attempt


def _folded(token: str) -> str:
    return "".join(token.split()).casefold()
