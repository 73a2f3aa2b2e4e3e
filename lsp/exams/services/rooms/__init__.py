"""The invigilator's room: how each seat gets on, and what is done about it, with a reason."""

from lsp.exams.services.rooms.devices import move_seat
from lsp.exams.services.rooms.events import EventView, note_incident, recent_events, seat_events
from lsp.exams.services.rooms.extending import extend_close
from lsp.exams.services.rooms.granting import Granted, grant_extra_time
from lsp.exams.services.rooms.holding import hold_of, open_result
from lsp.exams.services.rooms.limits import MOST_MINUTES, SHARE_PERCENT, minutes_of_percent
from lsp.exams.services.rooms.pausing import pause, resume
from lsp.exams.services.rooms.reopening import (
    GUARD_WORDS,
    EndedSeat,
    ended_seats,
    returning_answers,
    take_back,
)
from lsp.exams.services.rooms.seats import get_seat
from lsp.exams.services.rooms.watching import (
    MOST_SEATS,
    SEAT_STATE_NAMES,
    SITTING,
    Room,
    SeatState,
    SeatView,
    room,
    watch_seat,
)
from lsp.exams.services.rooms.weighing import late_of_seat, weigh_late

__all__ = [
    "GUARD_WORDS",
    "MOST_MINUTES",
    "MOST_SEATS",
    "SEAT_STATE_NAMES",
    "SHARE_PERCENT",
    "SITTING",
    "EndedSeat",
    "EventView",
    "Granted",
    "Room",
    "SeatState",
    "SeatView",
    "ended_seats",
    "extend_close",
    "get_seat",
    "grant_extra_time",
    "hold_of",
    "late_of_seat",
    "minutes_of_percent",
    "move_seat",
    "note_incident",
    "open_result",
    "pause",
    "recent_events",
    "resume",
    "returning_answers",
    "room",
    "seat_events",
    "take_back",
    "watch_seat",
    "weigh_late",
]
