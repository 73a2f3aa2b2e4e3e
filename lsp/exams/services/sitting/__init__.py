"""The candidate's sitting: their seats, the start, and every answer on its way to the disk."""

from lsp.exams.services.sitting.attempts import (
    Given,
    OwnAttempt,
    OwnExam,
    OwnPlace,
    Sitting,
    attempt_view,
    get_own_attempt,
    open_form,
    open_window,
    own_questions,
    scheme_title,
)
from lsp.exams.services.sitting.breaks import begin_break, end_break
from lsp.exams.services.sitting.presence import NOTE_NAMES, Note, Noted, Report, hear
from lsp.exams.services.sitting.quick import save_by_key
from lsp.exams.services.sitting.saving import (
    Delivery,
    Fate,
    Saved,
    SaveResult,
    save_answers,
    standing,
)
from lsp.exams.services.sitting.seats import (
    Begun,
    OwnSeat,
    Stage,
    WrongToken,
    begin_attempt,
    get_own_seat,
    note_wrong_token,
    own_seats,
    start_attempt,
)

__all__ = [
    "NOTE_NAMES",
    "Begun",
    "Delivery",
    "Fate",
    "Given",
    "Note",
    "Noted",
    "OwnAttempt",
    "OwnExam",
    "OwnPlace",
    "OwnSeat",
    "Report",
    "SaveResult",
    "Saved",
    "Sitting",
    "Stage",
    "WrongToken",
    "attempt_view",
    "begin_attempt",
    "begin_break",
    "end_break",
    "get_own_attempt",
    "get_own_seat",
    "hear",
    "note_wrong_token",
    "open_form",
    "open_window",
    "own_questions",
    "own_seats",
    "save_answers",
    "save_by_key",
    "scheme_title",
    "standing",
    "start_attempt",
]
