"""What a condition of a file's rules compares an answer with, where that can be said exactly."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.names import number

Interval = tuple[Decimal, Decimal]
#: Guards of QTI 1.2: set once a condition has ended the processing, and once any other held.
DONE, HIT = GUARDS = ("_DONE", "_HIT")


def parts(condition: Any, operator: str) -> list[Any]:
    """What must hold together (``and``) or in turn (``or``), however it is nested."""
    if condition[0] != operator:
        return [condition]
    return [part for operand in condition[2] for part in parts(operand, operator)]


def bare(condition: Any, response: str = "") -> Any:
    """A condition without what holds anyway: that it is not done, and that there is an answer."""
    rest = [part for part in parts(condition, "and") if not _holds(part, response)]
    return rest[0] if len(rest) == 1 else ["and", {}, rest]


def _holds(part: Any, response: str) -> bool:
    if part[0] == "not" and part[2][0][0] == "isNull":
        return is_variable(part[2][0][2][0], response)
    return bool(part[0] == "isNull" and is_variable(part[2][0], DONE))


def is_variable(operand: Any, name: str) -> bool:
    """Whether this is the value of the variable of that name."""
    return bool(operand[0] == "variable" and operand[1].get("id") == name)


def _other(operands: Sequence[Any], response: str) -> Any:
    """What the response is compared with; None when it is not one of the two."""
    if len(operands) == 2 and is_variable(operands[0], response):
        return operands[1]
    return operands[0] if len(operands) == 2 and is_variable(operands[1], response) else None


def _constant(operand: Any, response: str, right: Sequence[str]) -> str | None:
    if operand is None:
        return None
    if operand[0] == "correct" and operand[1].get("id") == response:
        return right[0] if right else None
    return str(operand[1]["value"]) if operand[0] == "base" else None


def compared_forms(
    condition: Any, response: str, right: Sequence[str]
) -> list[tuple[str, bool]] | None:
    """Texts any of which the answer must be, and whether case matters; None if it asks else."""
    found = []
    for part in parts(bare(condition, response), "or"):
        operator, attributes, operands = bare(part, response)
        form = _constant(_other(operands, response), response, right)
        if not form or operator not in ("match", "stringMatch") or attributes.get("substring"):
            return None
        found.append((form, operator == "match" or attributes.get("caseSensitive", True)))
    return found


def compared_numbers(condition: Any, response: str, right: Sequence[str]) -> list[Interval] | None:
    """Intervals, ends included, in any of which the answer must lie; None if it asks else."""
    found = []
    for part in parts(bare(condition, response), "or"):
        interval = _interval(bare(part, response), response, right)
        if interval is None:
            return None
        found.append(interval)
    return found


def _interval(part: Any, response: str, right: Sequence[str]) -> Interval | None:
    operator, attributes, operands = part
    if operator == "and":
        return _between(operands, response, right)
    value = number(_constant(_other(operands, response), response, right) or "")
    if value is None or operator not in ("equal", "match"):
        return None
    mode = attributes.get("toleranceMode", "exact")
    if operator == "match" or mode == "exact":
        return value, value
    margins = [number(one) for one in str(attributes.get("tolerance", "")).split()]
    is_open = not (
        attributes.get("includeLowerBound", True) and attributes.get("includeUpperBound", True)
    )
    if is_open or not margins or any(m is None or m < 0 for m in margins):
        return None
    below, above = margins[0] or Decimal(0), margins[-1] or Decimal(0)
    is_first = is_variable(operands[0], response)
    if mode == "absolute":
        return (value - above, value + below) if is_first else (value - below, value + above)
    if is_first:
        return None
    ends = (value * (1 - below / 100), value * (1 + above / 100))
    return min(ends), max(ends)


def _between(operands: Iterable[Any], response: str, right: Sequence[str]) -> Interval | None:
    low: list[Decimal] = []
    high: list[Decimal] = []
    for operator, _, pair in operands:
        value = number(_constant(_other(pair, response), response, right) or "")
        if operator not in ("gte", "lte") or value is None:
            return None
        is_low = (operator == "gte") == is_variable(pair[0], response)
        (low if is_low else high).append(value)
    if not low or not high or max(low) > min(high):
        return None
    return max(low), min(high)


def is_whole_order(
    condition: Any, response: str, order: Sequence[str], right: Sequence[str]
) -> bool:
    """Whether a condition asks for exactly this order of all rows."""
    asked = bare(condition, response)
    if asked[0] == "match":
        other = _other(asked[2], response)
        is_right = other is not None and other[0] == "correct" and other[1].get("id") == response
        return is_right and list(right) == list(order)
    places: dict[Decimal, str] = {}
    for operator, _, operands in (bare(part, response) for part in parts(asked, "and")):
        if operator != "match" or len(operands) != 2 or operands[0][0] != "index":
            return False
        place, value = number(operands[0][1].get("n", "")), operands[1]
        if place is None or value[0] != "base" or not is_variable(operands[0][2][0], response):
            return False
        if places.setdefault(place, value[1]["value"]) != value[1]["value"]:
            return False
    return places == {Decimal(n): name for n, name in enumerate(order, 1)}
