"""Whatever the audit trail records has words for whoever reads it."""

import re
from pathlib import Path

from lsp.accounts.rules.actions import ACTION_NAMES, SUBJECT_NAMES
from lsp.certificates.rules import StatusKind
from lsp.exams.rules.kinds import AttemptState, ItemState

SOURCE = "\n".join(path.read_text() for path in (Path(__file__).parents[2] / "lsp").rglob("*.py"))
#: Actions whose last part is a state.
FAMILIES = {"attempt": AttemptState, "certificate": StatusKind, "item": ItemState}


def test_every_action_has_words() -> None:
    recorded = set(re.findall(r'(?:action=|_record\(session, )"([a-z_]+\.[a-z_]+)"', SOURCE))
    for subject in re.findall(r'(?:action=|_record\(session, )f"([a-z_]+)\.\{', SOURCE):
        recorded |= {f"{subject}.{state.value}" for state in FAMILIES[subject]}
    assert recorded - ACTION_NAMES.keys() - {"attempt.open"} == set()


def test_every_subject_has_words() -> None:
    recorded = set(re.findall(r'subject_type="([a-z_]+)"', SOURCE))
    assert recorded - SUBJECT_NAMES.keys() == set()
