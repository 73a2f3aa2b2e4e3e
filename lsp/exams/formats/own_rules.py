"""Whether an answer as our types have it can be put into the words of a file's own rules."""

from collections.abc import Mapping
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules.kinds import ItemType

#: Base types of responses that an answer of ours can be put into, for the types that have several.
_BASES = {
    ItemType.HOTSPOT: {"point"},
    ItemType.GAP_FILL: {"identifier", "string", "integer", "float"},
    ItemType.MATCHING: {"directedPair"},
}


def differs(item: ReadItem) -> bool:
    """Whether a question brought rules that give other points than its type does."""
    return bool(item.processing.get("rules")) and not item.processing.get("is_same")


def fits(item: ReadItem) -> bool:
    """Whether a question brought rules of its own that an answer of its type can be scored by.

    Not so where they give the same points as ours, as the reader has proved (``is_same``), not so
    where a place on a picture has a name in the file, and where the file asks row by row what we
    ask at once, or at once what we ask gap by gap.
    """
    if not differs(item) or item.type is None:
        return False
    declared: Mapping[str, Any] = item.processing.get("responses", {})
    bases = {declaration["base"] for declaration in declared.values()}
    return bases <= _BASES.get(item.type, bases)
