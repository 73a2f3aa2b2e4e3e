"""Declarations and response processing of QTI 2.x and 3.0, read into plain data.

What comes out is described in ``evaluation``. Whatever cannot be evaluated raises Unsupported
with the name of the element, so that the question is named as not scored by its file's rules.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.names import (
    Element,
    attr,
    child,
    children,
    flag,
    number,
    raw_text,
    tag,
    text,
)
from lsp.exams.formats.qti.operators import COUNTS, EMPTY, OPERATORS
from lsp.exams.formats.qti.patterns import BadPattern, check
from lsp.exams.formats.qti.shapes import read_coords
from lsp.exams.formats.qti.values import BASES, CARDINALITIES, MOST_VALUES, parse

Expression = list[Any]
#: Finds a response processing template of the package by its address; None when there is none.
FindTemplate = Callable[[str], Element | None]
#: Most rules and expressions of one question.
MOST_NODES = 5_000


class Unsupported(ValueError):
    """Something in the rules is not evaluated here; its text is the element's name."""


# --- Declarations -------------------------------------------------------------------------------


def response_declaration(node: Element) -> dict[str, Any]:
    """A response variable: cardinality, base type, right answer, mapping and areas."""
    declared = _variable(node)
    if correct := _values(child(node, "correctResponse")):
        declared["correct"] = correct
    if (mapping := child(node, "mapping")) is not None:
        declared["mapping"] = {
            **_bounds(mapping),
            "entries": [
                [
                    entry.get("map-key", entry.get("mapKey", "")),
                    _number(entry, "mappedValue"),
                    flag(entry, "caseSensitive", default=True),
                ]
                for entry in children(mapping, "mapEntry")
            ][:MOST_VALUES],
        }
    if (areas := child(node, "areaMapping")) is not None:
        entries = list(children(areas, "areaMapEntry"))[:MOST_VALUES]
        declared["areas"] = {
            **_bounds(areas),
            "entries": [{**_shape(e), "value": _number(e, "mappedValue")} for e in entries],
        }
    return declared


def outcome_declaration(node: Element) -> dict[str, Any]:
    """An outcome variable, with its lookup table if it has one."""
    declared = _variable(node)
    for name, kind, row in (
        ("matchTable", "match", "matchTableEntry"),
        ("interpolationTable", "interpolation", "interpolationTableEntry"),
    ):
        if (table := child(node, name)) is not None:
            declared["lookup"] = {
                "kind": kind,
                "default": attr(table, "defaultValue") or None,
                "rows": [
                    {
                        "source": _number(entry, "sourceValue"),
                        "target": attr(entry, "targetValue"),
                        "included": flag(entry, "includeBoundary", default=True),
                    }
                    for entry in children(table, row)
                ][:MOST_VALUES],
            }
    return declared


def _variable(node: Element) -> dict[str, Any]:
    cardinality = attr(node, "cardinality", "single")
    base = attr(node, "baseType") or ("record" if cardinality == "record" else "string")
    if cardinality not in CARDINALITIES:
        raise Unsupported(f"cardinality={cardinality[:40]}")
    if base not in BASES and base != "record":
        raise Unsupported(f"baseType={base[:40]}")
    declared: dict[str, Any] = {"cardinality": cardinality, "base": base}
    if default := _values(child(node, "defaultValue")):
        declared["default"] = default
    return declared


def _values(node: Element | None) -> list[str]:
    if node is None:
        return []
    found = [raw_text(value) for value in children(node, "value")]
    return [value.strip() for value in found[:MOST_VALUES]]


def _bounds(node: Element) -> dict[str, str]:
    bounds = {"default": _number(node, "defaultValue", "0")}
    for name, bound in (("lower", "lowerBound"), ("upper", "upperBound")):
        if attr(node, bound):
            bounds[name] = _number(node, bound)
    return bounds


def _number(node: Element, name: str, default: str = "") -> str:
    found = number(attr(node, name, default))
    if found is None:
        raise Unsupported(f"{tag(node)} {name}={attr(node, name)[:40]}")
    return f"{found:f}"


def _shape(node: Element) -> dict[str, Any]:
    shape = attr(node, "shape", "default")
    coords = read_coords(shape, attr(node, "coords"))
    if coords is None:
        raise Unsupported(f"{tag(node)} {shape[:40]}")
    return {"shape": shape, "coords": coords}


# --- Response processing ------------------------------------------------------------------------


def standard_template(address: str, response: str) -> list[Any] | None:
    """The rules of a template of the standard, by whatever address it is called; None if unknown.

    All of them are about the response called RESPONSE; where an item has only one and calls it
    otherwise, that one is meant.
    """
    name = address.rstrip("/").rpartition("/")[2].lower().removesuffix(".xml").replace("-", "_")
    name = name.removeprefix("cc2_")
    variable = ["variable", {"id": response}, []]
    is_right = ["match", {}, [variable, ["correct", {"id": response}, []]]]
    if name in ("match_correct", "match"):
        return [["if", {}, [[is_right, [_set("1")]], [None, [_set("0")]]]]]
    if name == "match_basic":
        maximum = ["set", {"id": "SCORE"}, [["variable", {"id": "MAXSCORE"}, []]]]
        return [["if", {}, [[is_right, [maximum]], [None, [_set("0")]]]]]
    operator = {"map_response": "mapResponse", "map_response_point": "mapResponsePoint"}.get(name)
    if operator is None:
        return None
    mapped = ["set", {"id": "SCORE"}, [[operator, {"id": response}, []]]]
    return [["if", {}, [[["isNull", {}, [variable]], [_set("0")]], [None, [mapped]]]]]


def _set(value: str) -> Expression:
    return ["set", {"id": "SCORE"}, [["base", {"base": "float", "value": value}, []]]]


class RuleReader:
    """Reads the response processing of one item."""

    def __init__(
        self, responses: dict[str, Any], templates: set[str], find_template: FindTemplate
    ) -> None:
        """``templates`` are names of template variables, which have no value here."""
        self.responses, self.templates, self.find_template = responses, templates, find_template
        self.nodes = 0
        self.inside_template = False

    def read(self, processing: Element) -> list[Any]:
        """The rules. Raises Unsupported."""
        address = attr(processing, "template")
        location = attr(processing, "templateLocation")
        rules = [self.rule(node) for node in children(processing)]
        if rules or not (address or location):
            return rules
        only = "RESPONSE"
        if only not in self.responses and len(self.responses) == 1:
            only = next(iter(self.responses))
        found = standard_template(address, only)
        if found is not None:
            return found
        own = self.find_template(location) if location else None
        own = own if own is not None else self.find_template(address)
        if own is None or self.inside_template:
            raise Unsupported(f"template={(address or location)[:80]}")
        self.inside_template = True
        return self.read(own)

    def rule(self, node: Element) -> Expression:
        """One response rule."""
        self._count()
        name = tag(node)
        if name == "responseCondition":
            return ["if", {}, [self._branch(part) for part in children(node)]]
        if name in ("setOutcomeValue", "lookupOutcomeValue"):
            operands = [self.expression(part) for part in children(node)]
            if len(operands) != 1 or not attr(node, "identifier"):
                raise Unsupported(name)
            return [
                "set" if name == "setOutcomeValue" else "lookup",
                {"id": attr(node, "identifier")},
                operands,
            ]
        if name == "responseProcessingFragment":
            return ["block", {}, [self.rule(part) for part in children(node)]]
        if name == "exitResponse":
            return ["exit", {}, []]
        raise Unsupported(name[:60])

    def _branch(self, node: Element) -> list[Any]:
        self._count()
        parts = list(children(node))
        if tag(node) == "responseElse":
            return [None, [self.rule(part) for part in parts]]
        if tag(node) not in ("responseIf", "responseElseIf") or not parts:
            raise Unsupported(tag(node)[:60])
        return [self.expression(parts[0]), [self.rule(part) for part in parts[1:]]]

    def expression(self, node: Element) -> Expression:
        """One expression with its operands."""
        self._count()
        name = tag(node)
        leaf = self._leaf(name, node)
        if leaf is not None:
            return leaf
        if name not in OPERATORS:
            raise Unsupported(name[:60])
        operands = [self.expression(part) for part in children(node)]
        if len(operands) != COUNTS.get(name, len(operands)) or (not operands and name not in EMPTY):
            raise Unsupported(name)
        return [name, self._attributes(name, node), operands]

    def _leaf(self, name: str, node: Element) -> Expression | None:
        if name == "baseValue":
            base, written = attr(node, "baseType", "string"), text(node)
            if base not in BASES or (written and parse(base, written) is None):
                raise Unsupported(f"baseValue {base[:40]}={written[:40]}")
            return ["base", {"base": base, "value": written}, []]
        if name == "null":
            return ["null", {}, []]
        if name not in ("variable", "correct", "default", "mapResponse", "mapResponsePoint"):
            return None
        identifier = attr(node, "identifier")
        if identifier in self.templates:
            raise Unsupported("templateDeclaration")
        return [name, {"id": identifier}, []]

    def _attributes(self, name: str, node: Element) -> dict[str, Any]:
        if name == "inside":
            return _shape(node)
        if name == "patternMatch":
            return {"pattern": _pattern(node)}
        found: dict[str, Any] = {}
        for key in ("toleranceMode", "roundingMode", "fieldIdentifier"):
            if attr(node, key):
                found[key] = attr(node, key)
        for key in ("includeLowerBound", "includeUpperBound", "caseSensitive", "substring"):
            if attr(node, key):
                found[key] = flag(node, key)
        for key in ("tolerance", "figures", "n", "min", "max"):
            if attr(node, key):
                found[key] = self._reckoned(node, key)
        return found

    def _reckoned(self, node: Element, key: str) -> str:
        parts = attr(node, key).split()
        if not parts or len(parts) > 2 or any(number(part) is None for part in parts):
            raise Unsupported(f"{tag(node)} {key}={attr(node, key)[:40]}")
        return " ".join(f"{number(part) or Decimal(0):f}" for part in parts)

    def _count(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unsupported("responseProcessing")


def _pattern(node: Element) -> str:
    pattern = attr(node, "pattern")
    try:
        check(pattern)
    except BadPattern:
        raise Unsupported(f"patternMatch {pattern[:40]}") from None
    return pattern
