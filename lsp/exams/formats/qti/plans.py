"""How each of our types is scored in QTI: response variables and rules as plain data.

A plan is what ``evaluation`` would evaluate; it gives the points our own rules give.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from types import MappingProxyType
from typing import Any

from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.qti.rules import standard_template
from lsp.exams.rules.items.numbers import ranges
from lsp.exams.rules.kinds import ItemType

ZERO, ONE = Decimal(0), Decimal(1)
_FINE = Context(prec=28)
Expression = list[Any]


@dataclass
class Plan:
    """Response variables and rules of one item."""

    responses: dict[str, Any] = field(default_factory=dict)
    rules: list[Any] = field(default_factory=list)


def plan(item: ReadItem, names: Mapping[str, str] = MappingProxyType({})) -> Plan:
    """The plan of an item; ``names`` says what is written for true and for false."""
    if item.type is None or item.type not in _PLANS:
        return Plan({"RESPONSE": _variable("single", "string")})
    return _PLANS[item.type](item, names)


def written(n: Decimal) -> str:
    """A number as QTI has it, with no more digits than it needs."""
    return f"{_FINE.create_decimal(n).normalize():f}"


def _variable(cardinality: str, base: str, correct: Sequence[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {"cardinality": cardinality, "base": base}
    return {**found, "correct": list(correct)} if correct else found


def _mapping(
    entries: Iterable[tuple[str, Decimal]], most: Decimal | None = None, *, is_exact: bool = True
) -> dict[str, Any]:
    """A mapping that never takes points away, and none beyond ``most``."""
    rows = [[name, written(worth), is_exact] for name, worth in entries]
    bounds = {} if most is None else {"lower": "0", "upper": written(most)}
    return {"default": "0", **bounds, "entries": rows}


def _template(name: str) -> list[Any]:
    return standard_template(name, "RESPONSE") or []


def _choice(item: ReadItem, _: Mapping[str, str]) -> Plan:
    key, most = item.body.key, item.max_score
    rows = [row["id"] for row in item.body.content["choices"]]
    is_single = item.type is ItemType.SINGLE_CHOICE
    variable = _variable("single" if is_single else "multiple", "identifier", key["correct"])
    weights = key.get("weights")
    if weights is not None:
        worth = {id_: Decimal(weights.get(id_, 0)) * most for id_ in rows}
    elif is_single:
        if most == 1:
            return Plan({"RESPONSE": variable}, _template("match_correct"))
        worth = dict.fromkeys(key["correct"], most)
    else:
        each = _FINE.divide(most, Decimal(len(key["correct"])))
        worth = {id_: each if id_ in key["correct"] else -each for id_ in rows}
    variable["mapping"] = _mapping(worth.items(), most)
    return Plan({"RESPONSE": variable}, _template("map_response"))


def _truth(item: ReadItem, names: Mapping[str, str]) -> Plan:
    right = "true" if item.body.key["answer"] else "false"
    right = names.get(right, right)
    variable = _variable("single", "identifier", [right])
    if item.max_score == 1:
        return Plan({"RESPONSE": variable}, _template("match_correct"))
    variable["mapping"] = _mapping([(right, item.max_score)], item.max_score)
    return Plan({"RESPONSE": variable}, _template("map_response"))


def _text(item: ReadItem, _: Mapping[str, str]) -> Plan:
    variable, rules = text_parts(item.body.key, "RESPONSE", item.max_score)
    return Plan({"RESPONSE": variable}, rules or _template("map_response"))


def text_parts(
    key: Mapping[str, Any], response: str, most: Decimal
) -> tuple[dict[str, Any], list[Any]]:
    """The variable of a typed answer, and rules where a mapping is not enough."""
    shares = key.get("shares", {})
    forms = [(form, Decimal(shares.get(form, 1)) * most) for form in key["accepted"]]
    exact = bool(key.get("case_sensitive"))
    variable = _variable("single", "string", key["accepted"][:1])
    variable["mapping"] = _mapping(forms, is_exact=exact)
    if not key.get("wildcards") and not key.get("ignore_spaces"):
        return variable, []
    rules = []
    for form, worth in forms:
        pattern = _pattern(form, key, exact=exact)
        asked = ["patternMatch", {"pattern": pattern}, [_is(response)]]
        rules.append(_raise_to(asked, worth, f"SCORE_{response}"))
    return variable, [*rules, _gather([f"SCORE_{response}"])]


def _pattern(form: str, key: Mapping[str, Any], *, exact: bool) -> str:
    """An accepted form as a regular expression of XML Schema."""
    parts = []
    form = " ".join(form.split())
    if key.get("wildcards"):
        form = form.replace("\\*", "\0")
    for char in form:
        if char == "*" and key.get("wildcards"):
            parts.append("(.|\\n)*")
        elif char == " ":
            parts.append("\\s*" if key.get("ignore_spaces") else "\\s+")
        else:
            parts.append(_letter("*" if char == "\0" else char, exact=exact))
            parts += ["\\s*"] if key.get("ignore_spaces") else []
    return "".join(parts)


def _letter(char: str, *, exact: bool) -> str:
    cases = dict.fromkeys([char, char.lower(), char.upper()])
    single = [case for case in cases if len(case) == 1]
    if exact or len(single) == 1:
        return char if char.isalnum() else f"\\{char}" if char.isascii() else char
    return f"[{''.join(single)}]"


def _number(item: ReadItem, _: Mapping[str, str]) -> Plan:
    rules = number_rules(item.body.key, "RESPONSE", item.max_score, "SCORE")
    correct = [item.body.key["value"]] if "value" in item.body.key else []
    return Plan({"RESPONSE": _variable("single", "float", correct)}, rules)


def number_rules(key: Mapping[str, Any], response: str, most: Decimal, outcome: str) -> list[Any]:
    """Rules that give the best share of the ranges a number lies in."""
    if "value" in key:
        tolerance = written(Decimal(key["tolerance"]))
        how = {"toleranceMode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
        value = ["base", {"base": "float", "value": written(Decimal(key["value"]))}, []]
        asked = ["equal", how if Decimal(key["tolerance"]) else {}, [value, _is(response)]]
        return [_raise_to(asked, most, outcome)]
    rules = []
    for low, high, share in ranges(key):
        asked = [
            "and",
            {},
            [["gte", {}, [_is(response), _float(low)]], ["lte", {}, [_is(response), _float(high)]]],
        ]
        rules.append(_raise_to(asked, share * most, outcome))
    return rules


def _is(response: str) -> Expression:
    return ["variable", {"id": response}, []]


def _float(n: Decimal) -> Expression:
    return ["base", {"base": "float", "value": written(n)}, []]


def _raise_to(asked: Expression, worth: Decimal, outcome: str) -> Expression:
    """If this holds, the outcome is at least so much."""
    best = ["max", {}, [_is(outcome), _float(worth)]]
    return ["if", {}, [[asked, [["set", {"id": outcome}, [best]]]]]]


def _gather(parts: Sequence[Any]) -> Expression:
    """SCORE as the sum of outcomes and mapped responses."""
    operands = [_is(part) if isinstance(part, str) else part for part in parts]
    return ["set", {"id": "SCORE"}, [["sum", {}, operands]]]


def _match(item: ReadItem, _: Mapping[str, str]) -> Plan:
    pairs = item.body.key["pairs"]
    each = _FINE.divide(item.max_score, Decimal(len(pairs)))
    right = [f"{a} {b}" for a, b in pairs.items()]
    variable = _variable("multiple", "directedPair", right)
    variable["mapping"] = _mapping([(pair, each) for pair in right], item.max_score)
    return Plan({"RESPONSE": variable}, _template("map_response"))


def _order(item: ReadItem, _: Mapping[str, str]) -> Plan:
    order, most = item.body.key["order"], item.max_score
    variable = _variable("ordered", "identifier", order)
    if item.body.key.get("exact"):
        if most == 1:
            return Plan({"RESPONSE": variable}, _template("match_correct"))
        asked = ["match", {}, [_is("RESPONSE"), ["correct", {"id": "RESPONSE"}, []]]]
        return Plan({"RESPONSE": variable}, [_raise_to(asked, most, "SCORE")])
    each = _FINE.divide(most, Decimal(len(order)))
    rules = []
    for n, id_ in enumerate(order, 1):
        place = ["index", {"n": str(n)}, [_is("RESPONSE")]]
        asked = ["match", {}, [place, ["base", {"base": "identifier", "value": id_}, []]]]
        more = ["sum", {}, [_is("SCORE"), _float(each)]]
        rules.append(["if", {}, [[asked, [["set", {"id": "SCORE"}, [more]]]]]])
    return Plan({"RESPONSE": variable}, rules)


def _gaps(item: ReadItem, _: Mapping[str, str]) -> Plan:
    found, totals = Plan(), []
    keys = item.body.key["gaps"]
    of = sum((Decimal(key["weight"]) for key in keys.values()), ZERO)
    for gap in item.body.content["gaps"]:
        key, response = keys[gap["id"]], f"RESPONSE_{gap['id']}"
        most = _FINE.divide(Decimal(key["weight"]) * item.max_score, of)
        outcome = f"SCORE_{response}"
        if gap["kind"] == "number":
            correct = [key["value"]] if "value" in key else []
            found.responses[response] = _variable("single", "float", correct)
            found.rules += number_rules(key, response, most, outcome)
            totals.append(_is(outcome))
            continue
        if gap["kind"] == "text":
            found.responses[response], rules = text_parts(key, response, most)
            found.rules += rules[:-1]
            is_mapped = not rules
        else:
            found.responses[response] = _drop_down(key, gap["choices"], most)
            is_mapped = True
        mapped = ["mapResponse", {"id": response}, []]
        totals.append(mapped if is_mapped else _is(outcome))
    found.rules.append(_gather(totals))
    return found


def _drop_down(
    key: Mapping[str, Any], rows: Sequence[Mapping[str, str]], most: Decimal
) -> dict[str, Any]:
    variable = _variable("single", "identifier", key["correct"])
    weights = key.get("weights", dict.fromkeys(key["correct"], 1))
    worth = {row["id"]: Decimal(weights.get(row["id"], 0)) * most for row in rows}
    variable["mapping"] = _mapping(((name, w) for name, w in worth.items() if w), most)
    return variable


def _place(item: ReadItem, _: Mapping[str, str]) -> Plan:
    areas = item.body.key["areas"]
    variable = _variable("single", "point")
    variable["areas"] = {
        "default": "0",
        "upper": written(item.max_score),
        "entries": [
            {
                "shape": area["shape"],
                "coords": [str(n) for n in area["coords"]],
                "value": written(item.max_score),
            }
            for area in areas
        ],
    }
    return Plan({"RESPONSE": variable}, _template("map_response_point"))


def _file(_: ReadItem, __: Mapping[str, str]) -> Plan:
    return Plan({"RESPONSE": _variable("single", "file")})


_PLANS: dict[ItemType, Callable[[ReadItem, Mapping[str, str]], Plan]] = {
    ItemType.SINGLE_CHOICE: _choice,
    ItemType.MULTIPLE_CHOICE: _choice,
    ItemType.TRUE_FALSE: _truth,
    ItemType.SHORT_ANSWER: _text,
    ItemType.NUMERICAL: _number,
    ItemType.MATCHING: _match,
    ItemType.ORDERING: _order,
    ItemType.GAP_FILL: _gaps,
    ItemType.HOTSPOT: _place,
    ItemType.FILE_UPLOAD: _file,
}
