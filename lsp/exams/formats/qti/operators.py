"""Operators of QTI expressions: from the values of their operands to a value, or NULL.

NULL (None) as an operand gives NULL unless the standard says otherwise for that operator.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException
from typing import Any

from lsp.exams.formats.qti import patterns
from lsp.exams.formats.qti.names import number
from lsp.exams.formats.qti.shapes import inside
from lsp.exams.formats.qti.values import Value, container, single, truth

Attributes = Mapping[str, Any]
Operands = Sequence[Value | None]
Operator = Callable[[Attributes, Operands], Value | None]

#: Reckoning has 28 digits; what would be larger than 10^60 becomes NULL.
CONTEXT = Context(prec=28, Emax=60, Emin=-60)
#: A repeated container stays below this many items.
MOST_ITEMS = 2_000


def same(left: Value, right: Value) -> bool:
    """Whether two values are the same: in any order for ``multiple``, in order otherwise."""
    a, b = list(left.items), list(right.items)
    if len(a) != len(b):
        return False
    if "multiple" in (left.cardinality, right.cardinality):
        for item in a:
            if item not in b:
                return False
            b.remove(item)
        return True
    return a == b


def _known(operands: Operands) -> list[Value] | None:
    """The operands, or None when one of them is NULL."""
    values = [operand for operand in operands if operand is not None]
    return values if len(values) == len(operands) else None


def _numbers(operands: Operands) -> list[Decimal] | None:
    """All numbers of the operands, containers opened; None when one is NULL or no number."""
    values = _known(operands)
    if values is None or any(not value.is_number for value in values):
        return None
    return [item for value in values for item in value.items]


def _as_number(result: Decimal, operands: Operands, *, is_float: bool = False) -> Value:
    integers = not is_float and all(v is not None and v.base == "integer" for v in operands)
    return single("integer" if integers else "float", result)


def _arithmetic(
    work: Callable[[list[Decimal]], Decimal], *, is_float: bool = False, count: int = 0
) -> Operator:
    def operator(_: Attributes, operands: Operands) -> Value | None:
        found = _numbers(operands)
        if not found or (count and len(found) != count):
            return None
        try:
            result = work(found)
        except (DecimalException, ZeroDivisionError, OverflowError):
            return None
        # Zero to a negative power is infinite in some builds of the decimal module.
        return _as_number(result, operands, is_float=is_float) if result.is_finite() else None

    return operator


def _sum(found: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for n in found:
        total = CONTEXT.add(total, n)
    return total


def _product(found: list[Decimal]) -> Decimal:
    total = Decimal(1)
    for n in found:
        total = CONTEXT.multiply(total, n)
    return total


def _floored(found: list[Decimal]) -> Decimal:
    return CONTEXT.divide(found[0], found[1]).to_integral_value(ROUND_FLOOR)


def _gcd(found: list[Decimal]) -> Decimal:
    return Decimal(math.gcd(*(int(n) for n in found)))


def _lcm(found: list[Decimal]) -> Decimal:
    return Decimal(math.lcm(*(int(n) for n in found[:20])))


def _half_up(n: Decimal) -> Decimal:
    return CONTEXT.add(n, Decimal("0.5")).to_integral_value(ROUND_FLOOR)


def _to_integer(work: Callable[[Decimal], Decimal]) -> Operator:
    def operator(_: Attributes, operands: Operands) -> Value | None:
        found = _numbers(operands)
        return single("integer", work(found[0])) if found else None

    return operator


def _to_float(_: Attributes, operands: Operands) -> Value | None:
    found = _numbers(operands)
    return single("float", found[0]) if found else None


def rounded(n: Decimal, mode: str, figures: int) -> Decimal | None:
    """A number to so many decimal places or significant figures; None beyond 20 figures."""
    if not 0 <= figures <= 20 or (mode == "significantFigures" and figures < 1):
        return None
    significant = figures - 1 - n.adjusted() if n else 0
    places = figures if mode == "decimalPlaces" else significant
    try:
        return n.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=90))
    except DecimalException:
        return None


def _round_to(attributes: Attributes, operands: Operands) -> Value | None:
    found = _numbers(operands)
    if not found:
        return None
    result = rounded(found[0], *_rounding(attributes))
    return None if result is None else single("float", result)


def _rounding(attributes: Attributes) -> tuple[str, int]:
    figures = number(attributes.get("figures", "3"))
    mode = str(attributes.get("roundingMode", "significantFigures"))
    return mode, -1 if figures is None else int(figures)


def _equal_rounded(attributes: Attributes, operands: Operands) -> Value | None:
    found = _numbers(operands)
    if found is None or len(found) != 2:
        return None
    mode, figures = _rounding(attributes)
    left, right = rounded(found[0], mode, figures), rounded(found[1], mode, figures)
    return None if left is None or right is None else truth(left == right)


def _equal(attributes: Attributes, operands: Operands) -> Value | None:
    found = _numbers(operands)
    if found is None or len(found) != 2:
        return None
    x, y = found
    mode = attributes.get("toleranceMode", "exact")
    if mode == "exact":
        return truth(x == y)
    tolerances = [number(part) for part in str(attributes.get("tolerance", "")).split()]
    if not tolerances or any(t is None for t in tolerances):
        return None
    below, above = tolerances[0] or Decimal(0), tolerances[-1] or Decimal(0)
    if mode == "absolute":
        low, high = x - below, x + above
    else:
        bounds = (x * (1 - below / 100), x * (1 + above / 100))
        low, high = min(bounds), max(bounds)
    has_low = y >= low if attributes.get("includeLowerBound", True) else y > low
    has_high = y <= high if attributes.get("includeUpperBound", True) else y < high
    return truth(has_low and has_high)


def _compared(work: Callable[[Decimal, Decimal], bool]) -> Operator:
    def operator(_: Attributes, operands: Operands) -> Value | None:
        found = _numbers(operands)
        return truth(work(*found)) if found and len(found) == 2 else None

    return operator


def _match(_: Attributes, operands: Operands) -> Value | None:
    values = _known(operands)
    return None if values is None or len(values) != 2 else truth(same(*values))


def _is_null(_: Attributes, operands: Operands) -> Value | None:
    return truth(not operands or operands[0] is None)


def _states(operands: Operands) -> list[bool | None]:
    return [None if o is None or o.base != "boolean" else bool(o.one) for o in operands]


def _not(_: Attributes, operands: Operands) -> Value | None:
    state = _states(operands)[0]
    return truth(None if state is None else not state)


def _and(_: Attributes, operands: Operands) -> Value | None:
    states = _states(operands)
    if False in states:
        return truth(False)
    return truth(None if None in states else True)


def _or(_: Attributes, operands: Operands) -> Value | None:
    states = _states(operands)
    if True in states:
        return truth(True)
    return truth(None if None in states else False)


def _any_n(attributes: Attributes, operands: Operands) -> Value | None:
    least, most = number(attributes.get("min", "")), number(attributes.get("max", ""))
    if least is None or most is None:
        return None
    states = _states(operands)
    right, unknown = states.count(True), states.count(None)
    if right > most or right + unknown < least:
        return truth(False)
    return truth(True if right >= least and right + unknown <= most else None)


def _texts(operands: Operands, attributes: Attributes) -> tuple[str, str] | None:
    values = _known(operands)
    if values is None or len(values) != 2:
        return None
    left, right = str(values[0].one), str(values[1].one)
    if not attributes.get("caseSensitive", True):
        left, right = left.casefold(), right.casefold()
    return left, right


def _string_match(attributes: Attributes, operands: Operands) -> Value | None:
    texts = _texts(operands, attributes)
    if texts is None:
        return None
    return truth(texts[1] in texts[0] if attributes.get("substring") else texts[0] == texts[1])


def _substring(attributes: Attributes, operands: Operands) -> Value | None:
    texts = _texts(operands, attributes)
    return None if texts is None else truth(texts[0] in texts[1])


def _pattern_match(attributes: Attributes, operands: Operands) -> Value | None:
    values = _known(operands)
    if values is None:
        return None
    try:
        return truth(patterns.matches(str(attributes.get("pattern", "")), str(values[0].one)))
    except patterns.BadPattern:
        return None


def _gathered(cardinality: str) -> Operator:
    def operator(_: Attributes, operands: Operands) -> Value | None:
        values = [value for value in operands if value is not None]
        items = [item for value in values for item in value.items]
        return container(cardinality, values[0].base, items[:MOST_ITEMS]) if values else None

    return operator


def _container_size(_: Attributes, operands: Operands) -> Value | None:
    return single("integer", Decimal(len(operands[0].items) if operands[0] else 0))


def _index(attributes: Attributes, operands: Operands) -> Value | None:
    n, value = number(attributes.get("n", "")), operands[0]
    if n is None or value is None or not 1 <= n <= len(value.items):
        return None
    return single(value.base, value.items[int(n) - 1])


def _member(_: Attributes, operands: Operands) -> Value | None:
    values = _known(operands)
    return None if values is None or len(values) != 2 else truth(values[0].one in values[1].items)


def _delete(_: Attributes, operands: Operands) -> Value | None:
    values = _known(operands)
    if values is None or len(values) != 2:
        return None
    gone, kept = values
    rest = [item for item in kept.items if item != gone.one]
    return container(kept.cardinality, kept.base, rest)


def _contains(_: Attributes, operands: Operands) -> Value | None:
    values = _known(operands)
    if values is None or len(values) != 2:
        return None
    whole, part = list(values[0].items), list(values[1].items)
    if values[0].cardinality == "ordered":
        runs = range(len(whole) - len(part) + 1)
        return truth(any(whole[i : i + len(part)] == part for i in runs))
    for item in part:
        if item not in whole:
            return truth(False)
        whole.remove(item)
    return truth(True)


def _inside(attributes: Attributes, operands: Operands) -> Value | None:
    value = operands[0]
    if value is None or value.base != "point":
        return None
    shape, coords = str(attributes["shape"]), attributes["coords"]
    return truth(any(inside(shape, coords, point) for point in value.items))


def _field_value(attributes: Attributes, operands: Operands) -> Value | None:
    value = operands[0]
    if value is None or value.cardinality != "record":
        return None
    found = value.one.get(attributes.get("fieldIdentifier"))
    return found if isinstance(found, Value) else None


OPERATORS: dict[str, Operator] = {
    "sum": _arithmetic(_sum),
    "product": _arithmetic(_product),
    "subtract": _arithmetic(lambda n: CONTEXT.subtract(n[0], n[1]), count=2),
    "divide": _arithmetic(lambda n: CONTEXT.divide(n[0], n[1]), is_float=True, count=2),
    "power": _arithmetic(lambda n: CONTEXT.power(n[0], n[1]), is_float=True, count=2),
    "integerDivide": _arithmetic(_floored, count=2),
    "integerModulus": _arithmetic(lambda n: n[0] - n[1] * _floored(n), count=2),
    "min": _arithmetic(min),
    "max": _arithmetic(max),
    "gcd": _arithmetic(_gcd),
    "lcm": _arithmetic(_lcm),
    "round": _to_integer(_half_up),
    "truncate": _to_integer(lambda n: n.to_integral_value(ROUND_DOWN)),
    "roundTo": _round_to,
    "integerToFloat": _to_float,
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "gt": _compared(lambda a, b: a > b),
    "gte": _compared(lambda a, b: a >= b),
    "lt": _compared(lambda a, b: a < b),
    "lte": _compared(lambda a, b: a <= b),
    "durationLT": _compared(lambda a, b: a < b),
    "durationGTE": _compared(lambda a, b: a >= b),
    "match": _match,
    "isNull": _is_null,
    "not": _not,
    "and": _and,
    "or": _or,
    "anyN": _any_n,
    "stringMatch": _string_match,
    "substring": _substring,
    "patternMatch": _pattern_match,
    "multiple": _gathered("multiple"),
    "ordered": _gathered("ordered"),
    "containerSize": _container_size,
    "index": _index,
    "member": _member,
    "delete": _delete,
    "contains": _contains,
    "inside": _inside,
    "fieldValue": _field_value,
}
#: How many operands an operator has, where that is fixed; the others need at least one.
COUNTS = {
    **dict.fromkeys(
        ("subtract", "divide", "power", "integerDivide", "integerModulus", "equal", "equalRounded",
         "gt", "gte", "lt", "lte", "durationLT", "durationGTE", "match", "stringMatch",
         "substring", "member", "delete", "contains"), 2,
    ),
    **dict.fromkeys(
        ("round", "truncate", "roundTo", "integerToFloat", "isNull", "not", "patternMatch",
         "containerSize", "index", "inside", "fieldValue"), 1,
    ),
}  # fmt: skip
#: Those that may stand without any operand.
EMPTY = ("multiple", "ordered")
