"""What a file's own rules give for which answer, in a table for those who review the question.

``own`` is what a key keeps of the file under ``qti``: its processing, names and most points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lsp.exams.formats.own_rules import in_words_of_file
from lsp.exams.formats.qti.evaluation import score
from lsp.exams.formats.qti.probing import MOST_WHOLE, subsets
from lsp.exams.formats.qti.question import nodes
from lsp.exams.formats.qti.rules import standard_template
from lsp.exams.rules.items.base import letter
from lsp.exams.rules.items.choices import TRUTH_NAMES, choice_lines
from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_

#: Most rows of the table.
MOST_CASES = 40
TEMPLATES = ("match_correct", "map_response", "map_response_point", "match_basic")
ZERO = Decimal(0)
Own = Mapping[str, Any]
Response = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """An answer in words, and what it earns; ``is_quoted`` where it has words of the question."""

    what: str
    points: Decimal
    is_quoted: bool = False


@dataclass(frozen=True)
class OwnPoints:
    """What a file's rules give, of the points the question has in the bank."""

    #: Template of the standard the rules are, else the element that holds them.
    template: str
    cases: list[Case] = field(default_factory=list)
    #: Bounds of a mapping; None where the file sets none.
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def has_costs(self) -> bool:
        """Whether a row of the table is below 0."""
        return any(case.points < 0 for case in self.cases)


class Counting(StrEnum):
    """What may be said to a candidate of wrong choices, where the paper's policy does not decide."""

    #: Only the very answer that is right earns points.
    ALL_OR_NOTHING = "all_or_nothing"
    #: A wrong choice may take points away.
    COSTS = "costs"
    #: No wrong choice takes anything away.
    FREE = "free"
    #: Nothing is known for certain.
    UNKNOWN = "unknown"


def own_points(
    type_: ItemType,
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    max_score: Decimal,
) -> OwnPoints | None:
    """The table for a key with rules of a file, with points of ``max_score``; None without."""
    own = key.get("qti")
    if not own:
        return None
    scale = max_score / Decimal(own["max_score"])
    table = _table(own)
    template = template_of(own)
    worth = _worth(type_, content, own) if template == "map_response" else {}
    cases = []
    for what, response, is_quoted in _cases(type_, content, key):
        points = worth.get(what)
        if points is None:
            points = _score(type_, content, own, response)
        cases.append(Case(what, points * scale, is_quoted))
    bounds = {name: Decimal(table[name]) * scale for name in ("lower", "upper") if name in table}
    return OwnPoints(template, cases, bounds.get("lower"), bounds.get("upper"))


def points_of(points: Decimal) -> str:
    """Points as a person reads them, with two decimals at most."""
    return f"{points.quantize(Decimal('0.01')).normalize() + 0:f}".replace(".", ",")


def template_of(own: Own) -> str:
    """The template of the standard that the rules are, or ``responseProcessing``."""
    rules, responses = own["processing"].get("rules"), own["processing"].get("responses", {})
    for name in TEMPLATES:
        if any(rules == standard_template(name, response) for response in responses):
            return name
    return "responseProcessing"


def counting(
    type_: ItemType,
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    *,
    below_zero: bool,
) -> Counting | None:
    """What a wrong choice does; None where the paper's policy decides.

    Shares of a key decide like a file's rules. ``below_zero`` tells whether a question may end
    there, as for ``score_of``.
    """
    own, weights = key.get("qti"), key.get("weights")
    if not own:
        if weights is None:
            return None
        return Counting.COSTS if any(Decimal(w) < 0 for w in weights.values()) else Counting.FREE
    if type_ is not ItemType.MULTIPLE_CHOICE:
        points = [_score(type_, content, own, r) for _, r, _ in _cases(type_, content, key)]
        return Counting.COSTS if min(points, default=ZERO) < 0 else Counting.FREE
    if template_of(own) in ("match_correct", "match_basic"):
        return Counting.ALL_OR_NOTHING
    return _counting_sets(content, key, own, least=None if below_zero else ZERO)


def _counting_sets(
    content: Mapping[str, Any], key: Mapping[str, Any], own: Own, *, least: Decimal | None
) -> Counting:
    """By every set of choices that may be ticked, where they are few; else by the mapping."""
    ids = [row["id"] for row in content["choices"]]
    wrong = [id_ for id_ in ids if id_ not in key["correct"]]
    if len(ids) > MOST_WHOLE:
        worth = _worth(ItemType.MULTIPLE_CHOICE, content, own)
        if template_of(own) != "map_response" or not worth:
            return Counting.UNKNOWN
        costs = [worth[line] < 0 for id_ in wrong for line in choice_lines(content, [id_])]
        return Counting.COSTS if any(costs) else Counting.FREE
    most = content.get("most") or len(ids)
    points: dict[frozenset[str], Decimal] = {}
    for chosen in subsets(ids, key["correct"]):
        if len(chosen) <= most:
            found = ZERO
            if chosen:
                found = _score(ItemType.MULTIPLE_CHOICE, content, own, {"choices": chosen})
            points[frozenset(chosen)] = found if least is None else max(found, least)
    if [chosen for chosen, earned in points.items() if earned > 0] == [frozenset(key["correct"])]:
        return Counting.ALL_OR_NOTHING
    falls = any(
        points.get(chosen | {id_}, earned) < earned
        for chosen, earned in points.items()
        for id_ in wrong
    )
    return Counting.COSTS if falls else Counting.FREE


def _score(type_: ItemType, content: Mapping[str, Any], own: Own, response: Response) -> Decimal:
    answer = in_words_of_file(type_, content, own, response)
    return score(own["processing"], answer, Decimal(own["max_score"]))


def _table(own: Own) -> Mapping[str, Any]:
    """The mapping of the only response, where the rules are a template that uses one."""
    template = template_of(own)
    kinds = {"map_response": "mapping", "map_response_point": "areas"}
    responses = list(own["processing"].get("responses", {}).values())
    if template not in kinds or len(responses) != 1:
        return {}
    table: Mapping[str, Any] = responses[0].get(kinds[template], {})
    return table


def _worth(type_: ItemType, content: Mapping[str, Any], own: Own) -> dict[str, Decimal]:
    """What a mapping says of each choice, before its bounds, by the line of the choice."""
    table = _table(own)
    if type_ not in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE) or not table:
        return {}
    entries = {name: Decimal(worth) for name, worth, _ in table["entries"]}
    default = Decimal(table["default"])
    return {
        line: entries.get(own["names"].get(row["id"], row["id"]), default)
        for row in content["choices"]
        for line in choice_lines(content, [row["id"]])
    }


def _cases(
    type_: ItemType, content: Mapping[str, Any], key: Mapping[str, Any]
) -> Sequence[tuple[str, Response, bool]]:
    """Answers that tell how a question is scored: in words, as stored, and whether quoted."""
    made = _CASES.get(type_)
    return list(made(content, key))[:MOST_CASES] if made else []


Made = Iterable[tuple[str, Response, bool]]


def _single(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:  # noqa: ARG001
    for row in content["choices"]:
        yield choice_lines(content, [row["id"]])[0], {"choice": row["id"]}, True


def _multiple(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:
    ids = [row["id"] for row in content["choices"]]
    for id_ in ids:
        yield choice_lines(content, [id_])[0], {"choices": [id_]}, True
    if len(key["correct"]) > 1:
        letters = ", ".join(letter(place) for place, id_ in enumerate(ids) if id_ in key["correct"])
        yield letters, {"choices": key["correct"]}, True
    if not content.get("most"):
        yield N_("Semua pilihan dipilih"), {"choices": ids}, False


def _truth(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:  # noqa: ARG001
    for value, name in TRUTH_NAMES.items():
        yield name, {"value": value}, False


def _typed(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:  # noqa: ARG001
    processing = key["qti"]["processing"]
    forms: dict[str, None] = {}
    for declared in processing.get("responses", {}).values():
        forms |= dict.fromkeys(declared.get("correct", []))
        entries = declared.get("mapping", {}).get("entries", [])
        forms |= dict.fromkeys(name for name, _, _ in entries if name)
    forms |= {
        attributes["value"]: None
        for operator, attributes, _ in nodes([_asked(processing["rules"])])
        if operator == "base"
    }
    for form in forms:
        yield form, {"text": form}, True


def _asked(rules: Any) -> list[Any]:
    """The conditions of rules; what they set is no answer."""
    found = []
    for kind, _, parts in rules:
        if kind == "if":
            for condition, inner in parts:
                found += [condition] if condition else []
                found += _asked(inner)
        elif kind == "block":
            found += _asked(parts)
    return found


def _matching(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:
    texts = {row["id"]: row["text"] for row in content["right"]}
    for row in content["left"]:
        right = key["pairs"].get(row["id"])
        if right:
            yield f"{row['text']} → {texts[right]}", {"pairs": {row["id"]: right}}, True
    yield N_("Semua pasangan benar"), {"pairs": key["pairs"]}, False


def _ordering(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:  # noqa: ARG001
    right = list(key["order"])
    yield N_("Seluruh urutan benar"), {"order": right}, False
    yield N_("Dua langkah pertama tertukar"), {"order": [right[1], right[0], *right[2:]]}, False
    yield N_("Urutan terbalik"), {"order": right[::-1]}, False


def _gaps(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:
    whole = {}
    for gap in content["gaps"]:
        id_, right = gap["id"], key["gaps"][gap["id"]]
        if gap["kind"] == "choice":
            whole[id_] = right["correct"][0]
            values = [(row["id"], row["text"]) for row in gap["choices"]]
        elif gap["kind"] == "text":
            whole[id_] = right["accepted"][0]
            values = [(form, form) for form in right["accepted"]]
        else:
            whole[id_] = right["value"] if "value" in right else right["ranges"][0]["low"]
            values = [(whole[id_], whole[id_])]
        for value, text in values:
            yield f"[[{id_}]] {text}", {"gaps": {id_: value}}, True
    yield N_("Semua rumpang benar"), {"gaps": whole}, False


def _hotspot(content: Mapping[str, Any], key: Mapping[str, Any]) -> Made:  # noqa: ARG001
    declared = key["qti"]["processing"]["responses"].values()
    areas = [(name, shape, c) for d in declared for name, shape, c in d.get("hotspots", [])]
    for name, shape, written in areas or [
        (letter(place), area["shape"], area["coords"]) for place, area in enumerate(key["areas"])
    ]:
        coords = [int(Decimal(n)) for n in written]
        if shape == "circle":
            yield name, {"point": coords[:2]}, True
        elif shape == "rect":
            left, top, right, bottom = coords
            yield name, {"point": [(left + right) // 2, (top + bottom) // 2]}, True


_CASES = {
    ItemType.SINGLE_CHOICE: _single,
    ItemType.MULTIPLE_CHOICE: _multiple,
    ItemType.TRUE_FALSE: _truth,
    ItemType.SHORT_ANSWER: _typed,
    ItemType.NUMERICAL: _typed,
    ItemType.MATCHING: _matching,
    ItemType.ORDERING: _ordering,
    ItemType.GAP_FILL: _gaps,
    ItemType.HOTSPOT: _hotspot,
}
