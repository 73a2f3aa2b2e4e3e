"""The candidate's sitting: their seats, the start, and every answer on its way to the disk."""

from lsp.exams.services.sitting.attempts import (
    Given,
    Sitting,
    attempt_view,
    get_own_attempt,
    open_window,
)
from lsp.exams.services.sitting.saving import (
    Fate,
    Saved,
    SaveResult,
    save_answers,
    save_signed_in,
    standing,
)
from lsp.exams.services.sitting.seats import (
    OwnSeat,
    Stage,
    WrongToken,
    get_own_seat,
    own_seats,
    start_attempt,
)

__all__ = [
    "Fate",
    "Given",
    "OwnSeat",
    "SaveResult",
    "Saved",
    "Sitting",
    "Stage",
    "WrongToken",
    "attempt_view",
    "get_own_attempt",
    "get_own_seat",
    "open_window",
    "own_seats",
    "save_answers",
    "save_signed_in",
    "standing",
    "start_attempt",
]
