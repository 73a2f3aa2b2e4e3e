"""What an item writer types on a line: shares of the points, gaps, areas of a picture.

Each pair of functions reads a line and writes it, so that a form comes back as it was sent.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.rules import writing
from lsp.exams.rules.items.choices import percent
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

_SHARED = re.compile(r"\[\s*(-?[0-9]{1,3}(?:[.,][0-9]{1,8})?)\s*%\s*\]\s*(.*)", re.DOTALL)
_WEIGHTED = re.compile(r"\(([0-9]{1,3}(?:[.,][0-9]{1,4})?)\)\s*(.*)", re.DOTALL)
_NUMBER = r"[+-]?[0-9][0-9.,]*"
_GAP_NUMBER = re.compile(rf"#\s*({_NUMBER})\s*(?:(?:±|\+-)\s*({_NUMBER}))?\s*(.*)")
_RANGE = re.compile(rf"({_NUMBER})\s*(?:…|\.\.\.?)\s*({_NUMBER})")
#: What writers call the shapes of an area.
SHAPES = {"kotak": "rect", "lingkaran": "circle", "poligon": "poly"}
_NAMES = {shape: name for name, shape in SHAPES.items()}


def shared(line: str) -> tuple[str, Decimal | None]:
    """A line and the share of the points before it: ``[50%] rilis`` is ``rilis`` and a half."""
    found = _SHARED.fullmatch(line)
    if found is None:
        return line, None
    return found[2].strip(), Decimal(found[1].replace(",", ".")) / 100


def with_share(text: str, share: str | None) -> str:
    """The line that ``shared`` reads."""
    return text if share is None else f"[{percent(share)}] {text}"


def span(line: str) -> tuple[str, str, Decimal]:
    """A range of numbers and its share: ``[50%] 10 … 20``; one number is a range by itself."""
    text, share = shared(line)
    found = _RANGE.fullmatch(text)
    low, high = (found[1], found[2]) if found else (text, text)
    return _plain(low), _plain(high), Decimal(1) if share is None else share


def span_line(row: Mapping[str, str]) -> str:
    """The line that ``span`` reads."""
    text = row["low"] if row["low"] == row["high"] else f"{row['low']} … {row['high']}"
    text = text.replace(".", ",")
    return with_share(text, None if Decimal(row.get("share", 1)) == 1 else row["share"])


def gap(line: str) -> tuple[Body, Decimal]:
    """What fills a gap, and its weight.

    ``siaran pers | rilis pers`` accepts either text, ``*rilis | undangan`` is a list with the
    right one starred, ``# 15 ± 5 menit`` a number; ``(2)`` before it is the weight.
    """
    weighted = _WEIGHTED.fullmatch(line)
    weight = Decimal(weighted[1].replace(",", ".")) if weighted else Decimal(1)
    text = weighted[2] if weighted else line
    number = _GAP_NUMBER.fullmatch(text)
    if number:
        value, margin, unit = number[1], number[2] or "0", number[3].strip()
        return writing.numerical(_plain(value), _plain(margin), unit), weight
    parts = [part.strip() for part in text.split("|")]
    if any(part.startswith("*") for part in parts):
        rows = [(part.removeprefix("*").strip(), part.startswith("*")) for part in parts]
        return writing.choices(rows, single=True), weight
    return writing.short_answer(parts, case_sensitive=False), weight


def gap_line(shown: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """The line that ``gap`` reads, as far as it can be written on one."""
    weight = Decimal(key.get("weight", 1))
    before = "" if weight == 1 else f"({f'{weight.normalize():f}'.replace('.', ',')}) "
    if shown["kind"] == "choice":
        rows = [
            f"{'*' if row['id'] in key['correct'] else ''}{row['text']}" for row in shown["choices"]
        ]
        return before + " | ".join(rows)
    if shown["kind"] == "text":
        return before + " | ".join(key["accepted"])
    if "ranges" in key:
        return before + "# " + " | ".join(span_line(row) for row in key["ranges"])
    margin = "" if Decimal(key.get("tolerance") or 0) == 0 else f" ± {key['tolerance']}"
    words = f"# {key['value']}{margin}".replace(".", ",")
    return f"{before}{words} {shown.get('unit', '')}".rstrip()


def area(line: str) -> tuple[str, list[int]]:
    """An area of a picture in pixels: ``kotak 10, 20, 60, 80``, ``lingkaran 200, 150, 25``."""
    name, _, rest = line.strip().partition(" ")
    shape = SHAPES.get(name.casefold().rstrip(":"))
    numbers = re.findall(r"[^\s,;()]+", rest)
    if shape is None or not all(n.isascii() and n.isdecimal() and len(n) < 6 for n in numbers):
        raise Refusal(
            N_("Tulis setiap daerah sebagai kotak, lingkaran, atau poligon dengan angkanya.")
        )
    return shape, [int(number) for number in numbers]


def area_line(row: Mapping[str, Any]) -> str:
    """The line that ``area`` reads."""
    return f"{_NAMES[row['shape']]} {', '.join(str(n) for n in row['coords'])}"


def aspect(line: str) -> tuple[str, Decimal]:
    """An aspect of a rubric and its points: ``Isi = 4``."""
    text, mark, points = line.rpartition("=")
    try:
        number = Decimal(points.strip().replace(",", "."))
    except InvalidOperation:
        mark, number = "", Decimal(0)
    if not mark or not number.is_finite():
        raise Refusal(N_("Tulis setiap aspek sebagai aspek = nilai, misalnya Isi = 4."))
    return text.strip(), number


def pair(line: str) -> tuple[str, str]:
    """A pair: ``kiri = kanan``."""
    left, mark, right = line.partition("=")
    if not mark:
        raise Refusal(N_("Tulis setiap pasangan sebagai kiri = kanan."))
    return left.strip(), right.strip()


def of(rows: Sequence[str]) -> str:
    """Lines as a field shows them; a text of several lines becomes one."""
    return "\n".join(" ".join(row.split()) for row in rows)


def _plain(number: str) -> str:
    """A number with its decimal point; a comma is one, too, in a writer's form."""
    return number.strip().replace(",", ".")
