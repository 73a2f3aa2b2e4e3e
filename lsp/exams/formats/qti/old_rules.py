"""Response processing of QTI 1.2, turned into the same plain data as that of 2.x and 3.0.

There a condition is either true or false: an answer that is not given equals nothing. The first
that is true ends the processing unless it says ``continue="Yes"``. Siblings that ask one and the
same single answer for several values mean "one of them", as Canvas has it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.conditions import DONE, HIT
from lsp.exams.formats.qti.names import Element, attr, below, child, children, number, tag, text
from lsp.exams.formats.qti.rules import MOST_NODES, Unsupported

Expression = list[Any]
#: Texts that a name in the file stands for, and whether each is meant to the letter.
Forms = Mapping[str, Sequence[tuple[str, bool]]]
TRUE: Expression = ["base", {"base": "boolean", "value": "true"}, []]
_COMPARED = {"vargt": "gt", "vargte": "gte", "varlt": "lt", "varlte": "lte"}
_ACTIONS = {"add": "sum", "subtract": "subtract", "multiply": "product", "divide": "divide"}


class OldRules:
    """Reads the conditions of one item."""

    def __init__(
        self,
        responses: Mapping[str, Mapping[str, Any]],
        *,
        score: str = "SCORE",
        is_by_rows: bool = False,
        forms: Mapping[str, Forms] | None = None,
    ) -> None:
        """``score`` is the variable that holds the points; ``forms`` what names stand for by gap.

        ``is_by_rows`` tells that conditions are rows of a question of Canvas, which all count.
        """
        self.responses, self.score, self.is_by_rows = responses, score, is_by_rows
        self.forms = forms or {}
        self.nodes = 0
        self.other = TRUE

    def read(self, processing: Element) -> list[Any]:
        """The rules; SCORE is then in the file's own measure. Raises Unsupported."""
        conditions = list(children(processing, "respcondition"))
        others = [
            n for n, one in enumerate(conditions) if next(below(one, "other"), None) is not None
        ]
        rules: list[Any] = []
        self.other = TRUE
        for n, condition in enumerate(conditions):
            actions = [
                self._action(node)
                for node in children(condition, "setvar")
                if attr(node, "varname", "SCORE").upper() == self.score
            ]
            is_last = self._ends(condition)
            if not actions and not is_last:
                continue
            found = self.condition(child(condition, "conditionvar"))
            if is_last:
                actions.append(["set", {"id": DONE}, [TRUE]])
            elif others and n < others[-1] and n not in others:
                actions.append(["set", {"id": HIT}, [TRUE]])
                self.other = _is_unset(HIT)
            rules.append(["if", {}, [[["and", {}, [_is_unset(DONE), found]], actions]]])
        return rules

    def _ends(self, condition: Element) -> bool:
        """Whether nothing after it counts once it has come true.

        It does where the file says nothing. Canvas writes the rows of a matching and the gaps of
        a text so, and means all of them: there a condition that only adds does not end anything.
        """
        said = attr(condition, "continue").lower()
        if said or not self.is_by_rows:
            return said != "yes"
        actions = [attr(node, "action", "Set").lower() for node in children(condition, "setvar")]
        return not actions or any(action not in ("add", "subtract") for action in actions)

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
        if operator == "and" and self._is_order(parts):
            for place, part in enumerate(parts, 1):
                part.set("index", str(place))
        found = [self._part(part) for part in parts]
        return found[0] if len(found) == 1 else [operator, {}, found]

    def _is_order(self, parts: Sequence[Element]) -> bool:
        """Whether these name the rows of an order one after the other, as New Quizzes writes it."""
        asked = {attr(part, "respident") for part in parts}
        is_bare = all(tag(part) == "varequal" and not attr(part, "index") for part in parts)
        if len(parts) < 2 or len(asked) != 1 or not is_bare:
            return False
        return bool(self._kind(next(iter(asked)))["cardinality"] == "ordered")

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
            # What no condition before it has taken care of.
            return self.other
        response = attr(node, "respident")
        variable = ["variable", {"id": response}, []]
        if name == "unanswered":
            return ["isNull", {}, [variable]]
        if name == "varequal":
            found = self._equal(node, response, variable)
        elif name in _COMPARED:
            found = [_COMPARED[name], {}, [variable, _number(text(node))]]
        elif name == "varsubstring":
            found = ["substring", {"caseSensitive": _is_exact(node)}, [_text(text(node)), variable]]
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
            forms = self.forms.get(response, {}).get(text(node), [(text(node), _is_exact(node))])
            found = [
                ["stringMatch", {"caseSensitive": is_exact}, [variable, _text(form)]]
                for form, is_exact in forms
            ]
            return found[0] if len(found) == 1 else ["or", {}, found]
        value = ["base", {"base": "identifier", "value": text(node)}, []]
        if kind["cardinality"] == "single":
            return ["match", {}, [variable, value]]
        place = number(attr(node, "index"))
        if kind["cardinality"] == "ordered" and place is not None:
            return ["match", {}, [["index", {"n": f"{place:f}"}, [variable]], value]]
        return ["member", {}, [value, variable]]

    def _action(self, node: Element) -> Expression:
        action = attr(node, "action", "Set").lower()
        value = _number(text(node) or "0")
        if action == "add" and self.is_by_rows:
            value[1]["value"] = _unrounded(value[1]["value"])
        if action == "set":
            return ["set", {"id": "SCORE"}, [value]]
        if action not in _ACTIONS:
            raise Unsupported(f"setvar {action[:40]}")
        score = ["variable", {"id": "SCORE"}, []]
        return ["set", {"id": "SCORE"}, [[_ACTIONS[action], {}, [score, value]]]]


def _is_unset(name: str) -> Expression:
    return ["isNull", {}, [["variable", {"id": name}, []]]]


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


def _text(written: str) -> Expression:
    return ["base", {"base": "string", "value": written}, []]


def _number(written: str) -> Expression:
    found = number(written)
    if found is None:
        raise Unsupported(written[:40] or "setvar")
    return ["base", {"base": "float", "value": f"{found:f}"}, []]
