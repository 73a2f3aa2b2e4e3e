"""The score of an item of QTI 1.2: the variable that holds it, where it begins, and its bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.conditions import DONE
from lsp.exams.formats.qti.names import Element, attr, below, number

ZERO = Decimal(0)
#: Sums of shares that were written with two decimals may miss the whole by less.
CLOSE = Decimal("1e-6")
_SCORE: list[Any] = ["variable", {"id": "SCORE"}, []]
Span = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class OldScore:
    """What ``decvar`` says of the points, in the file's own measure."""

    #: SCORE, or what a file calls the only variable it sets; in capitals.
    name: str
    begins: Decimal = ZERO
    least: Decimal | None = None
    #: None where the file says none, or none above 0.
    most: Decimal | None = None
    #: Further variables that are set, which nothing here is made of.
    others: tuple[str, ...] = ()

    @property
    def outcomes(self) -> dict[str, Any]:
        """The declaration of SCORE."""
        begins = {"default": [f"{self.begins:f}"]} if self.begins else {}
        return {"SCORE": {"cardinality": "single", "base": "float", **begins}}


def read_score(item: Element) -> OldScore:
    """What an item declares of its score."""
    declared: dict[str, Element] = {}
    for node in below(item, "decvar"):
        declared.setdefault(attr(node, "varname", "SCORE").upper(), node)
    changed = dict.fromkeys(attr(n, "varname", "SCORE").upper() for n in below(item, "setvar"))
    name = "SCORE"
    if len(changed) == 1 and name not in declared:
        name = next(iter(changed))
    others = tuple(other for other in changed if other != name)
    if name not in declared:
        return OldScore(name, others=others)
    begins, least, most = (
        number(attr(declared[name], part)) for part in ("defaultval", "minvalue", "maxvalue")
    )
    return OldScore(
        name, begins or ZERO, least, most if most is not None and most > 0 else None, others
    )


def bounded(rules: list[Any], said: OldScore) -> list[Any]:
    """The rules with SCORE kept in its bounds at the end, where it could leave them."""
    span = _reach(rules, said.begins)
    value = _SCORE
    if said.least is not None and (span is None or span[0] < said.least - CLOSE):
        value = ["max", {}, [value, _number(said.least)]]
    if said.most is not None and (span is None or span[1] > said.most + CLOSE):
        value = ["min", {}, [value, _number(said.most)]]
    if not rules or value is _SCORE:
        return rules
    return [*rules, ["set", {"id": "SCORE"}, [value]]]


def _reach(rules: Sequence[Any], begins: Decimal) -> Span | None:
    """Between what the score can end; None where it is not only set, added to and taken from."""
    going: Span = (begins, begins)
    ended = [going]
    for _, _, ((_, actions),) in rules:
        reached: Span | None = going
        for _, attributes, values in actions:
            if attributes["id"] == "SCORE" and reached is not None:
                reached = _after(reached, values[0])
        if reached is None:
            return None
        if any(attributes["id"] == DONE for _, attributes, _ in actions):
            ended.append(reached)
        else:
            going = (min(going[0], reached[0]), max(going[1], reached[1]))
    ended.append(going)
    return min(low for low, _ in ended), max(high for _, high in ended)


def _after(span: Span, value: Any) -> Span | None:
    """Between what the score lies once it is set to this."""
    operator, attributes, operands = value
    if operator == "base":
        points = Decimal(attributes["value"])
        return points, points
    if operator not in ("sum", "subtract"):
        return None
    points = Decimal(operands[1][1]["value"]) * (1 if operator == "sum" else -1)
    return span[0] + points, span[1] + points


def scaled(rules: list[Any], largest: Decimal, max_score: Decimal) -> list[Any]:
    """The rules with SCORE in points at the end, when it was counted up to ``largest``."""
    if not rules or largest == max_score:
        return rules
    times = ["product", {}, [_SCORE, _number(max_score)]]
    points = ["divide", {}, [times, _number(largest)]]
    return [*rules, ["set", {"id": "SCORE"}, [points]]]


def _number(value: Decimal) -> list[Any]:
    return ["base", {"base": "float", "value": f"{value:f}"}, []]
