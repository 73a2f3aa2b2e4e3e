"""The key of a written answer in a cell, and back: words with shares, numbers with tolerance."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lsp.exams.formats.tables import columns as c
from lsp.exams.rules import writing
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

_OFF = re.compile(r"±|\+/?-")
_TO = re.compile(r"\.\.")
_SHARE = re.compile(r"-?\d+(?:[.,]\d+)?\s*%")


def read_short_answer(
    rows: Sequence[Sequence[str]],
    *,
    case_sensitive: bool,
    wildcards: bool,
    ignore_spaces: bool,
) -> Body:
    """Accepted forms, each with its share where it is not worth all the points."""
    shares: dict[str, Decimal] = {}
    accepted = []
    for row in rows:
        text, share = _shared(row)
        accepted.append(text)
        if share != 1:
            shares[text] = share
    return writing.short_answer(
        accepted,
        case_sensitive=case_sensitive,
        shares=shares,
        wildcards=wildcards,
        ignore_spaces=ignore_spaces,
    )


def read_numbers(rows: Sequence[Sequence[str]], unit: str) -> Body:
    """``25``, ``25 ± 0.5`` or ranges ``10 .. 20``, each with its share."""
    ranges = []
    for row in rows:
        text, share = _shared(row)
        text = " ".join(text.split())
        low, high = _ends(text)
        if len(rows) == 1 and share == 1 and not _TO.search(text):
            value, *off = _OFF.split(text)
            return writing.numerical(
                c.read_number(value), c.read_number(off[0]) if off else Decimal(0), unit
            )
        ranges.append((low, high, share))
    return writing.number_ranges(ranges, unit)


def _ends(text: str) -> tuple[Decimal, Decimal]:
    low, *high = _TO.split(text)
    if high:
        return c.read_number(low), c.read_number(high[0])
    value, *off = _OFF.split(text)
    number, margin = c.read_number(value), c.read_number(off[0]) if off else Decimal(0)
    return number - margin, number + margin


def _shared(row: Sequence[str]) -> tuple[str, Decimal]:
    if len(row) == 1:
        return row[0], Decimal(1)
    if len(row) != 2 or not _SHARE.fullmatch(row[1]):
        raise Refusal(N_("Tulis jawaban, lalu bila perlu | dan persentasenya."))
    share = c.read_share(row[1])
    if not 0 < share <= 1:
        raise Refusal(N_("Bagian nilai sebuah jawaban lebih dari 0% sampai 100%."))
    return row[0], share


def short_answer_rows(key: Mapping[str, Any]) -> list[list[str]]:
    """The rows of a cell for accepted forms."""
    shares = key.get("shares") or {}
    return [
        [text, c.share_text(shares[text])] if text in shares else [text] for text in key["accepted"]
    ]


def number_rows(key: Mapping[str, Any]) -> list[list[str]]:
    """The rows of a cell for numbers."""
    if "ranges" not in key:
        tolerance = Decimal(key.get("tolerance") or 0)
        return [[f"{key['value']} ± {tolerance.normalize():f}" if tolerance else key["value"]]]
    rows = []
    for row in key["ranges"]:
        text = f"{row['low']} .. {row['high']}"
        share = Decimal(row["share"])
        rows.append([text] if share == 1 else [text, c.share_text(share)])
    return rows
