"""A candidate's seats and the start of a sitting."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, contains_eager, joinedload

from lsp.accounts.models import SignInFailure
from lsp.accounts.rules.guessing import REMEMBERED
from lsp.accounts.services.guessing import Guess, note_failure
from lsp.exams.models import Attempt, ExamSession, Seat, SeatEvent
from lsp.exams.rules import timing
from lsp.exams.rules.kinds import AttemptState
from lsp.exams.services.sitting.attempts import OwnPlace, own_place, place_and_exam
from lsp.exams.services.sitting.clocks import deadline_now
from lsp.skkni.models import SchemeVersion
from lsp.straight import Inquiry, json_words, moment, moment_or_none
from lsp.texts import N_, NotFound, Refusal

#: Seats shown to their candidate; nobody has more than a few.
MOST_SEATS = 100


#: Wrong tokens of a seat in an hour after which the room is told, and how long each further try
#: waits then. Counted for the seat, never for the address: a room shares one.
FREE_TRIES, TRY_WAIT = 5, timedelta(seconds=5)
#: Kind of the ``SeatEvent`` that tells the room.
WRONG_TOKENS = "wrong_tokens"


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

    def minutes_until_close(self, now: datetime) -> int:
        """Minutes this seat has if it begins now, or when the session opens: until it closes."""
        exam = self.seat.session
        room = (exam.closes_at - max(now, exam.opens_at)) // timedelta(minutes=1)
        return max(0, min(self.minutes, room))


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


@dataclass(frozen=True)
class Begun:
    """A sitting that has begun, as much of it as leads to its first question."""

    id: uuid.UUID
    paper_id: uuid.UUID
    seat: OwnPlace


@dataclass(frozen=True)
class Waiting:
    """A seat whose sitting is about to begin, and everything that could keep its paper closed."""

    paper_id: uuid.UUID
    cleared_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    paused_at: datetime | None
    token: str
    #: Until when no token is taken after several wrong ones; None when one is.
    waits_until: datetime | None


_seat, _exam, _attempt = (cast(sa.Table, c.__table__) for c in (Seat, ExamSession, Attempt))
_failure = SignInFailure.__table__.c
_tries = sa.and_(
    _failure.account == sa.bindparam("tried_at"), _failure.at > sa.bindparam("remembered_since")
)


def _locked_seat(database: str) -> sa.Select[Any]:
    """A seat, locked, what keeps its paper closed, and the sitting that has begun there, if any."""
    row, _, _ = json_words(database)
    begun = sa.select(row(_attempt.c.id, _attempt.c.paper_id)).where(
        _attempt.c.seat_id == _seat.c.id
    )
    tries = sa.select(row(sa.func.count(), sa.func.max(_failure.at))).where(_tries)
    return (
        sa.select(
            row(
                *place_and_exam(database),
                row(
                    _seat.c.paper_id,
                    _seat.c.cleared_at,
                    _exam.c.opens_at,
                    _exam.c.paused_at,
                    _exam.c.token,
                ),
                tries.scalar_subquery(),
                begun.correlate(_seat).scalar_subquery(),
            )
        )
        .join_from(_seat, _exam)
        .where(
            _seat.c.id == sa.bindparam("seat_id", type_=sa.Uuid),
            _seat.c.candidate_id == sa.bindparam("person_id", type_=sa.Uuid),
        )
        .with_for_update(of=_seat)
    )


#: A whole room starts within seconds, so a start asks once and writes once.
_LOCKED_SEAT = Inquiry(_locked_seat)
_BEGIN = {
    name: dialect.insert(_attempt)
    .on_conflict_do_nothing(index_elements=["seat_id"])
    .returning(_attempt.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def start_attempt(
    session: Session, *, person_id: uuid.UUID, seat_id: uuid.UUID, token: str, now: datetime
) -> Attempt:
    """``begin_attempt`` for those who go on with the sitting itself."""
    begun = begin_attempt(session, person_id=person_id, seat_id=seat_id, token=token, now=now)
    with_seat = joinedload(Attempt.seat, innerjoin=True).joinedload(Seat.session, innerjoin=True)
    return session.get_one(Attempt, begun.id, options=[with_seat])


def begin_attempt(
    session: Session, *, person_id: uuid.UUID, seat_id: uuid.UUID, token: str, now: datetime
) -> Begun:
    """Open the paper for a candidate and start the clock; a second call returns the same sitting.

    The token is compared without case and white space. Raises NotFound for another person's seat,
    WrongToken, or Refusal while the session is closed, the room is paused or AK.01 (the assessment
    agreement, which comes before any instrument) is not signed by both.

    To call it is the candidate's word that they are who the seat is for, and that they accept the
    rules and to keep the questions to themselves; ``accepted_at`` keeps when.

    The token is kept as it is written on the invigilator's page and compared as it is. It lets
    nobody in who does not hold a seat and is not signed in, so a slow hash, which would make a
    whole room wait for it, would protect nothing.
    """
    seat, waiting, begun = _ask_for_seat(session, person_id, seat_id, now)
    if begun is not None:
        return begun
    _check_may_start(waiting, token, now)
    attempt = {
        "id": uuid.uuid4(),
        "seat_id": seat_id,
        "paper_id": waiting.paper_id,
        "state": AttemptState.OPEN,
        "started_at": now,
        "accepted_at": now,
        "deadline": timing.deadline(
            now,
            length_minutes=seat.session.length_minutes,
            time_percent=seat.time_percent,
            extra_minutes=seat.extra_minutes,
            paused_seconds=0,
            closes_at=seat.session.closes_at,
        ),
    }
    statement = _BEGIN[session.get_bind().dialect.name]
    written = session.execute(statement, attempt).scalar_one_or_none()
    if written is not None:
        return Begun(written, waiting.paper_id, seat)
    # Somebody began here while the lock was waited for: PostgreSQL had asked before it waited.
    return cast(Begun, _ask_for_seat(session, person_id, seat_id, now)[2])


def _ask_for_seat(
    session: Session, person_id: uuid.UUID, seat_id: uuid.UUID, now: datetime
) -> tuple[OwnPlace, Waiting, Begun | None]:
    """Lock a person's own seat and ask what keeps its paper closed, or which sitting has begun."""
    names = {"seat_id": seat_id, "person_id": person_id}
    tried = {"tried_at": _tried_at(seat_id).account, "remembered_since": now - REMEMBERED}
    told = _LOCKED_SEAT.ask_within(session, names | tried)
    if told is None:
        raise NotFound
    of_place, of_exam, of_both, (tries, tried_last), begun = told
    paper_id, cleared_at, opens_at, paused_at, exam_token = of_both
    seat = own_place(of_place, of_exam)
    waiting = Waiting(
        uuid.UUID(paper_id),
        moment_or_none(cleared_at),
        moment(opens_at),
        seat.session.closes_at,
        moment_or_none(paused_at),
        exam_token,
        moment(tried_last) + TRY_WAIT if tries >= FREE_TRIES else None,
    )
    if begun is None:
        return seat, waiting, None
    attempt_id, begun_paper_id = map(uuid.UUID, begun)
    return seat, waiting, Begun(attempt_id, begun_paper_id, seat)


def _check_may_start(seat: Waiting, token: str, now: datetime) -> None:
    """Raise the Refusal that keeps a paper closed, if one does."""
    if now >= seat.closes_at:
        raise Refusal(N_("Sesi ujian ini sudah ditutup. Hubungi LSP untuk jadwal baru."))
    if seat.cleared_at is None:
        raise Refusal(
            N_(
                "Soal dibuka setelah persetujuan asesmen (FR.AK.01) ditandatangani oleh Anda dan"
                " asesor. Tandatangani dulu di halaman Sertifikasi saya."
            )
        )
    if now < seat.opens_at:
        raise Refusal(N_("Sesi ujian ini belum dibuka. Kembali pada waktu yang tertulis."))
    if seat.paused_at is not None:
        raise Refusal(N_("Ujian sedang dijeda oleh pengawas. Mulai setelah ujian dilanjutkan."))
    if seat.waits_until is not None and now < seat.waits_until:
        seconds = ceil((seat.waits_until - now).total_seconds())
        raise Refusal(
            N_("Token salah berkali-kali. Tunggu %(n)s detik, lalu coba lagi."), n=seconds
        )
    if _folded(token) != _folded(seat.token):
        raise WrongToken(N_("Token tidak cocok. Lihat lagi token dari pengawas, lalu ketik ulang."))


def note_wrong_token(session: Session, *, seat_id: uuid.UUID, now: datetime) -> None:
    """Count a wrong token of a seat (``WrongToken``), and tell the room of several, once a day."""
    tried = _tried_at(seat_id)
    note_failure(session, tried, now)
    tries = session.scalar(
        sa.select(sa.func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.account == tried.account)
    )
    name = uuid.uuid5(seat_id, f"{WRONG_TOKENS} {now:%Y-%m-%d}")
    if tries == FREE_TRIES and session.get(SeatEvent, name) is None:
        detail = {"tries": tries}
        session.add(SeatEvent(id=name, seat_id=seat_id, at=now, kind=WRONG_TOKENS, detail=detail))


def _tried_at(seat_id: uuid.UUID) -> Guess:
    """Under what name wrong tokens are counted: beside wrong passwords, apart from all of them."""
    return Guess(f"token {seat_id}", f"token {seat_id}")


def _folded(token: str) -> str:
    return "".join(token.split()).casefold()
