"""The key we noted in a file we wrote: taken again when it gives the points the file's rules give.

So nothing is lost between writing and reading, and a file that was changed in between by another
program is read by what it says now.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.formats.qti.names import number
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import Refusal

LONGEST = 200_000


def noted(written: str) -> dict[str, Any] | None:
    """The key as JSON; None when it is none."""
    if not written or len(written) > LONGEST:
        return None
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def rekeyed(type_: ItemType, content: Mapping[str, Any], written: str, stem: str) -> Body | None:
    """A body with this content and the noted key, made as any other; None when it is not sound."""
    key = noted(written)
    if key is None:
        return None
    try:
        body = _made(type_, content, key, stem)
    except (Refusal, KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
        return None
    return body if body is not None and body.key == key and body.content == content else None


def _made(
    type_: ItemType, content: Mapping[str, Any], key: Mapping[str, Any], stem: str
) -> Body | None:
    if type_ in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
        return _choices(content["choices"], key, single=type_ is ItemType.SINGLE_CHOICE)
    if type_ is ItemType.SHORT_ANSWER:
        return _text(key)
    if type_ is ItemType.NUMERICAL:
        return _number(content, key)
    if type_ is ItemType.ORDERING:
        texts = {row["id"]: row["text"] for row in content["rows"]}
        return writing.ordering([texts[id_] for id_ in key["order"]], exact="exact" in key)
    if type_ is ItemType.GAP_FILL:
        gaps = [(_gap(gap, key["gaps"][gap["id"]]), gap["id"]) for gap in content["gaps"]]
        parts = [(body, _decimal(key["gaps"][id_]["weight"])) for body, id_ in gaps]
        return writing.gap_fill(parts, stem)
    return None


def _gap(gap: Mapping[str, Any], key: Mapping[str, Any]) -> Body:
    if gap["kind"] == "choice":
        return _choices(gap["choices"], key, single=True)
    return _text(key) if gap["kind"] == "text" else _number(gap, key)


def _choices(rows: Sequence[Mapping[str, str]], key: Mapping[str, Any], *, single: bool) -> Body:
    weights = None
    if "weights" in key:
        weights = [_decimal(key["weights"][row["id"]]) for row in rows]
    marked = [(row["text"], row["id"] in key["correct"]) for row in rows]
    return writing.choices(marked, single=single, weights=weights)


def _text(key: Mapping[str, Any]) -> Body:
    return writing.short_answer(
        [str(form) for form in key["accepted"]],
        case_sensitive=key["case_sensitive"] is True,
        shares={form: _decimal(share) for form, share in key.get("shares", {}).items()},
        wildcards="wildcards" in key,
        ignore_spaces="ignore_spaces" in key,
    )


def _number(content: Mapping[str, Any], key: Mapping[str, Any]) -> Body:
    unit = str(content.get("unit", ""))
    if "ranges" not in key:
        return writing.numerical(_decimal(key["value"]), _decimal(key["tolerance"]), unit)
    rows = [
        (_decimal(row["low"]), _decimal(row["high"]), _decimal(row["share"]))
        for row in key["ranges"]
    ]
    return writing.number_ranges(rows, unit)


def _decimal(written: object) -> Decimal:
    """A number that is not absurd. Raises ValueError."""
    found = number(written)
    if found is None:
        raise ValueError(written)
    return found
