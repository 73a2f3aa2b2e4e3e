"""Which of our types a question of QTI becomes."""

from collections.abc import Callable

from lsp.exams.formats.qti import choosing, picturing, typing_in
from lsp.exams.formats.qti.built import Built, refuse_type
from lsp.exams.formats.qti.question import Interaction, Question

Builder = Callable[[Question, Interaction], Built]

INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
BUILDERS: dict[str, Builder] = {
    "choiceInteraction": choosing.choice,
    "hottextInteraction": choosing.choice,
    "matchInteraction": choosing.match,
    "orderInteraction": choosing.order,
    "hotspotInteraction": picturing.picture,
    "selectPointInteraction": picturing.picture,
    "textEntryInteraction": typing_in.text,
    "sliderInteraction": typing_in.text,
    "gapMatchInteraction": typing_in.gap_match,
    "extendedTextInteraction": typing_in.person,
    "uploadInteraction": typing_in.person,
}


def is_gap_fill(interactions: list[Interaction], own_type: str = "") -> bool:
    """Whether all places to answer are gaps in a text (a single typed one is a short answer)."""
    kinds = [interaction.kind for interaction in interactions]
    if not kinds or not set(kinds) <= set(INLINE):
        return False
    return len(kinds) > 1 or kinds == ["inlineChoiceInteraction"] or own_type == "gap_fill"


def build(question: Question) -> Built:
    """The question as one of our types.

    Raises Refusal when none fits, or when what the file says of it is not enough.
    """
    interactions = question.interactions
    if is_gap_fill(interactions, question.own.get("type", "")):
        return typing_in.gaps(question)
    if len(interactions) != 1 or interactions[0].kind not in BUILDERS:
        raise refuse_type()
    return BUILDERS[interactions[0].kind](question, interactions[0])
