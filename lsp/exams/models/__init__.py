"""Tables of the exam wing: the bank, papers and sessions, attempts and marks."""

from lsp.exams.models.attempts import (
    Answer,
    AnswerRevision,
    Attempt,
    Presence,
    ResponseFile,
    WeighedAnswer,
)
from lsp.exams.models.bank import Item, ItemEnemy, ItemMedia, ItemMove, ItemRevision
from lsp.exams.models.corrections import KeyChange, KeyEffect, KeyProposal
from lsp.exams.models.importing import ImportDraft, ImportRow
from lsp.exams.models.marking import (
    Mark,
    MarkerTask,
    Marking,
    MarkReopening,
    Script,
    SessionMarker,
)
from lsp.exams.models.papers import Blueprint, BlueprintRow, Paper, PaperQuestion
from lsp.exams.models.sessions import ExamSession, Seat, SeatEvent, SessionPaper

__all__ = [
    "Answer",
    "AnswerRevision",
    "Attempt",
    "Blueprint",
    "BlueprintRow",
    "ExamSession",
    "ImportDraft",
    "ImportRow",
    "Item",
    "ItemEnemy",
    "ItemMedia",
    "ItemMove",
    "ItemRevision",
    "KeyChange",
    "KeyEffect",
    "KeyProposal",
    "Mark",
    "MarkReopening",
    "MarkerTask",
    "Marking",
    "Paper",
    "PaperQuestion",
    "Presence",
    "ResponseFile",
    "Script",
    "Seat",
    "SeatEvent",
    "SessionMarker",
    "SessionPaper",
    "WeighedAnswer",
]
