"""docs/state-machines.md draws what the tables of moves say."""

from pathlib import Path

from lsp.assessments.rules.moves import MOVES
from lsp.certificates.rules import MOVES as CERTIFICATE_MOVES
from lsp.exams.rules.kinds import ITEM_STEPS

DRAWN = (Path(__file__).parents[2] / "docs/state-machines.md").read_text()


def test_every_move_of_an_application_and_an_assessment_is_drawn() -> None:
    for move in MOVES:
        origin = move.origin.value if move.origin else "[*]"
        assert f"{origin} --> {move.target.value}: {move.verb}" in DRAWN


def test_every_move_of_a_certificate_is_drawn() -> None:
    for kind, origins in CERTIFICATE_MOVES.items():
        for origin in origins:
            assert f"{origin.value} --> {kind.value}" in DRAWN


def test_every_move_of_an_item_is_drawn() -> None:
    for origin, targets in ITEM_STEPS.items():
        for target in targets:
            assert f"{origin.value} --> {target.value}" in DRAWN
