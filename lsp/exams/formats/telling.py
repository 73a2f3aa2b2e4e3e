"""Telling of questions in plain data, as ``lsp items read --json`` prints them."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.formats.gift.writing import shares_of
from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import NotCarried, Reading, ReadItem
from lsp.exams.formats.scoring import score_item
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


def _name(item: ReadItem, id_: str, gap: str = "") -> str:
    """What the file calls a choice or a row; a choice of one of several gaps has the gap's name."""
    name = f"{gap}:{id_}" if gap else id_
    several = gap and len(item.body.content["gaps"]) > 1
    return item.names.get(name, name if several else id_)


def choice_data(item: ReadItem) -> list[dict[str, Any]]:
    """Choices with what they earn; rows of an order and both sides of pairs earn nothing alone.

    What is typed in is among them where a form of it earns only a part of the points.
    """
    content, key = item.body.content, item.body.key
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
    if item.type in (ItemType.SHORT_ANSWER, ItemType.NUMERICAL):
        return _partial(key, item.max_score)
    if item.type in _CHOICES:
        points = _by_own_rules(item) if differs(item) else _by_key(item)
        return [_row(item, row, points.get(row["id"])) for row in content["choices"]]
    parts = ("left", "right", "rows", "choices")
    return [_row(item, row, None) for part in parts for row in content.get(part) or ()]


def _by_key(item: ReadItem) -> dict[str, Decimal]:
    """Points of each choice by the key."""
    shares = shares_of(item.type or ItemType.SINGLE_CHOICE, item.body.content, item.body.key)
    return {id_: share * item.max_score for id_, share in shares.items()}


def _by_own_rules(item: ReadItem) -> dict[str, Decimal]:
    """What each choice earns alone by the file's rules; empty where only all together earn."""
    points = {
        row["id"]: score_item(item, {item.response_name: [_name(item, row["id"])]})[0]
        for row in item.body.content["choices"]
    }
    return {
        id_: earned for id_, earned in points.items() if earned is not None and any(points.values())
    }


def _row(
    item: ReadItem, row: Mapping[str, Any], points: Decimal | None, gap: str = ""
) -> dict[str, Any]:
    return {
        "identifier": _name(item, row["id"], gap),
        "text": wording.plain(row["text"], item.markup),
        "score": None if points is None else number(points.quantize(Decimal("0.0001"))),
    }


def _gap_choices(item: ReadItem) -> list[dict[str, Any]]:
    """The choices of all gaps in order, with what each adds to the question's points."""
    rows: list[dict[str, Any]] = []
    gaps = item.body.key["gaps"]
    whole = sum((Decimal(gap["weight"]) for gap in gaps.values()), Decimal(0))
    for gap in item.body.content["gaps"]:
        key = gaps[gap["id"]]
        worth = Decimal(key["weight"]) / whole * item.max_score
        if gap["kind"] != "choice":
            rows += _partial(key, worth)
        else:
            shares = shares_of(ItemType.SINGLE_CHOICE, gap, key)
            rows += [
                _row(item, row, shares[row["id"]] * worth, gap["id"]) for row in gap["choices"]
            ]
    return rows


def _partial(key: Mapping[str, Any], worth: Decimal) -> list[dict[str, Any]]:
    """Accepted forms or ranges with what each earns; none where all of them earn the same."""
    if "ranges" in key:
        spans = [number_lines({"ranges": [{**row, "share": 1}]}, "")[0] for row in key["ranges"]]
        rows = list(zip(spans, (row.get("share", 1) for row in key["ranges"]), strict=True))
    else:
        shares = key.get("shares") or {}
        rows = [(form, shares.get(form, 1)) for form in key.get("accepted", ())]
    if all(Decimal(share) == 1 for _, share in rows):
        return []
    return [
        {
            "identifier": text,
            "text": text,
            "score": number((Decimal(share) * worth).quantize(Decimal("0.0001"))),
        }
        for text, share in rows
    ]


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
            return {
                _name(item, gap["id"]): _gap(item, gap, key["gaps"][gap["id"]])
                for gap in content["gaps"]
            }
        case ItemType.HOTSPOT:
            return [{"shape": area["shape"], "coords": area["coords"]} for area in key["areas"]]
        case None:
            return _named_right(key.get("responses", {}))
        case _:
            return None


def _named_right(responses: Mapping[str, Any]) -> Any:
    """What a file names as right for a question without a type here, by response if several."""
    if len(responses) == 1:
        return next(iter(responses.values()))
    return dict(responses) or None


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
    lines = number_lines(key, "")
    return [_plain_number(line) for line in lines]


def _plain_number(line: str) -> int | float | str:
    try:
        return number(Decimal(line))
    except InvalidOperation:
        return line


def _gap(item: ReadItem, gap: Mapping[str, Any], key: Mapping[str, Any]) -> list[Any]:
    if gap["kind"] == "choice":
        return [_name(item, id_, gap["id"]) for id_ in key["correct"]]
    return list(key["accepted"]) if gap["kind"] == "text" else _numbers(key)
