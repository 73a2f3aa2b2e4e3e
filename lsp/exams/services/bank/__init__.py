"""The item bank: writing questions, the steps of their life, what is known about them.

A revision never changes once it is written: whoever edits makes the next one. A paper keeps the
revision it was drawn with.
"""

from lsp.exams.services.bank.enemies import Enemy, add_enemy, enemies_of, remove_enemy
from lsp.exams.services.bank.history import Event, changes_in, history_of
from lsp.exams.services.bank.loading import load_bank
from lsp.exams.services.bank.measuring import measure_item, measure_items, measures_of
from lsp.exams.services.bank.moving import move_item, moves_of, restrict_overexposed
from lsp.exams.services.bank.reading import criteria_by_label, get_item, lock_item
from lsp.exams.services.bank.writing import add_item, add_revision, revise_item, write_item

__all__ = [
    "Enemy",
    "Event",
    "add_enemy",
    "add_item",
    "add_revision",
    "changes_in",
    "criteria_by_label",
    "enemies_of",
    "get_item",
    "history_of",
    "load_bank",
    "lock_item",
    "measure_item",
    "measure_items",
    "measures_of",
    "move_item",
    "moves_of",
    "remove_enemy",
    "restrict_overexposed",
    "revise_item",
    "write_item",
]
