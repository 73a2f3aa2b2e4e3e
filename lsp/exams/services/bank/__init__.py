"""The item bank: writing questions, the steps of their life, what is known about them.

A revision never changes once it is written: whoever edits makes the next one. A paper keeps the
revision it was drawn with.
"""

from lsp.exams.services.bank.loading import load_bank
from lsp.exams.services.bank.moving import move_item, moves_of, restrict_overexposed
from lsp.exams.services.bank.reading import criteria_by_label, get_item, lock_item
from lsp.exams.services.bank.writing import add_item, add_revision, revise_item, write_item

__all__ = [
    "add_item",
    "add_revision",
    "criteria_by_label",
    "get_item",
    "load_bank",
    "lock_item",
    "move_item",
    "moves_of",
    "restrict_overexposed",
    "revise_item",
    "write_item",
]
