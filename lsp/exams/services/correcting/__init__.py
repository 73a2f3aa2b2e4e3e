"""Correcting a wrong key after an exam: proposed by one person, confirmed by another."""

from lsp.exams.services.correcting.confirming import confirm_correction
from lsp.exams.services.correcting.effects import Effect, Wanted, effects_of
from lsp.exams.services.correcting.proposing import (
    get_revision,
    in_force,
    is_asked_of,
    is_used,
    propose_correction,
    withdraw_correction,
)
from lsp.exams.services.correcting.reading import (
    EffectPage,
    Numbers,
    changes_of,
    effects_page,
    get_change,
    get_proposal,
    list_changes,
    list_proposals,
    newer_revisions,
    recorded_page,
    waiting_proposal,
)

__all__ = [
    "Effect",
    "EffectPage",
    "Numbers",
    "Wanted",
    "changes_of",
    "confirm_correction",
    "effects_of",
    "effects_page",
    "get_change",
    "get_proposal",
    "get_revision",
    "in_force",
    "is_asked_of",
    "is_used",
    "list_changes",
    "list_proposals",
    "newer_revisions",
    "propose_correction",
    "recorded_page",
    "waiting_proposal",
    "withdraw_correction",
]
