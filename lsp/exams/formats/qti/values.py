"""Values of QTI while a response is scored: of a base type, one or several, or NULL (None)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lsp.exams.formats.qti.names import number

NUMBERS = ("integer", "float", "duration")
PAIRS = ("pair", "directedPair")
BASES = (
    *NUMBERS, *PAIRS, "identifier", "boolean", "string", "point", "uri", "file", "intOrIdentifier"
)  # fmt: skip
CARDINALITIES = ("single", "multiple", "ordered", "record")
#: Most values of one response and longest text of one, in characters.
MOST_VALUES, LONGEST_TEXT = 500, 20_000


@dataclass(frozen=True, slots=True)
class Value:
    """Something that is not NULL. Items are texts, Decimals, booleans, or pairs of them."""

    cardinality: str
    base: str
    items: tuple[Any, ...]

    @property
    def one(self) -> Any:
        """The first item: the only one of a single value."""
        return self.items[0]

    @property
    def is_number(self) -> bool:
        """Whether one can reckon with it."""
        return self.base in NUMBERS


def single(base: str, item: Any) -> Value:
    """One item."""
    return Value("single", base, (item,))


def truth(state: bool | None) -> Value | None:
    """A boolean, or NULL for None."""
    return None if state is None else single("boolean", state)


def parse(base: str, written: object) -> Any:
    """An item of a base type from what a file or an answer writes; None when it is none."""
    if base in NUMBERS:
        found = None if isinstance(written, bool) else number(written)
        if found is None or (base == "integer" and found != found.to_integral_value()):
            return None
        return found
    text = _text(written)
    if base == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())
    if base in (*PAIRS, "point"):
        return _two(base, text.replace(",", " ").split() if base == "point" else text.split())
    text = text if base == "string" else text.strip()
    return text[:LONGEST_TEXT] or None


def _two(base: str, parts: Sequence[str]) -> tuple[Any, Any] | None:
    if len(parts) != 2:
        return None
    if base == "point":
        x, y = number(parts[0]), number(parts[1])
        return None if x is None or y is None else (x, y)
    return same_pair(base, (parts[0], parts[1]))


def same_pair(base: str, pair: tuple[str, str]) -> tuple[str, str]:
    """A pair in the form it is compared in: the order matters only when it is directed."""
    return (min(pair), max(pair)) if base == "pair" else pair


def _text(written: object) -> str:
    if isinstance(written, bool):
        return "true" if written else "false"
    if isinstance(written, list | tuple):
        return " ".join(str(part) for part in written[:2])
    return str(written) if isinstance(written, str | int | float | Decimal) else ""


def container(cardinality: str, base: str, items: Sequence[Any]) -> Value | None:
    """Several items; NULL when there are none, as the standard has it."""
    return Value(cardinality, base, tuple(items)) if items else None


def of_texts(cardinality: str, base: str, texts: Sequence[object]) -> Value | None:
    """A value as a declaration or a response gives it; what cannot be read is left out."""
    items = [item for text in texts[:MOST_VALUES] if (item := parse(base, text)) is not None]
    if cardinality == "single":
        return single(base, items[0]) if items else None
    return container(cardinality, base, items)


def of_response(declaration: Mapping[str, Any], given: object) -> Value | None:
    """The value of a response variable from JSON: a value, a list of them, or null."""
    cardinality, base = declaration["cardinality"], declaration["base"]
    if given is None or given in ("", []):
        return None
    if cardinality == "record":
        return _record(given)
    listed = list(given) if isinstance(given, list | tuple) else [given]
    is_two = base in (*PAIRS, "point") and len(listed) == 2
    if is_two and all(" " not in _text(part) and not isinstance(part, list) for part in listed):
        listed = [listed]
    return of_texts(cardinality, base, listed)


def _record(given: object) -> Value | None:
    """What a number typed as text is made of (a response of cardinality record)."""
    text = _text(given).strip()
    found = number(text)
    fields: dict[str, Value] = {"stringValue": single("string", text)} if text else {}
    if found is not None:
        mantissa = text.lower().partition("e")[0].lstrip("+-").replace(",", ".")
        left, _, right = mantissa.partition(".")
        fields["floatValue"] = single("float", found)
        fields["leftDigits"] = single("integer", Decimal(len(left)))
        fields["rightDigits"] = single("integer", Decimal(len(right)))
        fields["ndp"] = single("integer", Decimal(len(right)))
        digits = (left + right).lstrip("0")
        fields["nsf"] = single("integer", Decimal(len(digits)))
        if found == found.to_integral_value():
            fields["integerValue"] = single("integer", found)
    return Value("record", "record", (fields,)) if fields else None
