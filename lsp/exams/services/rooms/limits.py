"""How much time an invigilator may grant alone: what was lost is made good, and no more.

What a candidate needs for themselves is agreed in FR.AK.07, where a second person confirms what
goes beyond the usual (``adjusting``).
"""

import uuid
from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.models import ExamSession, Seat, SeatEvent
from lsp.exams.services.rooms.events import EXTRA_TIME
from lsp.texts import N_, Refusal

#: Most minutes granted at once, and by which the close of a session is moved at once.
MOST_MINUTES = 180
#: Why nobody is given time before the start.
NOT_BEGUN = N_(
    "Waktu baru bisa ditambah sesudah asesi mulai. Penyesuaian sebelum mulai disepakati lewat"
    " FR.AK.07."
)


def demand_within_length(
    session: Session, exam: ExamSession, seats: Sequence[Seat], minutes: int
) -> None:
    """Raise Refusal where a seat would be granted more in sum than the exam is long.

    The caller holds the seats, so that two grants at once are added up.
    """
    given: Counter[uuid.UUID] = Counter()
    for event in session.scalars(
        sa.select(SeatEvent).where(
            SeatEvent.seat_id.in_([seat.id for seat in seats]), SeatEvent.kind == EXTRA_TIME
        )
    ):
        # What made good the time since a sitting's end is no gain.
        given[event.seat_id] += event.detail.get("granted", event.detail["minutes"])
    for seat in seats:
        if given[seat.id] + minutes > exam.length_minutes:
            raise Refusal(
                N_(
                    "Tambahan waktu di satu kursi paling banyak selama ujiannya, %(most)s menit;"
                    " kursi %(name)s sudah mendapat %(given)s menit. Waktu yang lebih lama"
                    " disepakati lewat FR.AK.07 dan dikonfirmasi orang kedua."
                ),
                most=exam.length_minutes,
                name=seat.candidate.full_name,
                given=given[seat.id],
            )
