"""Response processing on the server: from what was answered to a score, in bounded time.

``processing`` is the plain data that ``declarations`` and ``rules`` read from a file (it passes
through JSON unharmed)::

    {"responses": {"RESPONSE": {"cardinality": "single", "base": "identifier",
                                "correct": ["B"], "mapping": {…}, "areas": {…}}},
     "outcomes": {"SCORE": {"cardinality": "single", "base": "float", "default": ["0"]}},
     "rules": [["if", {}, [[condition, [rule, …]], …]], ["set", {"id": "SCORE"}, [expression]]]}

An expression is ``[operator, attributes, [operand, …]]``.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.names import number
from lsp.exams.formats.qti.operators import CONTEXT, OPERATORS
from lsp.exams.formats.qti.shapes import inside
from lsp.exams.formats.qti.values import Value, of_response, of_texts, parse, single

#: A score is rounded to this, which is far finer than any mark.
FINEST = Decimal("1e-10")
#: Most rules and expressions that are worked through for one answer.
MOST_STEPS = 50_000
ZERO = Decimal(0)


def score(
    processing: Mapping[str, Any], responses: Mapping[str, Any], max_score: Decimal
) -> Decimal:
    """The outcome SCORE after these responses, as the standard gives it (it may be negative).

    ``responses`` are values by the identifiers of the file: texts, numbers, booleans, lists of
    them, or null; a pair is ``"A B"``, a point ``"102 113"``. ``max_score`` stands for MAXSCORE
    where the file declares none. 0 where nothing says otherwise.
    """
    found = outcomes(processing, responses, max_score).get("SCORE")
    if found is None or not found.is_number:
        return ZERO
    result: Decimal = CONTEXT.create_decimal(found.one)
    if abs(result) >= Decimal(10) ** 15:
        return ZERO
    return result.quantize(FINEST).normalize() + ZERO


def outcomes(
    processing: Mapping[str, Any], responses: Mapping[str, Any], max_score: Decimal
) -> dict[str, Value | None]:
    """All outcome variables after these responses."""
    run = _Run(processing, responses, max_score)
    with suppress(_Stop):
        run.rules(processing.get("rules", ()))
    return run.outcomes


class _Stop(Exception):
    """``exitResponse``, or the end of what is worked through for one answer."""


class _Run:
    """One answer being scored."""

    def __init__(
        self, processing: Mapping[str, Any], responses: Mapping[str, Any], max_score: Decimal
    ) -> None:
        self.steps = 0
        self.declared: Mapping[str, Any] = processing.get("responses", {})
        self.kinds: Mapping[str, Any] = processing.get("outcomes", {})
        self.responses = {
            name: of_response(declaration, responses.get(name))
            for name, declaration in self.declared.items()
        }
        self.outcomes: dict[str, Value | None] = {
            "MAXSCORE": single("float", max_score),
            "SCORE": single("float", ZERO),
            **{name: _default(declaration) for name, declaration in self.kinds.items()},
        }

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _Stop

    def rules(self, rules: Sequence[Any]) -> None:
        """Work through response rules in order."""
        for kind, attributes, parts in rules:
            self._step()
            if kind == "if":
                self._condition(parts)
            elif kind == "set":
                self._set(attributes["id"], self.value(parts[0]))
            elif kind == "lookup":
                self._set(attributes["id"], self._looked_up(attributes["id"], parts[0]))
            elif kind == "block":
                self.rules(parts)
            elif kind == "exit":
                raise _Stop

    def _condition(self, branches: Sequence[Any]) -> None:
        for condition, rules in branches:
            found = None if condition is None else self.value(condition)
            if condition is None or (found is not None and found.one is True):
                self.rules(rules)
                return

    def _set(self, name: str, value: Value | None) -> None:
        kind = self.kinds.get(name, {"cardinality": "single", "base": "float"})
        if value is not None and value.is_number and kind["base"] == "integer":
            value = Value(value.cardinality, "integer", tuple(int(n) for n in value.items))
            value = Value(value.cardinality, "integer", tuple(Decimal(n) for n in value.items))
        self.outcomes[name] = value

    def _looked_up(self, name: str, expression: Any) -> Value | None:
        table = self.kinds.get(name, {}).get("lookup")
        source = self.value(expression)
        if table is None or source is None or not source.is_number:
            return None
        base = self.kinds[name]["base"]
        for row in table["rows"]:
            edge = Decimal(row["source"])
            is_in = source.one >= edge if row.get("included", True) else source.one > edge
            if (source.one == edge) if table["kind"] == "match" else is_in:
                return of_texts("single", base, [row["target"]])
        default = table.get("default")
        return None if default is None else of_texts("single", base, [default])

    def value(self, expression: Any) -> Value | None:
        """The value of an expression; NULL is None."""
        self._step()
        operator, attributes, operands = expression
        if operator == "base":
            return of_texts("single", attributes["base"], [attributes["value"]])
        if operator in ("variable", "correct", "default", "mapResponse", "mapResponsePoint"):
            return self._of_variable(operator, attributes["id"])
        if operator == "null":
            return None
        return OPERATORS[operator](attributes, [self.value(operand) for operand in operands])

    def _of_variable(self, operator: str, name: str) -> Value | None:
        declaration = self.declared.get(name)
        if operator == "variable":
            return self.responses[name] if declaration else self.outcomes.get(name)
        if operator == "default":
            return _default(declaration or self.kinds.get(name, {}), is_response=bool(declaration))
        if declaration is None:
            return None
        if operator == "correct":
            return of_texts(
                declaration["cardinality"], declaration["base"], declaration.get("correct", [])
            )
        value = self.responses[name]
        if operator == "mapResponse":
            return _mapped(declaration, value)
        return _mapped_points(declaration, value)


def _default(declaration: Mapping[str, Any], *, is_response: bool = False) -> Value | None:
    """What a variable begins with: an outcome that is a number begins with 0."""
    base = declaration.get("base", "float")
    cardinality = declaration.get("cardinality", "single")
    if declaration.get("default"):
        return of_texts(cardinality, base, declaration["default"])
    is_number = cardinality == "single" and base in ("integer", "float")
    return single(base, ZERO) if is_number and not is_response else None


def _mapped(declaration: Mapping[str, Any], value: Value | None) -> Value | None:
    mapping = declaration.get("mapping")
    if mapping is None:
        return None
    default = Decimal(mapping["default"])
    if value is None:
        is_single = declaration["cardinality"] == "single"
        total = next(
            (Decimal(amount) for key, amount, _ in mapping["entries"] if is_single and key == ""),
            default if is_single else ZERO,
        )
    else:
        total = ZERO
        # A value that comes twice counts once.
        for item in dict.fromkeys(value.items):
            total += next(
                (
                    Decimal(amount)
                    for key, amount, is_exact in mapping["entries"]
                    if _is_key(declaration["base"], key, item, is_exact=is_exact)
                ),
                default,
            )
    return single("float", _bounded(mapping, total))


def _is_key(base: str, key: str, item: Any, *, is_exact: bool) -> bool:
    if base in ("string", "identifier", "uri"):
        item, key = str(item).strip(), key.strip()
        return item == key or (not is_exact and item.casefold() == key.casefold())
    return bool(parse(base, key) == item)


def _mapped_points(declaration: Mapping[str, Any], value: Value | None) -> Value | None:
    areas = declaration.get("areas")
    if areas is None:
        return None
    left = list(areas["entries"])
    total = ZERO
    for point in value.items if value is not None and value.base == "point" else ():
        hit = next((e for e in areas["entries"] if inside(e["shape"], e["coords"], point)), None)
        if hit is None:
            total += Decimal(areas["default"])
        elif hit in left:  # further points in an area count for nothing
            left.remove(hit)
            total += Decimal(hit["value"])
    return single("float", _bounded(areas, total))


def _bounded(mapping: Mapping[str, Any], total: Decimal) -> Decimal:
    lower, upper = number(mapping.get("lower", "")), number(mapping.get("upper", ""))
    if lower is not None:
        total = max(total, lower)
    return total if upper is None else min(total, upper)
