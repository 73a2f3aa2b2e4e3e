"""The cells of a workbook as Excel shows them, where that is certain.

A date or a sum of money is kept as a number with a format. What the format makes of it depends, in
part, on the machine; such a cell is not guessed at but named.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lsp.exams.formats import limits
from lsp.exams.formats.tables.files import DATE, ERROR, FORMATTED, FORMULA, unclear

#: Greatest whole number that Excel shows with all its digits where no format is set.
GREATEST = Decimal(10) ** 11
_PLAIN = ("General", "@", "")
#: Words around a number: in quotation marks, escaped one by one, or blanks; ``_)`` is a blank.
_WORDS = r"((?:\"[^\"]*\"|\\.|_.| )*)"
_NUMBER = re.compile(rf"{_WORDS}(0|#,##0)(?:\.(0+))?(%?){_WORDS}")
_LITERAL = re.compile(r"\"([^\"]*)\"|\\(.)|_.|( )")
#: Where a date has the names of months in Indonesian.
_INDONESIAN = re.compile(r"\[\$-(?:0*421|id-ID)[^\]]*\]", re.IGNORECASE)
_DATE = re.compile(r"(yyyy|yy|mmmm|mm|m|dd|d)([-. ]|$)")
#: Excel shows this one in the order of the machine.
_MACHINE_DATE = "mm-dd-yy"
_MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]


def cell_text(cell: Any) -> str:
    """A cell as a person reads it in Excel; what is not certain is marked by ``unclear``."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return unclear(cell.coordinate, ERROR)
    if isinstance(value, bool):
        return "Benar" if value else "Salah"
    if isinstance(value, int | float):
        return _number(cell, Decimal(repr(value)))
    if isinstance(value, str) or cell.data_type == "s":
        text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
        return limits.without_controls(text)
    shown = _date(value, cell.number_format) if isinstance(value, date) else None
    return unclear(cell.coordinate, DATE) if shown is None else shown


def _number(cell: Any, exact: Decimal) -> str:
    """A number in its format, with a decimal point; Excel keeps fifteen digits."""
    value = Decimal(f"{exact:.15g}")
    plain = f"{value.normalize():f}" if abs(value.adjusted()) < 20 else f"{value:g}"
    if (cell.number_format or "") in _PLAIN:
        shown = plain if abs(value) < GREATEST else None
    else:
        shown = _formatted(value, cell.number_format)
    return unclear(cell.coordinate, FORMATTED, plain) if shown is None else shown


def _formatted(value: Decimal, code: str) -> str | None:
    """A number by the code of its format; None where the machine has a say, or the code is rare."""
    first, *others = code.split(";")
    found = _NUMBER.fullmatch(first)
    if found is None or (others and value <= 0):
        return None
    before, whole, decimals, percent, after = found.groups()
    if percent:
        value *= 100
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals or "")), ROUND_HALF_UP)
    if whole == "#,##0" and abs(rounded) >= 1000:
        return None
    return f"{_words(before)}{rounded:f}{percent}{_words(after)}".strip()


def _words(code: str) -> str:
    return _LITERAL.sub(lambda found: found[1] or found[2] or " ", code)


def _date(value: date, code: str) -> str | None:
    """A date by the code of its format; None where the machine has a say, or it shows a time."""
    is_indonesian = _INDONESIAN.match(code) is not None
    code = re.sub(r"\\(.)", r"\1", re.sub(r"^\[\$-[^\]]*\]", "", code)).removesuffix(";@").lower()
    parts = _DATE.findall(code)
    if code == _MACHINE_DATE or "".join(token + sign for token, sign in parts) != code:
        return None
    if "mmmm" in code and not is_indonesian:
        return None
    shown = {
        "yyyy": f"{value.year:04}",
        "yy": f"{value.year % 100:02}",
        "mmmm": _MONTHS[value.month - 1],
        "mm": f"{value.month:02}",
        "m": str(value.month),
        "dd": f"{value.day:02}",
        "d": str(value.day),
    }
    return "".join(shown[token] + sign for token, sign in parts)
