"""The gaps of a text in a cell, and back.

1 | pilihan | entombed | benar
1 | pilihan | buried
2 | teks | siaran pers
2 | teks | press release | 50%
3 | angka | 25 ± 0.5
3 | satuan | orang
3 | bobot | 2
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.tables import columns as c
from lsp.exams.formats.tables.keys import (
    number_rows,
    read_numbers,
    read_short_answer,
    short_answer_rows,
)
from lsp.exams.rules import writing
from lsp.exams.rules.items import fold
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

CHOICE, TEXT, NUMBER = "pilihan", "teks", "angka"
WEIGHT, UNIT, CASE, WILDCARDS = "bobot", "satuan", "huruf besar dibedakan", "tanda bintang"
RIGHT, WRONG = "benar", "salah"
SPACES = "spasi diabaikan"
_KNOWN = (CHOICE, TEXT, NUMBER, WEIGHT, UNIT, CASE, WILDCARDS, SPACES)

Lines = dict[str, list[list[str]]]


def read_gaps(rows: Sequence[Sequence[str]], stem: str, clean: Callable[[str], str]) -> Body:
    """The gaps of a cell, in the order of their numbers."""
    gaps: dict[int, Lines] = {}
    for row in rows:
        word = fold(row[1]) if len(row) > 1 else ""
        if word not in _KNOWN:
            raise Refusal(N_("Tulis rumpang sebagai 1 | pilihan | teks | benar."))
        gaps.setdefault(c.read_count(row[0]), {}).setdefault(word, []).append(list(row[2:]))
    if sorted(gaps) != list(range(1, len(gaps) + 1)):
        raise Refusal(N_("Nomori rumpang 1, 2, 3, … tanpa melompat."))
    bodies = [(_gap(gaps[n], clean), _weight(gaps[n])) for n in sorted(gaps)]
    return writing.gap_fill(bodies, stem)


def _weight(lines: Lines) -> Decimal:
    return c.read_number(_one(lines, WEIGHT)) if WEIGHT in lines else Decimal(1)


def _one(lines: Lines, word: str) -> str:
    fields = [field for row in lines.get(word, ()) for field in row]
    return fields[0] if fields else ""


def _gap(lines: Lines, clean: Callable[[str], str]) -> Body:
    kinds = [kind for kind in (CHOICE, TEXT, NUMBER) if kind in lines]
    if len(kinds) != 1:
        raise Refusal(N_("Satu rumpang berisi pilihan, teks, atau angka."))
    rows = [row or [""] for row in lines[kinds[0]]]
    if kinds[0] == TEXT:
        return read_short_answer(
            rows,
            case_sensitive=CASE in lines,
            wildcards=WILDCARDS in lines,
            ignore_spaces=SPACES in lines,
        )
    if kinds[0] == NUMBER:
        return read_numbers(rows, _one(lines, UNIT))
    marks = [_mark(row) for row in rows]
    weighted = any(share is not None for _, share in marks)
    weights = [share if share is not None else Decimal(int(right)) for right, share in marks]
    return writing.choices(
        [(clean(row[0]), right) for row, (right, _) in zip(rows, marks, strict=True)],
        single=True,
        weights=weights if weighted else None,
    )


def _mark(row: Sequence[str]) -> tuple[bool, Decimal | None]:
    """Whether a choice is right, and its share where it states one: ``benar 100%``, ``25%``."""
    words = fold(row[1]).split() if len(row) > 1 else []
    right = RIGHT in words
    rest = [word for word in words if word not in (RIGHT, WRONG)]
    if len(rest) > 1:
        raise Refusal(N_("Tulis benar, atau persentase, di belakang sebuah pilihan."))
    return right, c.read_share(rest[0]) if rest else None


def gap_rows(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[list[str]]:
    """The rows of a cell for the gaps of a question."""
    rows: list[list[str]] = []
    for gap in content["gaps"]:
        n, gap_key = gap["id"], key["gaps"][gap["id"]]
        if gap["kind"] == "choice":
            rows += [[n, CHOICE, *_choice(choice, gap_key)] for choice in gap["choices"]]
        elif gap["kind"] == "text":
            rows += [[n, TEXT, *row] for row in short_answer_rows(gap_key)]
        else:
            rows += [[n, NUMBER, *row] for row in number_rows(gap_key)]
        if gap_key.get("case_sensitive"):
            rows.append([n, CASE])
        if gap_key.get("wildcards"):
            rows.append([n, WILDCARDS])
        if gap_key.get("ignore_spaces"):
            rows.append([n, SPACES])
        if gap.get("unit"):
            rows.append([n, UNIT, gap["unit"]])
        if Decimal(gap_key["weight"]) != 1:
            rows.append([n, WEIGHT, gap_key["weight"]])
    return rows


def _choice(choice: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    right = [RIGHT] if choice["id"] in key["correct"] else []
    share = [c.share_text(key["weights"][choice["id"]])] if key.get("weights") else []
    words = " ".join([*right, *share])
    return [choice["text"], words] if words else [choice["text"]]
