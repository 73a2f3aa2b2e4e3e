"""The rows of a CSV file or of a workbook's sheet, as texts."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import shorten
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
#: Characters that tell how a table is parted.
_SAMPLE = 10_000
#: What a formula's cell reads as; the row is then refused.
FORMULA = "\ufdd0"
#: Parts a cell whose text is not certain: where it is, why, and its plain number if it has one.
_UNCLEAR = "\ufdd1"
_UNCLEAR_CELL = re.compile(f"{_UNCLEAR}([^{_UNCLEAR}]*){_UNCLEAR}[^{_UNCLEAR}]*{_UNCLEAR}")
ERROR, DATE, FORMATTED = "error", "date", "formatted"
#: Rows above the names of the columns: a title, a date.
MOST_ABOVE = 10
#: How Excel says which sign parts the columns.
_SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)

Row = tuple[int, list[str]]

UNKNOWN_COLUMN = N_("Kolom ini tidak dikenal.")
NO_COLUMN_NAME = N_("Sel ini tidak berada di bawah nama kolom.")
ABOVE = N_("Baris ini berada di atas nama kolom.")


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
    def header_at(self) -> int | None:
        """Which row names the columns: the first, or one below a title; None without any."""
        rows = [cells for _, cells in self.rows[: MOST_ABOVE + 1]]
        return next((n for n, cells in enumerate(rows) if is_header(cells, is_first=n == 0)), None)

    @property
    def is_help(self) -> bool:
        """Whether this is the sheet of our template that explains the columns."""
        told = columns.explanations()
        return all(cells in told for _, cells in self.rows)


def csv_table(content: bytes) -> Table:
    """The rows of a CSV file with the line each begins in."""
    text, delimiter, line = _parted(limits.decode(content))
    table = Table()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    above = line - 1
    try:
        for cells in reader:
            for column, cell in enumerate(cells, 1):
                if cell.strip():
                    is_error = columns.ERRORS.fullmatch(cell.strip())
                    place = f"{_letters(column)}{line}"
                    table.put(line, column, unclear(place, ERROR) if is_error else cell)
            line = above + reader.line_num + 1
    except csv.Error:
        raise BadFile(
            N_("Berkas CSV ini tidak dapat dibaca: lihat baris %(line)s."),
            line=above + reader.line_num,
        ) from None
    return table


def is_table(text: str) -> bool:
    """Whether one of the first rows of a text names the column of the question."""
    text, delimiter, _ = _parted(text.lstrip())
    rows = csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter)
    try:
        first = enumerate(islice(rows, MOST_ABOVE + 1))
        return any(is_header(cells, is_first=n == 0) for n, cells in first)
    except csv.Error:
        return False


def _parted(text: str) -> tuple[str, str, int]:
    """The table's text, the sign that parts its columns, and the number of its first line."""
    said = _SEPARATOR.match(text)
    if said:
        return text[said.end() :], said[1], 2
    return text, delimiter_of(text), 1


def delimiter_of(text: str) -> str:
    """The sign that parts one of the first rows into the most columns we know, a comma in doubt."""
    sample = text.lstrip()[:_SAMPLE]

    def known(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            return max(map(_known, islice(rows, MOST_ABOVE + 1)), default=0)
        except csv.Error:
            return 0

    return max(DELIMITERS, key=known)


def is_header(cells: Sequence[str], *, is_first: bool = True) -> bool:
    """Whether a row names the column of the question; below a title it names another one, too."""
    names_stem = fold(columns.STEM) in (fold(cell) for cell in cells)
    return names_stem and (is_first or _known(cells) > 1)


def _known(cells: Sequence[str]) -> int:
    """How many cells are names of columns."""
    return sum(fold(cell) in columns.KNOWN for cell in cells)


def unclear(place: str, why: str, plain: str = "") -> str:
    """What a cell reads as whose text is not certain."""
    return f"{_UNCLEAR}{place}{_UNCLEAR}{why}{_UNCLEAR}{plain}"


def unclear_parts(cell: str) -> tuple[str, str, str] | None:
    """Place, reason and plain number of such a cell; None for any other."""
    if not cell.startswith(_UNCLEAR):
        return None
    place, why, plain = cell[1:].split(_UNCLEAR, 2)
    return place, why, plain


def as_records(table: Table) -> tuple[list[tuple[int, dict[str, str]]], list[Beside]]:
    """Rows by the columns' names, and what stands under no name that is known.

    A row that names the columns anew begins a table of its own. Raises BadFile when none of the
    first rows names the column of the question.
    """
    if not table.rows:
        raise BadFile(N_("Tabel ini kosong."))
    top = table.header_at
    if top is None:
        raise BadFile(
            N_("Baris pertama harus memuat nama kolom, antara lain “Pertanyaan”. Pakai templat.")
        )
    records: list[tuple[int, dict[str, str]]] = []
    beside = [
        Beside(f"baris {line}", shorten(shown(" ".join(filter(None, cells)))), ABOVE)
        for line, cells in table.rows[:top]
    ]
    header: list[str] = []
    for line, cells in table.rows[top:]:
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
    return _UNCLEAR_CELL.sub(r"(\1) ", cell.replace(FORMULA, "(rumus)")).rstrip()
