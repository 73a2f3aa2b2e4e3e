"""Tables of the exam wing: the bank, papers and sessions, attempts and marks."""

from lsp.exams.models.attempts import Answer, AnswerRevision, Attempt, Mark
from lsp.exams.models.bank import Item, ItemRevision
from lsp.exams.models.sessions import (
    Blueprint,
    BlueprintRow,
    ExamSession,
    Paper,
    PaperQuestion,
    Seat,
    SeatEvent,
)

__all__ = [
    "Answer",
    "AnswerRevision",
    "Attempt",
    "Blueprint",
    "BlueprintRow",
    "ExamSession",
    "Item",
    "ItemRevision",
    "Mark",
    "Paper",
    "PaperQuestion",
    "Seat",
    "SeatEvent",
]
