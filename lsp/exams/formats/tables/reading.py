"""Reading rows into questions."""

import string
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import NO_SUCH_HTML, Gathering, shorten, title_of
from lsp.exams.formats.package import Reading, ReadItem
from lsp.exams.formats.tables import columns as c
from lsp.exams.formats.tables.books import xlsx_tables
from lsp.exams.formats.tables.files import (
    DATE,
    ERROR,
    FORMATTED,
    FORMULA,
    Beside,
    Table,
    as_records,
    csv_table,
    shown,
    unclear_parts,
)
from lsp.exams.formats.tables.gaps import read_gaps
from lsp.exams.formats.tables.keys import read_numbers, read_short_answer
from lsp.exams.rules import wording, writing
from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

#: Rows of the template whose code begins so are examples and no questions.
EXAMPLE = "CONTOH-"

#: Why a cell's text is not certain.
UNCLEAR = {
    ERROR: N_("Sel %(cells)s berisi galat Excel. Perbaiki, lalu coba lagi."),
    DATE: N_("Sel %(cells)s berisi tanggal atau jam. Ubah menjadi teks seperti yang tampil."),
    FORMATTED: N_(
        "Sel %(cells)s berisi angka dengan format khusus. Ubah menjadi teks seperti yang tampil."
    ),
}

Record = Mapping[str, str]
Clean = Callable[[str], str]


def read(content: bytes, name: str = "") -> Reading:
    """The questions of a CSV file or a workbook, whichever it is."""
    return (read_xlsx if limits.is_zip(content) else read_csv)(content, name)


def read_csv(content: bytes, name: str = "") -> Reading:  # noqa: ARG001 -- every format is called alike
    """The questions of a CSV file. Raises BadFile when it is no table of questions."""
    return _read("csv", [csv_table(content)], [])


def read_xlsx(content: bytes, name: str = "") -> Reading:  # noqa: ARG001 -- every format is called alike
    """The questions of a workbook. Raises BadFile when it is no table of questions."""
    tables, beside = xlsx_tables(content)
    return _read("xlsx", tables or [Table()], beside)


def _read(format_name: str, tables: Sequence[Table], beside: Sequence[Beside]) -> Reading:
    gathering = Gathering(format_name)
    for table in tables:
        _read_table(gathering, table, f"lembar {table.sheet}, " if len(tables) > 1 else "")
    for one in beside:
        gathering.leave(one.where, one.what, Refusal(one.why))
    return gathering.reading()


def _read_table(gathering: Gathering, table: Table, sheet: str) -> None:
    """Take the questions of a table; ``sheet`` goes before the number of a row."""
    records, beside = as_records(table)
    for one in beside:
        gathering.leave(f"{sheet}{one.where}", one.what, Refusal(one.why))
    for line, record in records:
        where = f"{sheet}baris {line}"
        code = record.get(c.CODE, "")
        if code.startswith(EXAMPLE):
            gathering.leave(where, code, Refusal(N_("Ini contoh dari templat, bukan soal.")))
            continue
        what = shown(f"{code} {shorten(record.get(c.STEM, ''))}").strip()
        with gathering.question(where, what):
            take_record(gathering, where, record)


def take_record(gathering: Gathering, where: str, record: Record) -> None:
    """Take the question that these cells state, by the names of their columns.

    Raises Refusal for what is no question.
    """
    if formulas := [name for name, cell in record.items() if cell == FORMULA]:
        raise Refusal(
            N_("Kolom %(columns)s berisi rumus. Tempel nilainya saja."), columns=", ".join(formulas)
        )
    record = _certain(record)
    markup = _markup(record.get(c.MARKUP, ""))
    removed: dict[str, None] = {}

    def clean(text: str) -> str:
        if markup is Markup.PLAIN:
            return text
        html, out = wording.clean(text)
        removed.update(dict.fromkeys(out))
        return html.strip()

    stem = clean(record[c.STEM])
    if not stem:
        raise Refusal(N_("Pertanyaannya kosong."))
    kind = c.read_type(record.get(c.TYPE, "")) or _guessed_type(record)
    points = c.read_number(record[c.POINTS]) if record.get(c.POINTS) else Decimal(1)
    title = record.get(c.TITLE, "")
    tags = c.split_tags(record.get(c.TAGS, ""))
    gathering.add(
        ReadItem(
            identifier="",
            type=kind,
            title=(title or title_of(stem, markup))[: limits.LONGEST_TITLE],
            stem=stem,
            body=_body(kind, record, stem, points, clean),
            max_score=points,
            markup=markup,
            criterion=" ".join(record.get(c.CRITERION, "").split()),
            level=_level(record.get(c.LEVEL, "")),
            rationale=record.get(c.RATIONALE, ""),
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            where=where,
        ),
        own=record.get(c.CODE, ""),
        title=title,
    )
    for what in removed:
        gathering.leave(where, what, Refusal(NO_SUCH_HTML))


def _certain(record: Record) -> Record:
    """The cells, with the plain number where a number is meant. Raises Refusal for unclear ones."""
    name = record.get(c.TYPE, "")
    is_number = not unclear_parts(name) and c.read_type(name) is ItemType.NUMERICAL
    numbers = {c.POINTS, c.WORDS, c.MEGABYTES, *([c.KEY] if is_number else [])}
    certain, left = dict(record), dict[str, list[str]]()
    for name, cell in record.items():
        if parts := unclear_parts(cell):
            place, why, plain = parts
            if plain and name in numbers:
                certain[name] = plain
            else:
                left.setdefault(why, []).append(place)
    for why, places in left.items():
        raise Refusal(UNCLEAR[why], cells=", ".join(places))
    return certain


def _markup(text: str) -> Markup:
    word = fold(text)
    if word in ("", "polos", "plain", "teks"):
        return Markup.PLAIN
    if word == "html":
        return Markup.HTML
    raise Refusal(N_("Format adalah polos atau html, bukan “%(written)s”."), written=text[:60])


def _level(text: str) -> CognitiveLevel | None:
    if not text:
        return None
    word = text.split(maxsplit=1)[0].upper()
    if word not in CognitiveLevel.__members__:
        raise Refusal(N_("Tingkat adalah C1 sampai C6, bukan “%(written)s”."), written=text[:60])
    return CognitiveLevel(word)


def _guessed_type(record: Record) -> ItemType:
    """The type of a row that names none: a choice, by how many letters its key has."""
    if not any(record.get(c.choice_column(place)) for place in range(26)):
        raise Refusal(N_("Isi kolom Jenis."))
    several = len(_letters(record.get(c.KEY, ""))) > 1
    return ItemType.MULTIPLE_CHOICE if several else ItemType.SINGLE_CHOICE


def _letters(text: str) -> list[str]:
    return [part.upper() for part in text.replace(",", " ").replace(";", " ").split()]


def _body(kind: ItemType, record: Record, stem: str, points: Decimal, clean: Clean) -> Body:
    def cell(column: str) -> str:
        return record.get(column, "")

    match kind:
        case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
            return _choices(kind, record, clean)
        case ItemType.TRUE_FALSE:
            return writing.true_false(_truth(cell(c.KEY)))
        case ItemType.SHORT_ANSWER:
            return read_short_answer(
                c.split_rows(cell(c.KEY)),
                case_sensitive=c.read_yes(cell(c.CASE)),
                wildcards=c.read_yes(cell(c.WILDCARDS)),
                ignore_spaces=c.read_yes(cell(c.SPACES)),
            )
        case ItemType.NUMERICAL:
            return read_numbers(c.split_rows(cell(c.KEY)), cell(c.UNIT))
        case ItemType.MATCHING:
            return _matching(cell(c.PAIRS), clean)
        case ItemType.ORDERING:
            texts = [clean(row[0]) for row in c.split_rows(cell(c.ORDER))]
            return writing.ordering(texts, exact=c.read_yes(cell(c.EXACT)))
        case ItemType.GAP_FILL:
            return read_gaps(c.split_rows(cell(c.GAPS)), stem, clean)
        case ItemType.HOTSPOT:
            return _hotspot(cell(c.PICTURE), cell(c.AREAS))
    rubric = _rubric(cell(c.RUBRIC))
    if kind is ItemType.ESSAY:
        return writing.essay(rubric, cell(c.MODEL), c.read_count(cell(c.WORDS)), points)
    if kind is ItemType.ORAL:
        return writing.oral(rubric, cell(c.MODEL), points)
    kinds = cell(c.KINDS).replace(",", " ").replace(";", " ").split()
    megabytes = c.read_count(cell(c.MEGABYTES))
    return writing.file_upload(kinds, megabytes, rubric, cell(c.MODEL), points)


def _choices(kind: ItemType, record: Record, clean: Clean) -> Body:
    texts = [record.get(c.choice_column(place), "") for place in range(26)]
    while texts and not texts[-1]:
        texts.pop()
    letters = string.ascii_uppercase[: len(texts)]
    key = _letters(record.get(c.KEY, ""))
    if unknown := [letter for letter in key if letter not in tuple(letters)]:
        raise Refusal(
            N_("Kunci %(letters)s tidak ada di antara pilihan."), letters=", ".join(unknown)[:60]
        )
    weights = None
    if record.get(c.WEIGHTS):
        shares = {}
        for row in c.split_rows(record[c.WEIGHTS]):
            if len(row) != 2:
                raise Refusal(N_("Tulis bobot sebagai A | 50%, satu pilihan per baris."))
            shares[row[0].upper()] = c.read_share(row[1])
        weights = [shares.get(letter, Decimal(0)) for letter in letters]
    return writing.choices(
        [(clean(text), letter in key) for letter, text in zip(letters, texts, strict=True)],
        single=kind is ItemType.SINGLE_CHOICE,
        weights=weights,
    )


def _truth(text: str) -> bool:
    word = fold(text)
    if word in ("benar", "b", "true", "ya"):
        return True
    if word in ("salah", "s", "false", "tidak"):
        return False
    raise Refusal(N_("Isi kunci dengan Benar atau Salah."))


def _matching(cell: str, clean: Clean) -> Body:
    rows = c.split_rows(cell)
    if any(len(row) != 2 for row in rows):
        raise Refusal(N_("Tulis setiap pasangan sebagai kiri | kanan."))
    cleaned = [(clean(left), clean(right)) for left, right in rows]
    return writing.matching(
        [(left, right) for left, right in cleaned if left],
        [right for left, right in cleaned if not left],
    )


def _hotspot(picture: str, areas: str) -> Body:
    rows = c.split_rows(picture)
    if len(rows) != 1 or len(rows[0]) != 4:
        raise Refusal(N_("Tulis gambar sebagai nama | lebar | tinggi | teks pengganti."))
    name, width, height, alt = rows[0]
    shapes = [
        (row[0].lower(), [c.read_count(number) for number in row[1:]])
        for row in c.split_rows(areas)
    ]
    return writing.hotspot(name, c.read_count(width), c.read_count(height), alt, shapes)


def _rubric(cell: str) -> list[tuple[str, Decimal]]:
    rows = c.split_rows(cell)
    if any(len(row) != 2 for row in rows):
        raise Refusal(N_("Tulis rubrik sebagai aspek | nilai, satu aspek per baris."))
    return [(aspect, c.read_number(points)) for aspect, points in rows]
