"""What an item writer types on a line: shares of the points, gaps, areas of a picture.

Each pair of functions reads a line and writes it, so that a form comes back as it was sent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lsp.exams.rules import writing
from lsp.exams.rules.items.choices import percent
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

_SHARED = re.compile(r"\[\s*(-?[0-9]{1,3}(?:[.,][0-9]{1,40})?)\s*%\s*\]\s*(.*)", re.DOTALL)
#: What is meant as a share, whether or not it is one.
_LIKE_SHARED = re.compile(r"\[[-+0-9.,…/\s]*%\s*\]")
_WEIGHTED = re.compile(r"\(([0-9]{1,3}(?:[.,][0-9]{1,4})?)\)\s*(.*)", re.DOTALL)
_NUMBER = r"[+-]?[0-9][0-9.,]*"
_GAP_NUMBER = re.compile(rf"#\s*({_NUMBER})\s*(?:(?:±|\+-)\s*({_NUMBER}))?\s*(.*)")
_RANGE = re.compile(rf"({_NUMBER})\s*(?:…|\.\.\.?)\s*({_NUMBER})")
#: A range or a number of several in a gap, and the unit after the last.
_GAP_RANGE = re.compile(rf"({_NUMBER}(?:\s*(?:…|\.\.\.?)\s*{_NUMBER})?)(?:\s+([^\d\s].*))?")
#: What writers call the shapes of an area.
SHAPES = {"kotak": "rect", "lingkaran": "circle", "poligon": "poly"}
_NAMES = {shape: name for name, shape in SHAPES.items()}


def shared(line: str, kept: Sequence[str] = ()) -> tuple[str, Decimal | None]:
    """A line and the share of the points before it: ``[50%] rilis`` is ``rilis`` and a half.

    ``kept`` are shares as they are stored: one without an end is shown short and read as it was.
    Raises Refusal for what is meant as a share and cannot be read.
    """
    found = _SHARED.fullmatch(line)
    if found is None:
        if _LIKE_SHARED.match(line):
            why = N_("Bagian nilai di “%(written)s” tidak terbaca. Tulis misalnya [50%%].")
            raise Refusal(why, written=line)
        return line, None
    share = Decimal(found[1].replace(",", ".")) / 100
    whole = (Decimal(one) for one in kept if percent(one) == percent(share))
    return found[2].strip(), next((one for one in whole if _is_short_for(share, one)), share)


def _is_short_for(share: Decimal, whole: Decimal) -> bool:
    """Whether a share is what ``percent`` shows of another."""
    return share == whole or share == Decimal(percent(whole)[:-1].replace(",", ".")) / 100


def shares_in(key: Mapping[str, Any]) -> list[str]:
    """All shares of the points that a key holds, as it holds them."""
    return list(_shares_in(key))


def _shares_in(key: Mapping[str, Any]) -> Iterator[str]:
    for shares in (key.get("weights"), key.get("shares")):
        yield from map(str, (shares or {}).values())
    yield from (str(row["share"]) for row in key.get("ranges") or () if "share" in row)
    for gap_key in (key.get("gaps") or {}).values():
        yield from _shares_in(gap_key)


def with_share(text: str, share: str | None) -> str:
    """The line that ``shared`` reads."""
    return text if share is None else f"[{percent(share)}] {text}"


def span(line: str, kept: Sequence[str] = ()) -> tuple[str, str, Decimal]:
    """A range of numbers and its share: ``[50%] 10 … 20``; one number is a range by itself."""
    text, share = shared(line, kept)
    found = _RANGE.fullmatch(text)
    low, high = (found[1], found[2]) if found else (text, text)
    return _plain(low), _plain(high), Decimal(1) if share is None else share


def span_line(row: Mapping[str, str]) -> str:
    """The line that ``span`` reads."""
    text = row["low"] if row["low"] == row["high"] else f"{row['low']} … {row['high']}"
    text = text.replace(".", ",")
    return with_share(text, None if Decimal(row.get("share", 1)) == 1 else row["share"])


def gap(line: str, kept: Sequence[str] = ()) -> tuple[Body, Decimal]:
    """What fills a gap, and its weight.

    ``siaran pers | [50%] rilis`` accepts either text, ``*rilis | undangan`` is a list with the
    right one starred, ``# 15 ± 5 menit`` a number, ``# 10 … 20 | [50%] 5 … 25 menit`` ranges;
    ``(2)`` before it is the weight. ``kept`` are shares as for ``shared``.
    """
    weighted = _WEIGHTED.fullmatch(line)
    weight = Decimal(weighted[1].replace(",", ".")) if weighted else Decimal(1)
    text = weighted[2] if weighted else line
    number = _GAP_NUMBER.fullmatch(text)
    if number and "|" not in text:
        value, margin, unit = number[1], number[2] or "0", number[3].strip()
        if not unit.startswith(("…", "..")):
            return writing.numerical(_plain(value), _plain(margin), unit), weight
    parts = [part.strip() for part in text.split("|")]
    if text.startswith("#") and (ranges := _gap_ranges(text[1:], kept)):
        return ranges, weight
    if any(part.startswith("*") for part in parts):
        return _gap_choices(parts, kept), weight
    rows = [shared(part, kept) for part in parts]
    return writing.short_answer(
        [form for form, _ in rows],
        case_sensitive=False,
        shares={form: share for form, share in rows if share is not None},
    ), weight


def _gap_ranges(text: str, kept: Sequence[str]) -> Body | None:
    """Ranges of numbers for a gap; None when a part is no range."""
    spans, unit = [], ""
    for part in text.split("|"):
        written, share = shared(part.strip(), kept)
        found = _GAP_RANGE.fullmatch(written)
        if found is None or unit:
            return None
        low, high, _ = span(found[1])
        unit = (found[2] or "").strip()
        spans.append((low, high, Decimal(1) if share is None else share))
    return writing.number_ranges(spans, unit)


def _gap_choices(parts: Sequence[str], kept: Sequence[str]) -> Body:
    """A list of choices for a gap, the right one starred."""
    rows, shares = [], []
    for part in parts:
        text, share = shared(part.removeprefix("*").strip(), kept)
        rows.append((text, part.startswith("*")))
        shares.append(share)
    return writing.choices(rows, single=True, weights=weights_of(rows, shares))


def weights_of(
    rows: Sequence[tuple[str, bool]], shares: Sequence[Decimal | None]
) -> list[Decimal] | None:
    """The shares of choices, where one says its own: all or nothing for those that do not."""
    if all(share is None for share in shares):
        return None
    return [
        Decimal(is_right) if share is None else share
        for share, (_, is_right) in zip(shares, rows, strict=True)
    ]


def gap_line(shown: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """The line that ``gap`` reads, as far as it can be written on one."""
    weight = Decimal(key.get("weight", 1))
    before = "" if weight == 1 else f"({f'{weight.normalize():f}'.replace('.', ',')}) "
    if shown["kind"] == "choice":
        weights = key.get("weights") or {}
        rows = [
            ("*" if row["id"] in key["correct"] else "")
            + with_share(row["text"], weights.get(row["id"]))
            for row in shown["choices"]
        ]
        return before + " | ".join(rows)
    if shown["kind"] == "text":
        shares = key.get("shares") or {}
        return before + " | ".join(with_share(form, shares.get(form)) for form in key["accepted"])
    if "ranges" in key:
        spans = " | ".join(span_line(row) for row in key["ranges"])
        return f"{before}# {spans} {shown.get('unit', '')}".rstrip()
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
