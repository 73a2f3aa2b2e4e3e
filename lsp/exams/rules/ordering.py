"""An order of their own for each candidate: of the questions, and of the choices in a question.

The order is a hash of a seed (the sitting's id) and what is ordered, not a random generator: it
is the same after every reload, on every machine, and nothing about it needs to be stored. Choices
keep their ids, so that an answer means the same in every order.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lsp.exams.rules.kinds import ItemType

Row = Mapping[str, Any]

#: Where a type keeps the rows whose order says nothing. True and false stay as everybody knows
#: them; the left side of a matching question is the question itself.
_ROWS = {
    ItemType.SINGLE_CHOICE: "choices",
    ItemType.MULTIPLE_CHOICE: "choices",
    ItemType.MATCHING: "right",
    ItemType.ORDERING: "rows",
}
#: A choice about all the others ("Semua benar") belongs where its writer put it, …
_ABOUT_ALL = re.compile(
    r"\b(semua|seluruh|tidak ada|none|all)\b.*\b(benar|salah|di atas|tepat|correct|above)\b",
    re.IGNORECASE,
)
#: … and where one names others by their letter ("A dan C benar"), nothing may move.
_ABOUT_LETTERS = re.compile(r"\b[A-H]( dan | and |, ?| atau | or )[A-H]\b")


def own_order(positions: Iterable[int], seed: str) -> list[int]:
    """The same positions in the order of chance that this seed gives."""
    return sorted(positions, key=lambda position: _chance(seed, str(position)))


def own_choices(
    type_: ItemType, content: Mapping[str, Any], seed: str, position: int
) -> dict[str, Any]:
    """What the candidate sees of the question at ``position``, its choices in their own order.

    A row with ``fixed`` keeps its place, and a content with ``fixed`` keeps all of them.
    """
    shown = dict(content)
    if content.get("fixed"):
        return shown
    place = f"{seed} {position}"
    if type_ in _ROWS:
        shown[_ROWS[type_]] = _moved(content[_ROWS[type_]], place)
    elif type_ is ItemType.GAP_FILL:
        shown["gaps"] = [
            {**gap, "choices": _moved(gap["choices"], f"{place} {gap['id']}")}
            if "choices" in gap
            else gap
            for gap in content["gaps"]
        ]
    return shown


def _moved(rows: Sequence[Row], seed: str) -> list[Row]:
    """Rows in the order of chance; those that stay do, the others share the other places."""
    if any(_ABOUT_LETTERS.search(_text(row)) for row in rows):
        return list(rows)
    by_chance = _by_chance(seed)
    moving = iter(sorted((row for row in rows if not _stays(row)), key=by_chance))
    return [row if _stays(row) else next(moving) for row in rows]


def _stays(row: Row) -> bool:
    return bool(row.get("fixed")) or _ABOUT_ALL.search(_text(row)) is not None


def _text(row: Row) -> str:
    return str(row.get("text", ""))


def _by_chance(seed: str) -> Callable[[Row], str]:
    return lambda row: _chance(seed, str(row["id"]))


def _chance(seed: str, what: str) -> str:
    return hashlib.sha256(f"{seed} {what}".encode()).hexdigest()
