"""Response processing of QTI 1.2, turned into the same plain data as that of 2.x and 3.0.

There a condition is either true or false: an answer that is not given equals nothing. Siblings
that ask one and the same single answer for several values mean "one of them", as Canvas has it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.names import Element, attr, child, children, number, tag, text
from lsp.exams.formats.qti.rules import MOST_NODES, Unsupported

Expression = list[Any]
TRUE: Expression = ["base", {"base": "boolean", "value": "true"}, []]
#: Set once a condition that ends the processing has come true.
DONE = "_DONE"
_COMPARED = {"vargt": "gt", "vargte": "gte", "varlt": "lt", "varlte": "lte"}
_ACTIONS = {"add": "sum", "subtract": "subtract", "multiply": "product", "divide": "divide"}


class OldRules:
    """Reads the conditions of one item."""

    def __init__(self, responses: Mapping[str, Mapping[str, Any]]) -> None:
        self.responses = responses
        self.nodes = 0

    def read(self, processing: Element) -> list[Any]:
        """The rules; SCORE is then in the file's own measure. Raises Unsupported."""
        rules: list[Any] = []
        for condition in children(processing, "respcondition"):
            actions = [self._action(node) for node in children(condition, "setvar")]
            is_last = _ends(condition)
            if not actions and not is_last:
                continue
            if is_last:
                actions.append(["set", {"id": DONE}, [TRUE]])
            found = self.condition(child(condition, "conditionvar"))
            still = ["isNull", {}, [["variable", {"id": DONE}, []]]]
            rules.append(["if", {}, [[["and", {}, [still, found]], actions]]])
        return rules

    def condition(self, node: Element | None) -> Expression:
        """What is asked of the answers."""
        if node is None or not len(node):
            return TRUE
        parts = list(children(node))
        asked = {attr(part, "respident") for part in parts}
        is_either = (
            len(parts) > 1
            and len(asked) == 1
            and all(tag(part) == "varequal" for part in parts)
            and self._kind(next(iter(asked)))["cardinality"] == "single"
        )
        return self._several("or" if is_either else "and", parts)

    def _several(self, operator: str, parts: Sequence[Element]) -> Expression:
        if not parts:
            return TRUE
        found = [self._part(part) for part in parts]
        return found[0] if len(found) == 1 else [operator, {}, found]

    def _part(self, node: Element) -> Expression:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unsupported("resprocessing")
        name = tag(node)
        if name in ("and", "or"):
            return self._several(name, list(children(node)))
        if name == "not":
            return ["not", {}, [self._several("and", list(children(node)))]]
        if name == "other":
            return TRUE
        response = attr(node, "respident")
        variable = ["variable", {"id": response}, []]
        if name == "unanswered":
            return ["isNull", {}, [variable]]
        if name == "varequal":
            found = self._equal(node, response, variable)
        elif name in _COMPARED:
            found = [_COMPARED[name], {}, [variable, _number(text(node))]]
        elif name == "varsubstring":
            found = ["substring", {"caseSensitive": _is_exact(node)}, [_string(node), variable]]
        else:
            raise Unsupported(name[:60])
        is_given = ["not", {}, [["isNull", {}, [variable]]]]
        return ["and", {}, [is_given, found]]

    def _kind(self, response: str) -> Mapping[str, Any]:
        return self.responses.get(response, {"cardinality": "single", "base": "string"})

    def _equal(self, node: Element, response: str, variable: Expression) -> Expression:
        kind = self._kind(response)
        if kind["base"] in ("float", "integer"):
            return ["equal", {}, [variable, _number(text(node))]]
        if kind["base"] == "string":
            return ["stringMatch", {"caseSensitive": _is_exact(node)}, [variable, _string(node)]]
        value = ["base", {"base": "identifier", "value": text(node)}, []]
        if kind["cardinality"] == "single":
            return ["match", {}, [variable, value]]
        place = number(attr(node, "index"))
        if kind["cardinality"] == "ordered" and place is not None:
            return ["match", {}, [["index", {"n": f"{place:f}"}, [variable]], value]]
        return ["member", {}, [value, variable]]

    def _action(self, node: Element) -> Expression:
        name = attr(node, "varname", "SCORE").upper()
        action = attr(node, "action", "Set").lower()
        value = _number(text(node) or "0")
        if action == "add":
            value[1]["value"] = _unrounded(value[1]["value"])
        if action == "set":
            return ["set", {"id": name}, [value]]
        if action not in _ACTIONS:
            raise Unsupported(f"setvar {action[:40]}")
        return [
            "set",
            {"id": name},
            [[_ACTIONS[action], {}, [["variable", {"id": name}, []], value]]],
        ]


def _ends(condition: Element) -> bool:
    """Whether nothing after it counts once it has come true.

    It does where the file says nothing, unless the condition only adds to the score: Canvas
    writes the rows of a matching and the gaps of a text so, and means all of them.
    """
    said = attr(condition, "continue").lower()
    actions = [attr(node, "action", "Set").lower() for node in children(condition, "setvar")]
    adds = bool(actions) and all(action in ("add", "subtract") for action in actions)
    return said != "yes" if said else not adds


def _unrounded(written: str) -> str:
    """A share of 100 as it was meant: Canvas writes 33.33 for a third."""
    value = Decimal(written)
    if not 1 <= value <= 50:
        return written
    parts = (100 / value).to_integral_value()
    exact = Decimal(100) / parts
    return f"{exact:f}" if abs(exact - value) <= Decimal("0.005") else written


def _is_exact(node: Element) -> bool:
    return attr(node, "case", "No").lower() == "yes"


def _string(node: Element) -> Expression:
    return ["base", {"base": "string", "value": text(node)}, []]


def _number(written: str) -> Expression:
    found = number(written)
    if found is None:
        raise Unsupported(written[:40] or "setvar")
    return ["base", {"base": "float", "value": f"{found:f}"}, []]


def scaled(rules: list[Any], largest: Decimal, max_score: Decimal) -> list[Any]:
    """The rules with SCORE in points at the end, when it was counted up to ``largest``."""
    if not rules or largest == max_score:
        return rules
    score = ["variable", {"id": "SCORE"}, []]
    times = ["product", {}, [score, _number(f"{max_score:f}")]]
    points = ["divide", {}, [times, _number(f"{largest:f}")]]
    return [*rules, ["set", {"id": "SCORE"}, [points]]]
