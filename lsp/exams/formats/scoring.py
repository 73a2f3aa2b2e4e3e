"""Scoring answers that are given in a file's own words: ``lsp items score``, and by hand.

An answer is stated by response identifiers, ``{"RESPONSE": "B"}``. Values are read liberally: a
choice by its identifier, its name in the file, its letter or its text; one value or a list; a
pair as ``"A B"``; numbers as numbers or texts; truth as a boolean or a word.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.own_rules import filled_pairs
from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.qti.names import number
from lsp.exams.formats.qti.shapes import name_at
from lsp.exams.formats.qti.values import parse
from lsp.exams.rules import wording
from lsp.exams.rules.items import DEFAULT_POLICY, RULES, BadResponse, ScoringPolicy, fold
from lsp.exams.rules.items.numbers import numbers
from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_

#: Names of the one response of a question besides the file's own.
_ONE = ("RESPONSE", "response", "answer", "jawaban")
_TRUTH = {
    **dict.fromkeys(("true", "t", "benar", "b", "1"), True),
    **dict.fromkeys(("false", "f", "salah", "s", "0"), False),
}
_SCALAR = str | int | float | bool


def score_item(item: ReadItem, responses: Mapping[str, Any]) -> tuple[Decimal | None, Decimal]:
    """Points for an answer and the most there are; None where a person must mark it.

    0 without an answer. Raises BadResponse for what cannot be an answer to the question.
    """
    given = {name: value for name, value in responses.items() if value not in (None, "", [])}
    if item.processing.get("rules"):
        return _processed(item, given), item.max_score
    if item.type is None:
        return None, item.max_score
    rules = RULES[item.type]
    if rules.needs_person:
        return None, item.max_score
    raw = _raw(item, given) if given else {}
    response = rules.read(item.body.content, raw) if raw else None
    if given and response is None:
        raise BadResponse(N_("Jawaban ini tidak dapat dibaca."))
    # One choice earns or costs what the file says, as in Moodle; several together never cost any.
    is_single = item.type is ItemType.SINGLE_CHOICE
    policy = ScoringPolicy(below_zero=True) if is_single else DEFAULT_POLICY
    score = rules.score(item.body.content, item.body.key, response, item.max_score, policy)
    return score, item.max_score


def _processed(item: ReadItem, given: Mapping[str, Any]) -> Decimal:
    """By the rules the file itself brings."""
    from lsp.exams.formats import qti

    declared = item.processing.get("responses", {})
    if item.type is ItemType.GAP_FILL and (paired := _pairs_in_file(item, given)):
        given = paired
    if len(declared) == 1 and len(given) == 1:
        given = {next(iter(declared)): next(iter(given.values()))}
    if item.type is ItemType.GAP_FILL and not set(given) <= set(declared):
        given = _gaps_in_file(item, given)
    for name, value in given.items():
        if name not in declared:
            raise BadResponse(N_("Soal ini tidak punya respons “%(name)s”."), name=name[:80])
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, _SCALAR):
                raise BadResponse(N_("Jawaban ini tidak dapat dibaca."))
    words = {name: _in_file(item, declared[name], value) for name, value in given.items()}
    points: Decimal = qti.score(item.processing, words, item.max_score)
    return points


def _in_file(item: ReadItem, declared: Mapping[str, Any], value: Any) -> Any:
    """A value as the file calls it, where it is one of our ids, a letter, a text or a point."""
    if hotspots := declared.get("hotspots"):
        return _area_in_file(hotspots, value)
    if declared["base"] in ("float", "integer"):
        readings = (
            numbers(value, str(item.body.content.get("unit") or ""))
            if (isinstance(value, str) and number(value) is None)
            else set()
        )
        return f"{min(readings):f}" if readings else value
    if declared["base"] == "identifier" and item.type is ItemType.TRUE_FALSE:
        return _choice_in_file(item, "true" if _truth(_single(value), item) else "false")
    rows = item.body.content.get("rows") or item.body.content.get("choices")
    if declared["base"] != "identifier" or item.type is None or not rows:
        return value
    if isinstance(value, list):
        return [_row_in_file(item, rows, one) for one in value]
    return _row_in_file(item, rows, value)


def _area_in_file(hotspots: Sequence[Sequence[Any]], value: Any) -> Any:
    """The name of an area; a point is in the first that has it, or in none."""
    if any(value in (name, [name]) for name, _, _ in hotspots):
        return value
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    point = parse("point", one)
    return value if point is None else name_at(hotspots, point)


def _row_in_file(item: ReadItem, rows: Sequence[Mapping[str, Any]], value: Any) -> Any:
    known = {_choice_in_file(item, row["id"]) for row in rows} | set(item.names.values())
    if value in known:
        return value
    try:
        return _choice_in_file(item, _known(value, rows, item))
    except BadResponse:
        if item.processing.get("is_same"):
            raise
        return value


def _choice_in_file(item: ReadItem, id_: str) -> str:
    """What the file calls a row; nothing there begins with a digit."""
    return item.names.get(id_) or (f"_{id_}" if id_[:1].isdigit() else id_)


def _pairs_in_file(item: ReadItem, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Gaps named one by one, as the pairs of the file's only response; None where they are not."""
    declared = item.processing["responses"]
    only = next(iter(declared), "")
    if len(declared) != 1 or declared[only]["base"] != "directedPair" or not given:
        return None
    if len(given) == 1 and isinstance(given.get(only), Mapping):
        given = given[only]
    ids = [gap["id"] for gap in item.body.content["gaps"]]
    if not set(given) <= {*ids, *(item.names.get(id_, id_) for id_ in ids)}:
        return None
    return {only: filled_pairs(item.names, _gaps(item, given))}


def _gaps_in_file(item: ReadItem, given: Mapping[str, Any]) -> dict[str, Any]:
    """Gaps that are named as we name them, by the responses of the file."""
    return {
        item.names.get(gap, f"RESPONSE_{gap}"): item.names.get(f"{gap}:{text}", text)
        for gap, text in _gaps(item, given).items()
    }


def _raw(item: ReadItem, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as the rules of the type read it."""
    if item.type is ItemType.GAP_FILL:
        return {"gaps": _gaps(item, given)}
    if item.type is ItemType.MATCHING:
        return {"pairs": _pairs(item, given)}
    value = _only(item, given)
    content = item.body.content
    match item.type:
        case ItemType.SINGLE_CHOICE:
            return {"choice": _known(_single(value), content["choices"], item)}
        case ItemType.MULTIPLE_CHOICE:
            return {"choices": [_known(one, content["choices"], item) for one in _list(value)]}
        case ItemType.TRUE_FALSE:
            return {"value": _truth(_single(value), item)}
        case ItemType.ORDERING:
            return {"order": [_known(one, content["rows"], item) for one in _list(value)]}
        case ItemType.HOTSPOT:
            return {"point": _point(value)}
    return {"text": _text(_single(value))}


def _only(item: ReadItem, given: Mapping[str, Any]) -> Any:
    """The value of the question's one response."""
    names = {item.response_name, *_ONE}
    if len(given) != 1 or next(iter(given)) not in names:
        unknown = next((name for name in given if name not in names), next(iter(given)))
        raise BadResponse(N_("Soal ini tidak punya respons “%(name)s”."), name=unknown[:80])
    return next(iter(given.values()))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _single(value: Any) -> Any:
    if isinstance(value, list):
        if len(value) != 1:
            raise BadResponse(N_("Soal ini menerima satu jawaban."))
        return value[0]
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadResponse(N_("Jawaban ini tidak dapat dibaca."))
    return value if isinstance(value, str) else repr(value)


def _known(value: Any, rows: Sequence[Mapping[str, Any]], item: ReadItem, gap: str = "") -> str:
    """The id of a row that is named by id, by the file's name, by its letter or by its text."""
    given = _text(value).strip()
    ids = [row["id"] for row in rows]
    for id_ in ids:
        name = f"{gap}:{id_}" if gap else id_
        if given in (item.names.get(name, id_), name):
            return str(id_)
    shorter = given.removeprefix("_")
    for id_ in ids:
        if shorter in (id_, id_.upper()):
            return str(id_)
    for row in rows:
        if fold(wording.plain(row["text"], item.markup)) == fold(given):
            return str(row["id"])
    raise BadResponse(N_("Pilihan “%(name)s” tidak ada di soal ini."), name=given[:80])


def _truth(value: Any, item: ReadItem) -> bool:
    if isinstance(value, bool):
        return value
    given = _text(value).strip()
    for id_, name in item.names.items():
        if name == given and id_ in ("true", "false"):
            return id_ == "true"
    if fold(given) not in _TRUTH:
        raise BadResponse(N_("Pilih apakah pernyataan itu benar atau salah."))
    return _TRUTH[fold(given)]


def _point(value: Any) -> list[Any]:
    """``"102 113"``, ``["102 113"]`` or ``[102, 113]``."""
    if isinstance(value, list) and len(value) == 2:
        return value
    one = _single(value)
    return one.split() if isinstance(one, str) else [one]


def _pairs(item: ReadItem, given: Mapping[str, Any]) -> dict[str, str]:
    """Pairs ``"A B"``, or a right-hand side by each left-hand one."""
    left, right = item.body.content["left"], item.body.content["right"]
    values = list(given.values())
    if len(values) == 1 and isinstance(values[0], Mapping):
        given, values = values[0], []
    elif len(values) == 1 and next(iter(given)) in {item.response_name, *_ONE}:
        pairs: dict[str, str] = {}
        for one in _list(values[0]):
            first, second = _halves(item, _text(one))
            if first in pairs:
                raise BadResponse(N_("Satu baris dijodohkan dua kali."))
            pairs[first] = second
        return pairs
    return {
        _known(name, left, item): _known(_single(value), right, item)
        for name, value in given.items()
    }


def _halves(item: ReadItem, pair: str) -> tuple[str, str]:
    """The two sides of a pair; both may be texts with blanks of their own."""
    left, right = item.body.content["left"], item.body.content["right"]
    words = pair.split(" -> ") if " -> " in pair else pair.split()
    joint = " -> " if " -> " in pair else " "
    for at in range(1, len(words)):
        for first, second in ((words[:at], words[at:]), (words[at:], words[:at])):
            try:
                return (
                    _known(joint.join(first), left, item),
                    _known(joint.join(second), right, item),
                )
            except BadResponse:
                continue
    raise BadResponse(N_("Pasangan “%(name)s” tidak ada di soal ini."), name=pair[:80])


def _gaps(item: ReadItem, given: Mapping[str, Any]) -> dict[str, str]:
    """What fills each gap, by its number or the file's name of its response."""
    gaps = item.body.content["gaps"]
    values = list(given.values())
    named = {
        name: gap["id"]
        for gap in gaps
        for name in (gap["id"], f"RESPONSE_{gap['id']}", item.names.get(gap["id"], gap["id"]))
    }
    if len(values) == 1 and next(iter(given)) not in named:
        _only(item, given)
        if isinstance(values[0], Mapping):
            given = values[0]
        else:
            filled = _list(values[0])
            pairs = [str(one).rsplit(maxsplit=1) for one in filled]
            if all(len(pair) == 2 and pair[1] in named for pair in pairs):
                return _gaps(item, {gap: name for name, gap in pairs})
            if len(filled) > len(gaps):
                raise BadResponse(N_("Soal ini tidak punya sebanyak itu rumpang."))
            given = {gap["id"]: value for gap, value in zip(gaps, filled, strict=False)}
    by_id = {gap["id"]: gap for gap in gaps}
    texts = {}
    for name, value in given.items():
        if name not in named:
            raise BadResponse(N_("Soal ini tidak punya respons “%(name)s”."), name=name[:80])
        gap, one = by_id[named[name]], _single(value)
        is_choice = gap["kind"] == "choice"
        texts[named[name]] = (
            _known(one, gap["choices"], item, gap["id"]) if is_choice else _text(one)
        )
    return texts
