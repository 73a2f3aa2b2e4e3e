"""How much time may be granted in a room: what was lost is made good, and no more.

What a candidate needs for themselves is agreed in FR.AK.07, where a second person confirms what
goes beyond the usual (``adjusting``).
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

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


#: What the event of a grant says that was for a room of several.
FOR_ROOM = "room"
#: One person alone grants one seat so much of the exam's length, in sum: enough to change a device
#: or wait for a network that was away. A clock that must stand longer is paused, and gives back
#: what it stood; what was noticed afterwards is granted further by a second person. Of a grant for
#: the room, which puts nobody before the others, this is no part.
SHARE_PERCENT = 25


def minutes_of_percent(length_minutes: int, percent: int) -> int:
    """Minutes that are so many percent of an exam's length, rounded up."""
    return ceil(length_minutes * percent / 100)


@dataclass(frozen=True)
class Limit:
    """How far a seat is from its limits, in minutes."""

    seat: Seat
    #: What it was granted so far, by anybody, and at most.
    given: int
    most: int
    #: What this person granted it alone, and at most; None where that does not matter.
    own: int
    share: int | None

    @property
    def left(self) -> int:
        """What may still be granted."""
        left = self.most - self.given
        return max(0, left if self.share is None else min(left, self.share - self.own))

    def of_others(self, minutes: int) -> int:
        """How many of these minutes somebody else may still grant, and this person may not."""
        return max(0, min(minutes, self.most - self.given) - self.left)

    def refusal(self) -> Refusal:
        """Why no more may be granted."""
        name = self.seat.candidate.full_name
        if self.share is None or self.most - self.given <= self.share - self.own:
            return Refusal(
                N_(
                    "Tambahan waktu di satu kursi paling banyak selama ujiannya, %(most)s menit;"
                    " kursi %(name)s sudah mendapat %(given)s menit. Waktu yang lebih lama"
                    " disepakati lewat FR.AK.07 dan dikonfirmasi orang kedua."
                ),
                most=self.most,
                name=name,
                given=self.given,
            )
        return Refusal(
            N_(
                "Satu orang menambah paling banyak %(most)s menit di satu kursi, seperempat lama"
                " ujian; di kursi %(name)s Anda sudah memberi %(given)s menit. Selebihnya ditambah"
                " pengawas lain."
            ),
            most=self.share,
            name=name,
            given=self.own,
        )


def limits_of(
    session: Session, exam: ExamSession, seats: Sequence[Seat], *, person_id: uuid.UUID
) -> list[Limit]:
    """The limit of each seat: it is granted no more in sum than the exam is long.

    Where a grant is about one seat, what this person has granted it alone is limited, too
    (``SHARE_PERCENT``). The caller holds the seats, so that two grants at once are added up.
    """
    given, own = Counter[uuid.UUID](), Counter[uuid.UUID]()
    for event in session.scalars(
        sa.select(SeatEvent).where(
            SeatEvent.seat_id.in_([seat.id for seat in seats]), SeatEvent.kind == EXTRA_TIME
        )
    ):
        # What made good the time since a sitting's end is no gain.
        granted = event.detail.get("granted", event.detail["minutes"])
        given[event.seat_id] += granted
        if event.actor_id == person_id and FOR_ROOM not in event.detail:
            own[event.seat_id] += granted
    length = exam.length_minutes
    share = minutes_of_percent(length, SHARE_PERCENT) if len(seats) == 1 else None
    return [Limit(seat, given[seat.id], length, own[seat.id], share) for seat in seats]
