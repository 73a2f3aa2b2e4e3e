"""The sheets of an Excel workbook: their rows, and what stands beside the cells."""

import io
import posixpath
import re
import warnings
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Any

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import shorten
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.tables.cells import cell_text
from lsp.exams.formats.tables.files import Beside, Table, shown
from lsp.texts import N_

#: Last row of a sheet that is looked at, blank rows counted; and of all sheets together.
FARTHEST_ROW = 100_000
MOST_ROWS_OF_ALL = 300_000
#: Most places of all sheets, those left blank before a far cell counted.
MOST_PLACES = 20_000_000
#: Most XML elements of one part of a workbook, and largest part that openpyxl reads at once.
MOST_CELLS = 1_500_000
LARGEST_STYLES = 2 * limits.MEGABYTE

NOT_IN_TABLES = N_("Bank soal tidak menyimpan bagian ini dari lembar kerja.")
_NO_TABLE = N_("Baris pertama lembar ini tidak memuat kolom “Pertanyaan”; lembar ini tidak dibaca.")
_MARGINS = re.compile(
    r"<(?:\w+:)?(?:odd|even|first)(Header|Footer)\b[^>]*>([^<]+)</(?:\w+:)?(?:odd|even|first)"
)
_LINK = re.compile(r"<(?:\w+:)?hyperlink\b([^>]*)>")
_ATTRIBUTE = re.compile(r"(?:\w+:)?(ref|id|location)=\"([^\"]*)\"")
#: Most links of a sheet that are named.
MOST_LINKS = 2_000
_MARGIN_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[A-Z])')
_MARGIN_NAMES = {"Header": "kepala halaman", "Footer": "kaki halaman"}


def xlsx_tables(content: bytes) -> tuple[list[Table], list[Beside]]:
    """The sheets of questions, and what is in no cell of theirs: other sheets, comments, pictures.

    A sheet is one of questions when one of its first rows names the column of the question; the first with
    any content is given when none is. Formulas are not computed: such a cell reads as ``FORMULA``.
    Raises BadFile.
    """
    members = limits.open_zip(content)
    for name in members:
        if name.endswith((".xml", ".rels")):
            part = members[name]
            limits.check_shape(part, MOST_CELLS)
            if name.endswith(("styles.xml", "workbook.xml")) and len(part) > LARGEST_STYLES:
                raise BadFile(N_("Isi arsip ini terlalu besar setelah dibuka."))
    try:
        tables, beside = _sheets(content, members)
    except BadFile:
        raise
    except Exception:  # openpyxl meets a broken workbook with whatever happens to fail
        raise BadFile(N_("Buku kerja Excel ini rusak. Simpan ulang, lalu coba lagi.")) from None
    fitting = [table for table in tables if table.header_at is not None]
    if not fitting:
        return tables[:1], beside
    for table in tables:
        if table not in fitting and not table.is_help:
            texts = (cell for _, cells in table.rows[:50] for cell in cells if cell)
            beside.append(
                Beside(f"lembar {table.sheet}", shorten(shown(" ".join(texts))), _NO_TABLE)
            )
    return fitting, beside


def _sheets(content: bytes, members: limits.Members) -> tuple[list[Table], list[Beside]]:
    """The sheets that have any content, and what stands beside their cells."""
    import openpyxl

    with warnings.catch_warnings():
        # Of features of Excel it passes over; what of them a person sees is named here.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=False, keep_links=False, rich_text=True
        )
        beside = [
            Beside(f"lembar {sheet.title}", "bagan", NOT_IN_TABLES) for sheet in book.chartsheets
        ]
        size = _Size()
        tables = []
        sheets = book.worksheets
        for sheet in sheets:
            place = f"lembar {sheet.title}, " if len(sheets) > 1 else ""
            table = Table(sheet=sheet.title)
            for number, column, text in _cells(sheet, size, place, beside):
                table.put(number, column, text)
            beside += _around(members, sheet, place)
            if table.rows:
                tables.append(table)
    return tables, beside


class _Size:
    """How far the sheets of a workbook reach, all together."""

    def __init__(self) -> None:
        self.rows = self.places = 0
        self.measure = limits.Measure()

    def add(self, number: int, width: int) -> None:
        """Count a row. Raises BadFile for more than is read within seconds."""
        self.rows += 1
        self.places += width
        # A far row makes a million empty ones before it, a far cell thousands of empty places.
        if number > FARTHEST_ROW or self.rows > MOST_ROWS_OF_ALL:
            raise BadFile(N_("Lembar kerja ini berisi terlalu banyak baris."))
        if self.places > MOST_PLACES:
            raise BadFile(N_("Tabel ini berisi terlalu banyak kolom."))


def _cells(
    sheet: Any, size: _Size, place: str, beside: list[Beside]
) -> Iterator[tuple[int, int, str]]:
    """Row, column from 1 and text of each cell that is not blank."""
    from openpyxl.cell.read_only import EMPTY_CELL
    from openpyxl.cell.rich_text import CellRichText

    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        size.add(number, len(row))
        for column, cell in enumerate(row, 1):
            if cell is EMPTY_CELL:
                continue
            text = cell_text(cell)
            if not text.strip():
                continue
            size.measure.add(text)
            if isinstance(cell.value, CellRichText) and _is_raised(cell.value):
                what = f"bentuk huruf: {shown(text)}"
                beside.append(Beside(f"{place}sel {cell.coordinate}", what, NOT_IN_TABLES))
            yield number, column, text


def _is_raised(text: Any) -> bool:
    """Whether a part of a text is raised, lowered or struck out, which changes what it says."""
    fonts = [part.font for part in text if not isinstance(part, str)]
    return any(font.vertAlign in ("superscript", "subscript") or font.strike for font in fonts)


# --- What stands beside the cells ---------------------------------------------------------------


def _around(members: limits.Members, sheet: Any, place: str) -> Iterator[Beside]:
    """Comments, drawings, links, headers and footers of a sheet."""
    path = str(sheet._worksheet_path)
    part = members[path].decode("utf-8", "replace")
    yield from _links(part, _targets(members, path), place)
    for kind, name in _related(members, path):
        if kind == "comments":
            yield from _comments(limits.safe_xml(members[name]), place)
        elif kind == "drawing":
            yield from _drawings(limits.safe_xml(members[name]), place)
    for kind, text in _MARGINS.findall(part):
        what = f"{_MARGIN_NAMES[kind]}: {_plain_margin(text)}"
        yield Beside(f"lembar {sheet.title}", what, NOT_IN_TABLES)


def _plain_margin(text: str) -> str:
    """A header's text without Excel's codes for its places and looks."""
    return shorten(_MARGIN_CODES.sub(" ", text.replace("&amp;", "&")))


def _relations(members: limits.Members, path: str) -> Iterator[Any]:
    """What the sheet says of other parts, and of addresses outside."""
    folder, name = posixpath.split(path)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations in members:
        yield from limits.safe_xml(members[relations])


def _related(members: limits.Members, path: str) -> Iterator[tuple[str, str]]:
    """Kind and path of the parts a sheet refers to, where they are in the archive."""
    folder = posixpath.dirname(path)
    for relation in _relations(members, path):
        target = relation.get("Target") or ""
        part = posixpath.normpath(posixpath.join(folder, target)) if target else ""
        part = target[1:] if target.startswith("/") else part
        if part in members:
            yield (relation.get("Type") or "").rpartition("/")[2], part


def _targets(members: limits.Members, path: str) -> dict[str, str]:
    """The addresses that a sheet's links refer to, by the names it gives them."""
    return {
        relation.get("Id") or "": relation.get("Target") or ""
        for relation in _relations(members, path)
    }


def _links(part: str, targets: Mapping[str, str], place: str) -> Iterator[Beside]:
    """Links of cells; their text is read with the cell."""
    for attributes in islice(_LINK.findall(part), MOST_LINKS):
        values = dict(_ATTRIBUTE.findall(attributes))
        address = targets.get(values.get("id", ""), "") or unescape(values.get("location", ""))
        what = f"tautan: {shorten(address)}"
        yield Beside(f"{place}sel {values.get('ref', '?')}", what, NOT_IN_TABLES)


def _comments(root: Any, place: str) -> Iterator[Beside]:
    for comment in root.iter("{*}comment"):
        text = shorten("".join(node.text or "" for node in comment.iter("{*}t")))
        yield Beside(f"{place}sel {comment.get('ref')}", f"komentar: {text}", NOT_IN_TABLES)


def _drawings(root: Any, place: str) -> Iterator[Beside]:
    from openpyxl.utils import get_column_letter

    for anchor in root:
        column, row = anchor.findtext("{*}from/{*}col"), anchor.findtext("{*}from/{*}row")
        where = place.removesuffix(", ") or "lembar kerja"
        if row is not None and column is not None:
            where = f"{place}sel {get_column_letter(int(column) + 1)}{int(row) + 1}"
        text = shorten("".join(node.text or "" for node in anchor.iter("{*}t")))
        is_picture = next(anchor.iter("{*}pic"), None) is not None
        kind = "gambar" if is_picture else ("kotak teks" if text else "bagan atau bentuk")
        yield Beside(where, f"{kind}: {text}" if text else kind, NOT_IN_TABLES)
