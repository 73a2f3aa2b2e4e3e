"""The rows of a CSV file or of a workbook's sheet, as texts."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from lsp.exams.formats import limits
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.tables import columns
from lsp.exams.rules.items import fold
from lsp.texts import N_

#: More rows than any table of questions has, and how many columns of one are kept.
MOST_ROWS = 5_000
MOST_COLUMNS = 100
#: Most cells beyond those columns that are named one by one.
MOST_FAR = 2_000
DELIMITERS = ",;\t|"
#: What a formula's cell reads as; the row is then refused.
FORMULA = "\ufdd0"

Row = tuple[int, list[str]]

UNKNOWN_COLUMN = N_("Kolom ini tidak dikenal.")
NO_COLUMN_NAME = N_("Sel ini tidak berada di bawah nama kolom.")


@dataclass(frozen=True)
class Beside:
    """Something of a table's file that is in no cell of a question: where, what and why."""

    where: str
    what: str
    why: str


@dataclass
class Table:
    """The rows of a table with the number of each, blank rows left out."""

    #: The sheet's name; empty for a CSV file.
    sheet: str = ""
    rows: list[Row] = field(default_factory=list)
    #: Line, column from 1 and text of cells beyond the columns that are kept.
    far: list[tuple[int, int, str]] = field(default_factory=list)

    def put(self, line: int, column: int, text: str) -> None:
        """Take a cell that is not blank; they come in order. Raises BadFile for too many rows."""
        if not self.rows or self.rows[-1][0] != line:
            if len(self.rows) >= MOST_ROWS:
                limits.check_count(MOST_ROWS)
            self.rows.append((line, []))
        if column > MOST_COLUMNS:
            if len(self.far) >= MOST_FAR:
                raise BadFile(N_("Tabel ini berisi terlalu banyak kolom."))
            self.far.append((line, column, text))
            return
        cells = self.rows[-1][1]
        cells += [""] * (column - 1 - len(cells))
        cells.append(text)

    @property
    def is_help(self) -> bool:
        """Whether this is the sheet of our template that explains the columns."""
        told = columns.explanations()
        return all(cells in told for _, cells in self.rows)


def csv_table(content: bytes) -> Table:
    """The rows of a CSV file with the line each begins in."""
    text = limits.decode(content)
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        line = 1
        for cells in reader:
            for column, cell in enumerate(cells, 1):
                if cell.strip():
                    table.put(line, column, cell)
            line = reader.line_num + 1
    except csv.Error:
        raise BadFile(
            N_("Berkas CSV ini tidak dapat dibaca: lihat baris %(line)s."), line=reader.line_num
        ) from None
    return table


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


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names the column of the question."""
    return fold(columns.STEM) in (fold(cell) for cell in cells)


def as_records(table: Table) -> tuple[list[tuple[int, dict[str, str]]], list[Beside]]:
    """Rows by the columns' names, and what stands under no name that is known.

    A row that names the columns anew begins a table of its own. Raises BadFile when the first row
    does not name the column of the question.
    """
    if not table.rows:
        raise BadFile(N_("Tabel ini kosong."))
    if not is_header(table.rows[0][1]):
        raise BadFile(
            N_("Baris pertama harus memuat nama kolom, antara lain “Pertanyaan”. Pakai templat.")
        )
    records: list[tuple[int, dict[str, str]]] = []
    beside: list[Beside] = []
    header: list[str] = []
    for line, cells in table.rows:
        if not header or _names_only(cells):
            header, names = cells, _named(cells)
            for cell, name in zip(cells, names, strict=True):
                if cell.strip() and not name:
                    what = f"kolom {shown(cell.strip())}"
                    beside.append(Beside(f"baris {line}", what, UNKNOWN_COLUMN))
            continue
        record = {}
        for place, cell in enumerate(cells):
            name = names[place] if place < len(names) else ""
            if name:
                record[name] = columns.unguarded(cell)
            elif cell.strip() and not (place < len(header) and header[place].strip()):
                beside.append(_stray(line, place + 1, cell))
        records.append((line, {**dict.fromkeys(filter(None, names), ""), **record}))
    beside += [_stray(*far) for far in table.far]
    return records, beside


def _names_only(cells: Sequence[str]) -> bool:
    """Whether a row is a header again: it has the question's column and only names of columns."""
    return is_header(cells) and all(
        not cell.strip() or fold(cell) in columns.KNOWN for cell in cells
    )


def _named(cells: Sequence[str]) -> list[str]:
    """The columns that a header names, empty where it names none we know."""
    names = [columns.KNOWN.get(fold(cell), "") for cell in cells]
    named = [name for name in names if name]
    if len(named) != len(set(named)):
        raise BadFile(N_("Ada kolom yang tertulis dua kali di baris pertama."))
    return names


def _stray(line: int, column: int, cell: str) -> Beside:
    """A cell that stands under no name."""
    return Beside(f"baris {line}", f"kolom {_letters(column)}: {shown(cell)}", NO_COLUMN_NAME)


def _letters(column: int) -> str:
    """A column as a spreadsheet calls it: 28 is AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def shown(cell: str) -> str:
    """A cell's text in a sentence for people."""
    return cell.replace(FORMULA, "(rumus)")
