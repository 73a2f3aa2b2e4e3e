"""The rows of a CSV file or an Excel workbook, as texts."""

import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from lsp.exams.formats import limits
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.tables import columns
from lsp.exams.rules.items import fold
from lsp.texts import N_

#: More rows or columns than any table of questions has.
MOST_ROWS = 5_000
MOST_COLUMNS = 100
#: Last row of a sheet that is looked at, blank rows counted.
FARTHEST_ROW = 100_000
#: Most XML elements of one part of a workbook, and largest part that openpyxl reads at once.
MOST_CELLS = 1_500_000
LARGEST_STYLES = 2 * limits.MEGABYTE
DELIMITERS = ",;\t|"
#: What a formula's cell reads as; the row is then refused.
FORMULA = "\ufdd0"

Row = tuple[int, list[str]]


def csv_rows(content: bytes) -> list[Row]:
    """The rows of a CSV file with the line each begins in, blank rows left out."""
    text = limits.decode(content)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        line = 1
        for cells in reader:
            _take(rows, line, cells)
            line = reader.line_num + 1
    except csv.Error:
        raise BadFile(
            N_("Berkas CSV ini tidak dapat dibaca: lihat baris %(line)s."), line=reader.line_num
        ) from None
    return rows


def is_table(text: str) -> bool:
    """Whether the first row of a text names the column of the question."""
    rows = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter_of(text))
    try:
        return fold(columns.STEM) in (fold(cell) for cell in next(rows, []))
    except csv.Error:
        return False


def delimiter_of(text: str) -> str:
    """The sign that parts the first row into the most columns we know, a comma in doubt."""
    sample = text.lstrip()[:10_000]

    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0
        return sum(fold(cell) in columns.KNOWN for cell in cells)

    return max(DELIMITERS, key=known)


def _take(rows: list[Row], line: int, cells: Sequence[str]) -> None:
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
        raise BadFile(N_("Tabel ini berisi terlalu banyak kolom."))
    if len(rows) >= MOST_ROWS:
        limits.check_count(MOST_ROWS)
    rows.append((line, list(cells[:MOST_COLUMNS])))


def xlsx_rows(content: bytes) -> list[Row]:
    """The rows of a workbook's sheet of questions with their numbers, blank rows left out.

    The sheet is the first whose first row names the column of the question. Formulas are not
    computed: such a cell reads as ``FORMULA``.
    """
    members = limits.open_zip(content)
    for name in members:
        if name.endswith((".xml", ".rels")):
            part = members[name]
            limits.check_shape(part, MOST_CELLS)
            if name.endswith(("styles.xml", "workbook.xml")) and len(part) > LARGEST_STYLES:
                raise BadFile(N_("Isi arsip ini terlalu besar setelah dibuka."))
    try:
        sheets = list(_sheets(content))
    except BadFile:
        raise
    except Exception:  # openpyxl meets a broken workbook with whatever happens to fail
        raise BadFile(N_("Buku kerja Excel ini rusak. Simpan ulang, lalu coba lagi.")) from None
    filled = [rows for rows in sheets if rows]
    for rows in filled:
        if fold(columns.STEM) in (fold(cell) for cell in rows[0][1]):
            return rows
    return filled[0] if filled else []


def _sheets(content: bytes) -> Iterator[list[Row]]:
    import openpyxl
    from openpyxl.cell.read_only import EMPTY_CELL

    with warnings.catch_warnings():
        # Of features of Excel it passes over, none of which a table of questions needs.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=False, keep_links=False
        )
        for sheet in book.worksheets[:10]:
            sheet.reset_dimensions()
            rows: list[Row] = []
            measure = limits.Measure()
            for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
                # A far row makes a million empty ones before it.
                if number > FARTHEST_ROW:
                    raise BadFile(N_("Lembar kerja ini berisi terlalu banyak baris."))
                if set(map(id, row)) != {id(EMPTY_CELL)}:
                    cells = [_text(cell) for cell in row]
                    measure.add("".join(cells))
                    _take(rows, number, cells)
            yield rows


def _text(cell: Any) -> str:
    """A cell as a person reads it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, bool):
        return "Benar" if value else "Salah"
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return f"{number.normalize():f}" if abs(number.adjusted()) < 20 else repr(value)
    text = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return limits.without_controls(text)


def as_records(rows: Sequence[Row]) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Rows by the columns' names, and the names of columns that are not known.

    Raises BadFile when the first row does not name the column of the question.
    """
    if not rows:
        raise BadFile(N_("Tabel ini kosong."))
    names = [columns.KNOWN.get(fold(cell), "") for cell in rows[0][1]]
    if columns.STEM not in names:
        raise BadFile(
            N_("Baris pertama harus memuat nama kolom, antara lain “Pertanyaan”. Pakai templat.")
        )
    named = [name for name in names if name]
    if len(named) != len(set(named)):
        raise BadFile(N_("Ada kolom yang tertulis dua kali di baris pertama."))
    unknown = [cell.strip() for cell, name in zip(rows[0][1], names, strict=True) if not name]
    records = []
    for line, cells in rows[1:]:
        record = {
            name: columns.unguarded(cell)
            for name, cell in zip_longest(names, cells, fillvalue="")
            if name
        }
        records.append((line, record))
    return records, [name for name in unknown if name]
