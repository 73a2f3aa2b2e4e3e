"""What is known of an item's difficulty: checked, and read from a table of numbers.

The facility is the share of the points candidates reach (0 hard, 1 easy); discrimination and
location are the parameters a and b of the two-parameter logistic model, on the scale where
abilities have mean 0 and standard deviation 1.
"""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lsp.texts import N_, Refusal

#: Estimates beyond these are mistakes of typing or of estimation, not properties of an item.
LARGEST_DISCRIMINATION, FARTHEST_LOCATION = 10.0, 10.0
MOST_ROWS = 10_000
TOO_LARGE = N_("Tabel ini terlalu besar: paling besar 1 MB.")
COLUMNS = ("kode", "tingkat_kemudahan", "daya_beda", "lokasi")


@dataclass(frozen=True)
class Measures:
    """Facility, discrimination and location; None is "not known"."""

    facility: Decimal | None = None
    discrimination: float | None = None
    location: float | None = None


def check_measures(measures: Measures) -> None:
    """Raise Refusal for numbers no item has, and for one parameter without the other."""
    facility, a, b = measures.facility, measures.discrimination, measures.location
    if facility is not None and not (facility.is_finite() and 0 <= facility <= 1):
        raise Refusal(N_("Isi tingkat kemudahan dari 0 sampai 1."))
    if (a is None) != (b is None):
        raise Refusal(N_("Isi daya beda dan lokasi bersama-sama, atau kosongkan keduanya."))
    if a is not None and not (math.isfinite(a) and 0 < a <= LARGEST_DISCRIMINATION):
        raise Refusal(N_("Isi daya beda lebih dari 0 sampai 10."))
    if b is not None and not (math.isfinite(b) and abs(b) <= FARTHEST_LOCATION):
        raise Refusal(N_("Isi lokasi dari -10 sampai 10."))


def read_table(content: bytes) -> dict[str, Measures]:
    """Measures by identifier from a CSV table with the columns ``COLUMNS``.

    Comma or semicolon parts the columns; with semicolons a decimal comma is read too. Raises
    Refusal that names the first faulty line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(N_("Simpan tabelnya sebagai CSV dalam UTF-8.")) from None
    first = text.partition("\n")[0]
    delimiter = ";" if ";" in first else ","
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise Refusal(N_("Tabel CSV ini tidak dapat dibaca.")) from None
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise Refusal(N_("Tabel memuat kolom %(columns)s."), columns=", ".join(COLUMNS))
    if len(rows) > MOST_ROWS:
        raise Refusal(N_("Tabel memuat paling banyak %(limit)s baris."), limit=MOST_ROWS)
    found: dict[str, Measures] = {}
    for line, row in enumerate(rows, 2):
        identifier = (row["kode"] or "").strip()
        try:
            measures = _measures(row)
            check_measures(measures)
        except (Refusal, InvalidOperation, ValueError):
            raise Refusal(
                N_("Baris %(line)s (%(identifier)s): isi kemudahan 0–1, daya beda, dan lokasi."),
                line=line,
                identifier=identifier[:50],
            ) from None
        if not identifier or identifier in found:
            raise Refusal(N_("Baris %(line)s: kode kosong atau tertulis dua kali."), line=line)
        found[identifier] = measures
    return found


def _measures(row: Mapping[str, str | None]) -> Measures:
    facility, a, b = ((row[name] or "").strip().replace(",", ".") for name in COLUMNS[1:])
    return Measures(
        Decimal(facility) if facility else None,
        float(a) if a else None,
        float(b) if b else None,
    )
