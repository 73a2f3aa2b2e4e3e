"""Whatever the audit trail records has words for whoever reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lsp.accounts.rules.actions import ACTION_NAMES, SUBJECT_NAMES
from lsp.certificates.rules import StatusKind
from lsp.exams.rules.kinds import AttemptState, ItemState

SOURCES = [path.read_text() for path in (Path(__file__).parents[2] / "lsp").rglob("*.py")]
#: An action as it stands in a call; a file named there is none.
ACTION = re.compile(r"[a-z_]+\.(?!yaml)[a-z_]+")
#: Actions whose last part is a state.
FAMILIES = {"attempt": AttemptState, "certificate": StatusKind, "item": ItemState}


def records() -> Iterator[ast.Call]:
    """Every call that puts something on record, by ``audit.record`` or a service's own helper."""
    for source in SOURCES:
        for call in ast.walk(ast.parse(source)):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name.lstrip("_").startswith("record"):
                    yield call


def texts(call: ast.Call) -> Iterator[ast.expr]:
    """What is said in a call, both ways of a choice between two."""
    for node in [*call.args, *(word.value for word in call.keywords)]:
        yield from (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def test_every_action_has_words() -> None:
    recorded: set[str] = set()
    for call in records():
        for said in texts(call):
            if isinstance(said, ast.JoinedStr) and isinstance(said.values[0], ast.Constant):
                subject, dot, _ = str(said.values[0].value).partition(".")
                if dot:
                    recorded |= {f"{subject}.{state.value}" for state in FAMILIES[subject]}
            elif isinstance(said, ast.Constant) and ACTION.fullmatch(str(said.value)):
                recorded.add(str(said.value))
    assert len(recorded) > 50
    assert recorded - ACTION_NAMES.keys() - {"attempt.open"} == set()


def test_every_subject_has_words() -> None:
    recorded = {
        word.value.value
        for call in records()
        for word in call.keywords
        if word.arg == "subject_type" and isinstance(word.value, ast.Constant)
    }
    assert len(recorded) > 10
    assert recorded - SUBJECT_NAMES.keys() == set()
