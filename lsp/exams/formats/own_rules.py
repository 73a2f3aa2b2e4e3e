"""A file's own rules: whether our answers can be put into its words, and putting them there."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules.items.numbers import numbers
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
    where a place on a picture has a name in the file but no area, and where the file asks row by
    row what we ask at once, or at once what we ask gap by gap.
    """
    if not differs(item) or item.type is None:
        return False
    declared: Mapping[str, Any] = item.processing.get("responses", {})
    bases = {
        "point" if "hotspots" in declaration else declaration["base"]
        for declaration in declared.values()
    }
    return bases <= _BASES.get(item.type, bases)


def in_words_of_file(
    type_: ItemType, content: Mapping[str, Any], own: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """A stored response as the file's rules expect it: values by the names of its responses."""
    names: Mapping[str, str] = own["names"]

    def name(id_: str) -> str:
        return names.get(id_, id_)

    value: Any
    match type_:
        case ItemType.SINGLE_CHOICE:
            value = name(given["choice"])
        case ItemType.MULTIPLE_CHOICE:
            value = [name(id_) for id_ in given["choices"]]
        case ItemType.TRUE_FALSE:
            value = name("true" if given["value"] else "false")
        case ItemType.MATCHING:
            value = [f"{name(left)} {name(right)}" for left, right in given["pairs"].items()]
        case ItemType.ORDERING:
            value = [name(id_) for id_ in given["order"]]
        case ItemType.HOTSPOT:
            value = _place(own, given["point"])
        case ItemType.GAP_FILL:
            return {
                names.get(gap, f"RESPONSE_{gap}"): names.get(f"{gap}:{text}", text)
                for gap, text in given["gaps"].items()
            }
        case ItemType.NUMERICAL:
            value = _number(given["text"], content.get("unit", ""))
        case _:
            value = given["text"]
    return {own["response_name"]: value}


def _place(own: Mapping[str, Any], point: Sequence[int]) -> str | None:
    """A point as the file has it: the name of the area it lies in, where the file gives them names.

    None for a point in no area: where only areas can be chosen, it chooses nothing.
    """
    from lsp.exams.formats.qti.shapes import name_at

    declared = own["processing"]["responses"].get(own["response_name"], {})
    if "hotspots" not in declared:
        return " ".join(str(n) for n in point)
    x, y = point
    return name_at(declared["hotspots"], (Decimal(x), Decimal(y)))


def _number(text: str, unit: str) -> str:
    """A number as typed, without its unit; where it may be read in two ways, the smaller one."""
    readings = numbers(text, unit)
    return f"{min(readings):f}" if readings else text
