"""docs/state-machines.md draws what the tables of moves say."""

import re
from pathlib import Path

from lsp.assessments.rules.moves import MOVES
from lsp.certificates.rules import MOVES as CERTIFICATE_MOVES
from lsp.exams.rules.kinds import ITEM_GUARDS, ITEM_STEPS, ItemGuard
from lsp.exams.rules.sittings import ATTEMPT_GUARDS, ATTEMPT_STEPS

DRAWN = (Path(__file__).parents[2] / "docs/state-machines.md").read_text()


def test_every_move_of_an_application_and_an_assessment_is_drawn() -> None:
    for move in MOVES:
        origin = move.origin.value if move.origin else "[*]"
        assert f"{origin} --> {move.target.value}: {move.verb}" in DRAWN


def test_every_move_of_a_certificate_is_drawn() -> None:
    for kind, origins in CERTIFICATE_MOVES.items():
        for origin in origins:
            assert f"{origin.value} --> {kind.value}" in DRAWN


def section(title: str) -> str:
    """What stands below a heading, up to the next one."""
    return DRAWN.partition(f"## {title}")[2].partition("\n## ")[0]


def test_the_moves_of_an_item_are_drawn_and_no_others() -> None:
    drawn = re.findall(r"^  (\w+) --> (\w+)$", section("Item"), re.M)
    steps = {(a.value, b.value) for a, targets in ITEM_STEPS.items() for b in targets}
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == steps


def test_what_a_step_of_an_item_asks_for_is_told_and_nothing_else() -> None:
    rows = re.findall(r"^\| (\w+ →.*?) \| (.*?) \|$", section("Item"), re.M)
    told = {
        (*step.split(" → "), guard)
        for steps, said in rows
        for step in steps.split(", ")
        for guard in ItemGuard
        if guard.value in said
    }
    assert told == {
        (a.value, b.value, guard) for (a, b), guards in ITEM_GUARDS.items() for guard in guards
    }
    assert all(b in ITEM_STEPS[a] for a, b in ITEM_GUARDS)


def test_the_moves_of_an_attempt_are_drawn_with_what_they_ask_for_and_no_others() -> None:
    told = section("Attempt")
    drawn = re.findall(r"^  (\w+) --> (\w+): ", told, re.M)
    steps = {(a.value, b.value) for a, targets in ATTEMPT_STEPS.items() for b in targets}
    assert set(drawn) == steps
    (row,) = re.findall(r"^\| (\w+ →.*?) \| (.*?) \|$", told, re.M)
    for (a, b), guards in ATTEMPT_GUARDS.items():
        assert f"{a.value} → {b.value}" in row[0]
        assert row[1] == ", ".join(guard.value for guard in guards)
