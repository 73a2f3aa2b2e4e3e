"""Telling of questions in plain data, as ``lsp items read --json`` prints them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lsp.exams.formats.gift.writing import shares_of
from lsp.exams.formats.package import NotCarried, Reading, ReadItem
from lsp.exams.rules import wording
from lsp.exams.rules.items.numbers import number_lines
from lsp.exams.rules.kinds import ItemType
from lsp.texts import Refusal

_CHOICES = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)


def reading_data(reading: Reading, words: Callable[[Refusal], str] = str) -> dict[str, Any]:
    """A reading as JSON has it; ``words`` gives a refusal in the reader's language."""
    return {
        "format": reading.format,
        "items": [item_data(item) for item in reading.items],
        "not_carried": [note_data(note, words) for note in reading.not_carried],
    }


def note_data(note: NotCarried, words: Callable[[Refusal], str] = str) -> dict[str, str]:
    """What was left out, as JSON has it."""
    return {"where": note.where, "what": note.what, "why": words(note.why)}


def item_data(item: ReadItem) -> dict[str, Any]:
    """A question as JSON has it; ``docs/item-files.md`` says what ``correct`` holds by type."""
    return {
        "identifier": item.identifier,
        "type": item.type.value if item.type else None,
        "title": item.title,
        "stem": wording.plain(item.stem, item.markup),
        "choices": choice_data(item),
        "correct": correct_data(item),
        "max_score": number(item.max_score),
    }


def number(value: Decimal) -> int | float:
    """A decimal as a JSON number, whole where it is."""
    return int(value) if value == value.to_integral_value() else float(value)


def _name(item: ReadItem, id_: str) -> str:
    """What the file calls a choice or a row."""
    return item.names.get(id_, id_)


def choice_data(item: ReadItem) -> list[dict[str, Any]]:
    """Choices with their points; rows of an order and right-hand sides have none."""
    content, key = item.body.content, item.body.key
    if item.type in _CHOICES:
        shares = shares_of(item.type, content, key)
        return [_row(item, row, shares[row["id"]]) for row in content["choices"]]
    if item.type is ItemType.TRUE_FALSE:
        return [
            {
                "identifier": _name(item, id_),
                "text": text,
                "score": number(item.max_score if key["answer"] is truth else Decimal(0)),
            }
            for id_, text, truth in (("true", "Benar", True), ("false", "Salah", False))
        ]
    if item.type is ItemType.GAP_FILL:
        return _gap_choices(item)
    return [_row(item, row, None) for row in content.get("right") or content.get("rows") or ()]


def _row(item: ReadItem, row: Mapping[str, Any], share: Decimal | None) -> dict[str, Any]:
    points = None if share is None else (share * item.max_score).quantize(Decimal("0.0001"))
    return {
        "identifier": _name(item, row["id"]),
        "text": wording.plain(row["text"], item.markup),
        "score": None if points is None else number(points),
    }


def _gap_choices(item: ReadItem) -> list[dict[str, Any]]:
    """The choices of all gaps in order, with what each adds to the question's points."""
    rows = []
    gaps = item.body.key["gaps"]
    whole = sum((Decimal(gap["weight"]) for gap in gaps.values()), Decimal(0))
    for gap in item.body.content["gaps"]:
        if gap["kind"] == "choice":
            key = gaps[gap["id"]]
            part = Decimal(key["weight"]) / whole
            shares = shares_of(ItemType.SINGLE_CHOICE, gap, key)
            rows += [_row(item, row, shares[row["id"]] * part) for row in gap["choices"]]
    return rows


def correct_data(item: ReadItem) -> Any:
    """What is right: identifiers, a truth, texts, numbers, pairs or an order; None for a person."""
    content, key = item.body.content, item.body.key
    match item.type:
        case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
            return [_name(item, id_) for id_ in _right_choices(item)]
        case ItemType.TRUE_FALSE:
            return key["answer"]
        case ItemType.SHORT_ANSWER:
            return list(key["accepted"])
        case ItemType.NUMERICAL:
            return _numbers(key)
        case ItemType.MATCHING:
            return [f"{_name(item, a)} {_name(item, b)}" for a, b in key["pairs"].items()]
        case ItemType.ORDERING:
            return [_name(item, id_) for id_ in key["order"]]
        case ItemType.GAP_FILL:
            return {gap["id"]: _gap(gap, key["gaps"][gap["id"]]) for gap in content["gaps"]}
        case ItemType.HOTSPOT:
            return [{"shape": area["shape"], "coords": area["coords"]} for area in key["areas"]]
        case _:
            return None


def _right_choices(item: ReadItem) -> list[str]:
    """The choices the key names, and in a single choice any other that earns all the points."""
    key = item.body.key
    weights = key.get("weights") or {}
    is_single = item.type is ItemType.SINGLE_CHOICE
    return [
        row["id"]
        for row in item.body.content["choices"]
        if row["id"] in key["correct"] or (is_single and Decimal(weights.get(row["id"], 0)) == 1)
    ]


def _numbers(key: Mapping[str, Any]) -> list[Any]:
    """Numbers as JSON numbers; with a tolerance or as a range in words: ``"25 ± 0.5"``."""
    if "ranges" not in key and not Decimal(key.get("tolerance") or 0):
        return [number(Decimal(key["value"]))]
    return number_lines(key, "")


def _gap(gap: Mapping[str, Any], key: Mapping[str, Any]) -> list[Any]:
    if gap["kind"] == "choice":
        return list(key["correct"])
    return list(key["accepted"]) if gap["kind"] == "text" else _numbers(key)
