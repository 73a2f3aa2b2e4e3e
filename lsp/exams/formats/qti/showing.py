"""How choices are offered: how many may be taken, and which keep their place in a shuffled paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lsp.exams.formats.qti.built import Built
from lsp.exams.formats.qti.names import Element, attr
from lsp.exams.formats.qti.question import Interaction, mapped_responses
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType

#: Kinds of interactions whose ``maxChoices`` says how many choices may be taken.
LIMITED = ("choiceInteraction", "hottextInteraction")
#: Types that keep the order a file gives their choices.
KEEPING = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.GAP_FILL)


def is_still(node: Element, name: str) -> bool:
    """Whether QTI 1.2 says ``No`` to shuffling, of the choices below a response or of one."""
    said = {attr(part, name).lower() for part in node.iter() if attr(part, name)}
    return said == {"no"}


def most_of(interaction: Interaction) -> int:
    """How many choices may be taken; 0 where there is no limit."""
    return interaction.most if interaction.kind in LIMITED else 0


def without_limit(interaction: Interaction, processing: Mapping[str, Any]) -> Interaction:
    """Without its limit where the right answer goes beyond it; itself where it does not.

    Where a mapping decides the points, fewer choices than the right ones may earn all of them.
    """
    declared = processing["responses"].get(interaction.response, {})
    is_beyond = 0 < most_of(interaction) < len(declared.get("correct", ()))
    is_mapped = interaction.response in mapped_responses(processing)
    return replace(interaction, most=0) if is_beyond and not is_mapped else interaction


def as_offered(built: Built, interactions: Sequence[Interaction]) -> Built:
    """What was built, with the limit and the places of the file's choices in its content."""
    body = built.body
    if built.type is ItemType.MULTIPLE_CHOICE:
        most = most_of(interactions[0])
        body = writing.limited(body, most if most < len(body.content["choices"]) else 0)
    if built.type in KEEPING and any(_places(interaction) for interaction in interactions):
        whole = built.type is not ItemType.GAP_FILL and interactions[0].is_fixed
        body = writing.pinned(body, _pinned(body.content, interactions), whole=whole)
    return replace(built, body=body)


def is_order_lost(built: Built, interactions: Sequence[Interaction]) -> bool:
    """Whether the file says where rows stand, and their type shows them in an order of its own."""
    has_own_order = built.type in (ItemType.MATCHING, ItemType.ORDERING)
    return has_own_order and any(_places(interaction) for interaction in interactions)


def _pinned(
    content: Mapping[str, Any], interactions: Sequence[Interaction]
) -> dict[str, list[str]]:
    """Ids of the choices that stay, by the gap they are offered for, "" outside gaps."""
    if "gaps" not in content:
        return {"": _at(content["choices"], interactions[0])}
    # The texts of a gap match are offered for every gap.
    is_match = interactions[0].kind == "gapMatchInteraction"
    offering = [interactions[0]] * len(content["gaps"]) if is_match else interactions
    return {
        gap["id"]: _at(gap.get("choices", ()), interaction)
        for gap, interaction in zip(content["gaps"], offering, strict=False)
    }


def _places(interaction: Interaction) -> set[int]:
    """Which of its choices stay where they are, by their places."""
    rows = [*interaction.choices, *interaction.others]
    return {n for n, choice in enumerate(rows) if interaction.is_fixed or choice.is_fixed}


def _at(rows: Sequence[Mapping[str, Any]], interaction: Interaction) -> list[str]:
    places = _places(interaction)
    return [row["id"] for n, row in enumerate(rows) if n in places]
