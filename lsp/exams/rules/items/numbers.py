"""Questions answered with a number, and how a number is read in either notation."""

# ruff: noqa: ARG002 -- every type gets the same arguments; not every type needs them all

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lsp.exams.rules.items.base import (
    DEFAULT_POLICY,
    ONE,
    ZERO,
    BadResponse,
    Content,
    ItemRules,
    Response,
    ScoringPolicy,
    share,
)
from lsp.exams.rules.items.choices import percent
from lsp.exams.rules.items.written import fold, read_text
from lsp.texts import N_


class Numerical(ItemRules):
    """A number as the candidate wrote it, with or without the unit: ``{"text": "12,5 jam"}``.

    The key is a value with a tolerance, or ranges each with a share of the points. Both ends
    count as inside.
    """

    def read(self, content: Content, raw: Mapping[str, object]) -> Response | None:
        response = read_text(raw)
        if response is not None and not numbers(response["text"], unit_of(content)):
            raise BadResponse(N_("Isi jawaban dengan angka, misalnya 12,5."))
        return response

    def score(
        self,
        content: Content,
        key: Content,
        response: Mapping[str, Any] | None,
        max_score: Decimal,
        policy: ScoringPolicy = DEFAULT_POLICY,
    ) -> Decimal:
        if response is None:
            return ZERO
        found = numbers(response["text"], unit_of(content))
        earned = (worth for low, high, worth in ranges(key) if any(low <= n <= high for n in found))
        return share(max(earned, default=ZERO), ONE, max_score, policy)

    def describe(self, content: Content, response: Mapping[str, Any] | None) -> list[str]:
        return [response["text"]] if response else []

    def describe_key(self, content: Content, key: Content) -> list[str]:
        return number_lines(key, unit_of(content))


def ranges(key: Content) -> list[tuple[Decimal, Decimal, Decimal]]:
    """What a key takes: lowest and highest number, and the share of the points it earns."""
    if "ranges" in key:
        return [
            (Decimal(row["low"]), Decimal(row["high"]), Decimal(row.get("share", 1)))
            for row in key["ranges"]
        ]
    value, tolerance = Decimal(key["value"]), Decimal(key.get("tolerance") or 0)
    return [(value - tolerance, value + tolerance, ONE)]


def number_lines(key: Content, unit: str) -> list[str]:
    """The key in words: ``25 ± 0.5 orang``, or a line a range."""
    if "ranges" not in key:
        tolerance = str(key.get("tolerance") or "0")
        parts = [str(key["value"]), f"± {tolerance}" if Decimal(tolerance) else "", unit]
        return [" ".join(part for part in parts if part)]
    lines = []
    for row in key["ranges"]:
        span = row["low"] if row["low"] == row["high"] else f"{row['low']} … {row['high']}"
        worth = "" if Decimal(row.get("share", 1)) == 1 else f"({percent(row['share'])})"
        lines.append(" ".join(part for part in (span, unit, worth) if part))
    return lines


def unit_of(content: Content) -> str:
    """The unit of measure shown beside the question; empty when there is none."""
    return str(content.get("unit") or "")


_NUMBER = re.compile(r"([^0-9.,+-]*)([+-]?)([0-9][0-9.,]*|[.,][0-9]+)(.*)", re.DOTALL)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(\1[0-9]{3})*")
#: Thousands parted by blanks, ``12 500``.
_SPACED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9])")
#: A power of ten after a number: ``e-3``, ``x 10^2``, ``× 10^(-2)``.
_POWER = re.compile(r"(?:e| ?[x×*·] ?10 ?(?:\^|\*\*) ?)\(?([+-]?[0-9]{1,3})(?![0-9])\)?")
#: Greatest power of ten that is read; no question is about more.
_GREATEST_POWER = 30
_PARTED = re.compile(r"(.*)([.,])([0-9]+)")
#: What people write for a unit besides its name.
_SIGNS = {"rupiah": "rp", "persen": "%"}


def numbers(text: str, unit: str = "") -> set[Decimal]:
    """The numbers a text may mean, with the unit or without; empty when it is none.

    ``1.234,5`` and ``1,234.5`` are clear. ``1.234`` is a thousand in Indonesian and a little
    over one in English; both readings are returned, since a candidate should not lose a point
    over the notation. ``Rp`` counts as rupiah and ``%`` as persen. Powers of ten (``1.5e-3``,
    ``1,25 x 10^1``) and thousands parted by blanks are read, too.
    """
    folded = re.sub(r"^rp\.", "rp", fold(text).replace("−", "-"))
    found = _NUMBER.fullmatch(_SPACED.sub(lambda n: n[0].replace(" ", ""), folded))
    if found is None:
        return set()
    before, sign, digits, after = found.groups()
    exponent = 0
    if power := _POWER.match(after):
        exponent, after = int(power[1]), after[power.end() :]
        if abs(exponent) > _GREATEST_POWER:
            return set()
    words = f"{before} {after.removeprefix('-')}".split()
    unit = fold(unit)
    if words and " ".join(words) not in (unit, _SIGNS.get(unit, unit)):
        return set()
    readings = _readings(digits.rstrip(".,") or digits)
    return {Decimal(f"{sign}{reading}e{exponent}") for reading in readings}


def _readings(digits: str) -> set[str]:
    """What digits with full stops and commas may mean, written with a decimal point."""
    readings = set()
    if digits.isdigit() or _GROUPED.fullmatch(digits):
        readings.add(_ungrouped(digits))
    if parted := _PARTED.fullmatch(digits):
        whole, mark, decimals = parted.groups()
        grouped = _GROUPED.fullmatch(whole)
        if not whole or whole.isdigit() or (grouped and grouped[1] != mark):
            readings.add(f"{_ungrouped(whole) or '0'}.{decimals}")
    return readings


def _ungrouped(digits: str) -> str:
    return digits.replace(".", "").replace(",", "")
