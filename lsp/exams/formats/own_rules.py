"""A file's own rules: whether our answers can be put into its words, and putting them there.

And whether the rules outlive an edit of the question: they name choices by their identifiers.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.rules.items import RULES
from lsp.exams.rules.items.numbers import numbers
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

OTHER_SCORING = N_(
    "Aturan penilaian di berkas berbeda dari aturan jenis soal ini di bank soal. Dalam ujian dinilai"
    " menurut aturan berkas."
)
OUR_SCORING = N_(
    "Aturan penilaian di berkas berbeda dari aturan jenis soal ini di bank soal. Dalam ujian dinilai"
    " menurut aturan jenis soalnya."
)
BY_PERSON = N_("Aturan penilaian di berkas tidak dipakai. Dalam ujian dinilai oleh asesor.")
#: Base types of responses that an answer of ours can be put into, for the types that have several.
_BASES = {
    ItemType.HOTSPOT: {"point"},
    ItemType.GAP_FILL: {"identifier", "string", "integer", "float"},
    ItemType.MATCHING: {"directedPair", "identifier"},
}


def differs(item: ReadItem) -> bool:
    """Whether a question brought rules that give other points than its type does."""
    return bool(item.processing.get("rules")) and not item.processing.get("is_same")


def fits(item: ReadItem) -> bool:
    """Whether a question brought rules of its own that an answer of its type can be scored by.

    Not so where they give the same points as ours, as the reader has proved (``is_same``), not so
    where a place on a picture has a name in the file but no area, and where the file asks at once
    what we ask gap by gap.
    """
    return differs(item) and item.type is not None and _fits(item.type, item.processing)


def _fits(type_: ItemType, processing: Mapping[str, Any]) -> bool:
    declared: Mapping[str, Any] = processing.get("responses", {})
    bases = {
        "point" if "hotspots" in declaration else declaration["base"]
        for declaration in declared.values()
    }
    is_pairs = type_ is ItemType.GAP_FILL and _paired(processing) is not None
    return is_pairs or bases <= _BASES.get(type_, bases)


def _paired(processing: Mapping[str, Any]) -> str | None:
    """The only response of a question that is answered by pairs; None where it is not."""
    declared: Mapping[str, Any] = processing.get("responses", {})
    bases = {name: declaration["base"] for name, declaration in declared.items()}
    return next(iter(bases)) if list(bases.values()) == ["directedPair"] else None


def is_written(item: ReadItem) -> bool:
    """Whether a question is written to QTI with the rules it brought.

    Gaps filled by pairs, rows that each have a response, and places with names are written as our
    own types have them, by their rules.
    """
    declared: Mapping[str, Any] = item.processing.get("responses", {})
    is_place = any("hotspots" in declaration for declaration in declared.values())
    is_gaps = item.type is ItemType.GAP_FILL and _paired(item.processing) is not None
    is_rows = item.type is ItemType.MATCHING and _paired(item.processing) is None
    return fits(item) and not is_place and not is_gaps and not is_rows


def other_scoring(type_: ItemType, processing: Mapping[str, Any]) -> Refusal:
    """What is told of rules that give other points than the type does: whose count in the exam."""
    if RULES[type_].needs_person:
        return Refusal(BY_PERSON)
    return Refusal(OTHER_SCORING if _fits(type_, processing) else OUR_SCORING)


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
            if own["response_name"] not in _pairs(own):
                # QTI 1.2 asks row by row, and each row names the choices its own way.
                return {
                    name(left): names.get(f"{left}:{right}", name(right))
                    for left, right in given["pairs"].items()
                }
            value = [f"{name(left)} {name(right)}" for left, right in given["pairs"].items()]
        case ItemType.ORDERING:
            value = [name(id_) for id_ in given["order"]]
        case ItemType.HOTSPOT:
            value = _place(own, given["point"])
        case ItemType.GAP_FILL:
            if response := _paired(own["processing"]):
                return {response: filled_pairs(names, given["gaps"])}
            return {
                names.get(gap, f"RESPONSE_{gap}"): names.get(f"{gap}:{text}", text)
                for gap, text in given["gaps"].items()
            }
        case ItemType.NUMERICAL:
            value = _number(given["text"], content.get("unit", ""))
        case _:
            value = given["text"]
    return {own["response_name"]: value}


def _pairs(own: Mapping[str, Any]) -> set[str]:
    """The responses of a file that are pairs."""
    declared: Mapping[str, Any] = own["processing"]["responses"]
    return {name for name, said in declared.items() if said["base"] == "directedPair"}


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


def filled_pairs(names: Mapping[str, str], gaps: Mapping[str, str]) -> list[str]:
    """Gaps with the ids of what fills them, as pairs of the file's names."""
    return [f"{names.get(f'{gap}:{id_}', id_)} {names.get(gap, gap)}" for gap, id_ in gaps.items()]


def without(key: Mapping[str, Any]) -> dict[str, Any]:
    """A key without the rules of a file."""
    return {name: value for name, value in key.items() if name != "qti"}


def kept(old: Body, new: Body) -> Body | None:
    """The edited body with the rules of the one before; None where they would mean another thing.

    They mean the same as long as the choices are as many, stand in their places, and the key is
    the same: a word in a text may change, its identifier in the file does not.
    """
    new = _with_old_ids(old, new)
    is_same = (
        _ids(old.content) == _ids(new.content)
        and _is_close(without(old.key), without(new.key))
        and not _have_moved(old.content, new.content)
    )
    return Body(new.content, dict(old.key)) if is_same else None


def _with_old_ids(old: Body, new: Body) -> Body:
    """Rows that have ids by their texts' places in the alphabet, under the ids they had before."""
    if "order" in old.key and "order" in new.key:
        ids = dict(zip(new.key["order"], old.key["order"], strict=False))
        return _renamed(new, "rows", ids, {"order": [ids.get(i, i) for i in new.key["order"]]})
    if "pairs" in old.key and "pairs" in new.key:
        ids = {right: old.key["pairs"].get(left) for left, right in new.key["pairs"].items()}
        known = {row["text"]: row["id"] for row in old.content["right"]}
        for row in new.content["right"]:
            ids.setdefault(row["id"], known.get(row["text"]))
        if None not in ids.values() and len(set(ids.values())) == len(ids):
            pairs = {left: ids[right] for left, right in new.key["pairs"].items()}
            return _renamed(new, "right", ids, {"pairs": pairs})
    return new


def _renamed(body: Body, name: str, ids: Mapping[str, Any], key: Mapping[str, Any]) -> Body:
    rows = [{**row, "id": ids.get(row["id"], row["id"])} for row in body.content[name]]
    rows.sort(key=lambda row: str(row["id"]))
    return Body({**body.content, name: rows}, {**body.key, **key})


def _ids(content: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The ids of all rows, and of the choices of gaps."""
    return {
        name: [(row["id"], row.get("kind"), _ids(row)) for row in rows]
        for name, rows in content.items()
        if _are_rows(rows)
    }


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _have_moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a text stands now where another stood."""
    for name, rows in old.items():
        if not _are_rows(rows):
            continue
        places = {row["text"]: row["id"] for row in rows if "text" in row}
        for before, row in zip(rows, new[name], strict=True):
            if places.get(row.get("text"), row["id"]) != row["id"] or _have_moved(before, row):
                return True
    return False


def _is_close(one: Any, other: Any) -> bool:
    """Whether two keys are the same but for shares that differ less than anybody can write."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(
            _are_shares(one[name], other[name])
            if name == "weights"
            else _is_close(one[name], other[name])
            for name in one
        )
    return bool(one == other)


def _are_shares(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return set(one) == set(other) and all(
        abs(Decimal(share) - Decimal(other[id_])) < Decimal("1e-6") for id_, share in one.items()
    )
