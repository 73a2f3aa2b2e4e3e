"""Which numbers a file's rules take as right: intervals, found in its declarations and rules."""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Any

from lsp.exams.formats.qti.names import number
from lsp.exams.formats.qti.question import Question, nodes

Interval = tuple[Decimal, Decimal]
#: Most intervals of one question that are looked at.
MOST = 60
_WIDE = Context(prec=60)
#: How exactly the ends of an interval are told.
_FINE = Decimal("1e-6")


def scored_intervals(question: Question, response: str) -> list[tuple[Interval, Decimal]]:
    """Intervals that earn points, with how many; those within a better one are left out."""
    found: dict[Interval, Decimal] = {}
    for low, high in _intervals(question, response):
        if len(found) >= MOST:
            break
        middle = _WIDE.divide(low + high, Decimal(2))
        if not question.has_rules:
            found[low, high] = question.max_score
        elif (points := question.points(response, f"{middle:f}")) > 0:
            found[low, high] = points
    return [
        (interval, points)
        for interval, points in found.items()
        if not any(
            other != interval
            and other[0] <= interval[0]
            and interval[1] <= other[1]
            and found[other] >= points
            for other in found
        )
    ]


def _intervals(question: Question, response: str) -> Iterable[Interval]:
    declaration = question.declaration(response)
    right = [n for text in declaration.get("correct", []) if (n := number(text)) is not None]
    keys = [number(key) for key, _, _ in declaration.get("mapping", {}).get("entries", [])]
    for node in nodes(question.processing.get("rules", [])):
        operator, attributes, operands = node
        if operator == "and":
            yield from _between(operands, response, right)
        elif operator in ("equal", "match", "equalRounded", "stringMatch") and len(operands) == 2:
            sides = [_constant(operand, right) for operand in operands]
            if any(_is(operand, response) for operand in operands):
                is_first = _is(operands[0], response)
                for value in sides[0] + sides[1]:
                    yield _around(value, operator, attributes, is_first=is_first)
    for value in [*right, *(key for key in keys if key is not None)]:
        yield value, value


def _is(operand: Any, response: str) -> bool:
    return bool(operand[0] == "variable" and operand[1].get("id") == response)


def _constant(operand: Any, right: Sequence[Decimal]) -> list[Decimal]:
    if operand[0] == "correct":
        return list(right)
    value = number(operand[1]["value"]) if operand[0] == "base" else None
    return [] if value is None else [value]


def _around(
    value: Decimal, operator: str, attributes: dict[str, Any], *, is_first: bool
) -> Interval:
    """The answers that equal a value; the tolerance belongs to the operand that stands first."""
    mode = attributes.get("toleranceMode", "exact")
    margins = [number(part) or Decimal(0) for part in attributes.get("tolerance", "").split()]
    if operator != "equal" or mode == "exact" or not margins:
        return value, value
    below, above = margins[0], margins[-1]
    if mode == "relative" and is_first:
        if below >= 100:
            return value, value
        ends = [
            _WIDE.divide(value * 100, 100 + above).quantize(_FINE),
            _WIDE.divide(value * 100, 100 - below).quantize(_FINE),
        ]
        return min(ends), max(ends)
    if mode == "relative":
        below, above = abs(value) * below / 100, abs(value) * above / 100
    if is_first:
        below, above = above, below
    return value - below, value + above


def _all_of(operands: Sequence[Any]) -> Iterable[Any]:
    """Everything that must hold, whether in one ``and`` or in several inside one another."""
    todo = list(operands)
    while todo:
        operand = todo.pop()
        if operand[0] == "and":
            todo.extend(operand[2])
        else:
            yield operand


def _between(
    operands: Sequence[Any], response: str, right: Sequence[Decimal]
) -> Iterable[Interval]:
    lows: list[Decimal] = []
    highs: list[Decimal] = []
    for operator, _, parts in _all_of(operands):
        if operator not in ("gte", "gt", "lte", "lt") or len(parts) != 2:
            continue
        is_low = operator in ("gte", "gt")
        if _is(parts[0], response):
            (lows if is_low else highs).extend(_constant(parts[1], right))
        elif _is(parts[1], response):
            (highs if is_low else lows).extend(_constant(parts[0], right))
    if lows and highs and max(lows) <= min(highs):
        yield max(lows), min(highs)
