"""Writing questions as rows, and the template with an example of each type."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lsp.exams.formats.offering import lost_offering
from lsp.exams.formats.own_names import NAMES, lost_names
from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import Media, NotCarried, NotWritten, ReadItem
from lsp.exams.formats.tables import columns as c
from lsp.exams.formats.tables.examples import examples
from lsp.exams.formats.tables.gaps import gap_rows
from lsp.exams.formats.tables.keys import number_rows, short_answer_rows
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import TYPE_NAMES, ItemType, Markup
from lsp.texts import N_, Refusal

#: Excel keeps no more characters in a cell.
LONGEST_CELL = 32_767

Written = tuple[bytes, list[NotCarried]]


def write(items: Sequence[ReadItem], media: Sequence[Media]) -> Written:
    """A CSV file of these questions in UTF-8, and what it cannot hold.

    Pictures stay out of it. Without questions it is the template: an example of each type.
    """
    rows, lost = _rows(items or examples(), media)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([c.guarded(cell) for cell in row] for row in rows)
    # The byte order mark is for Excel, which takes the file for Windows-1252 without it.
    return out.getvalue().encode("utf-8-sig"), lost


def write_xlsx(items: Sequence[ReadItem], media: Sequence[Media]) -> Written:
    """The same as a workbook, with a sheet that explains the columns."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    rows, lost = _rows(items or examples(), media)
    book = Workbook()
    questions, help_sheet = book.worksheets[0], book.create_sheet("Petunjuk")
    questions.title = "Soal"
    for sheet, table in ((questions, rows), (help_sheet, c.explanations())):
        for row_number, row in enumerate(table, 1):
            for column, text in enumerate(row, 1):
                if not text:
                    continue
                cell = sheet.cell(row_number, column)
                cell.value = c.guarded(text)[:LONGEST_CELL]
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if row_number == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for column, name in enumerate(table[0], 1):
            width = {c.STEM: 60, "Isi": 110}.get(name, 24)
            sheet.column_dimensions[get_column_letter(column)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), lost + list(_too_long(items, rows))


def template() -> bytes:
    """The workbook writers begin with: columns, an example of each type, explanations."""
    return write_xlsx([], [])[0]


def _too_long(items: Sequence[ReadItem], rows: Sequence[Sequence[str]]) -> Iterator[NotCarried]:
    for item, row in zip(items, rows[1:], strict=False):
        for name, cell in zip(rows[0], row, strict=True):
            if len(c.guarded(cell)) > LONGEST_CELL:
                why = N_("Sel Excel memuat paling banyak 32.767 karakter.")
                yield NotCarried(item.identifier, name, Refusal(why))


def _rows(
    items: Sequence[ReadItem], media: Sequence[Media]
) -> tuple[list[list[str]], list[NotCarried]]:
    lost: list[NotCarried] = []
    records = []
    for item in items:
        if item.type is None:
            why = Refusal(N_("Tabel tidak mengenal jenis soal ini."))
            lost.append(NotWritten(item.identifier, item.title, why))
            continue
        records.append(_record(item))
        lost += _losses(item, {picture.name for picture in media})
    most = max((len(item.body.content.get("choices") or ()) for item in items), default=0)
    names = c.header(most)
    return [names, *([record.get(name, "") for name in names] for record in records)], lost


def _losses(item: ReadItem, media: set[str]) -> Iterator[NotCarried]:
    names = set(wording.pictures(item.stem)) if item.markup is Markup.HTML else set()
    for rows in ("choices", "left", "right", "rows"):
        for row in item.body.content.get(rows) or ():
            names |= set(wording.pictures(row["text"])) if item.markup is Markup.HTML else set()
    names |= {item.body.content["picture"]} if "picture" in item.body.content else set()
    for name in sorted(names & media if media else names):
        why = Refusal(N_("Tabel tidak memuat gambar; unggah lagi setelah impor."))
        yield NotCarried(item.identifier, f"gambar {name}", why)
    if lost := lost_names(item):
        yield NotCarried(item.identifier, NAMES, lost)
    for what, offered in lost_offering(item):
        yield NotCarried(item.identifier, what, offered)
    if differs(item):
        why = Refusal(N_("Cara penilaian QTI tidak dapat ditulis dalam tabel."))
        yield NotCarried(item.identifier, "responseProcessing", why)


def _record(item: ReadItem) -> dict[str, str]:
    """The cells of a question by the names of their columns."""
    assert item.type is not None  # noqa: S101 -- the caller looked
    return {
        c.CODE: item.identifier,
        c.TYPE: TYPE_NAMES[item.type],
        c.TITLE: item.title,
        c.STEM: item.stem,
        c.MARKUP: "html" if item.markup is Markup.HTML else "polos",
        c.CRITERION: item.criterion,
        c.LEVEL: item.level.value if item.level else "",
        c.POINTS: f"{item.max_score.normalize():f}",
        c.RATIONALE: item.rationale,
        c.TAGS: c.join_tags(item.tags),
        **_body_cells(item.type, item.body.content, item.body.key),
    }


def _body_cells(
    kind: ItemType, content: Mapping[str, Any], key: Mapping[str, Any]
) -> dict[str, str]:
    match kind:
        case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
            return _choice_cells(content, key)
        case ItemType.TRUE_FALSE:
            return {c.KEY: "Benar" if key["answer"] else "Salah"}
        case ItemType.SHORT_ANSWER:
            return {
                c.KEY: c.join_rows(short_answer_rows(key)),
                c.CASE: "ya" if key.get("case_sensitive") else "",
                c.WILDCARDS: "ya" if key.get("wildcards") else "",
                c.SPACES: "ya" if key.get("ignore_spaces") else "",
            }
        case ItemType.NUMERICAL:
            return {c.KEY: c.join_rows(number_rows(key)), c.UNIT: content.get("unit", "")}
        case ItemType.MATCHING:
            return {c.PAIRS: c.join_rows(_pairs(content, key))}
        case ItemType.ORDERING:
            texts = {row["id"]: row["text"] for row in content["rows"]}
            return {
                c.ORDER: c.join_rows([texts[id_]] for id_ in key["order"]),
                c.EXACT: "ya" if key.get("exact") else "",
            }
        case ItemType.GAP_FILL:
            return {c.GAPS: c.join_rows(gap_rows(content, key))}
        case ItemType.HOTSPOT:
            size = [str(content["width"]), str(content["height"])]
            areas = [[area["shape"], *map(str, area["coords"])] for area in key["areas"]]
            return {
                c.PICTURE: c.join_rows([[content["picture"], *size, content["alt"]]]),
                c.AREAS: c.join_rows(areas),
            }
    cells = {
        c.RUBRIC: c.join_rows([row["aspect"], str(row["points"])] for row in key["rubric"]),
        c.MODEL: key.get("model_answer", ""),
    }
    if kind is ItemType.ESSAY:
        cells[c.WORDS] = str(content["max_words"])
    if kind is ItemType.FILE_UPLOAD:
        cells[c.KINDS] = ", ".join(content["kinds"])
        cells[c.MEGABYTES] = str(content["max_megabytes"])
    return cells


def _choice_cells(content: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, str]:
    cells = {
        c.choice_column(place): choice["text"] for place, choice in enumerate(content["choices"])
    }
    cells[c.KEY] = ", ".join(id_.upper() for id_ in key["correct"])
    weights = key.get("weights") or {}
    cells[c.WEIGHTS] = c.join_rows([id_.upper(), c.share_text(w)] for id_, w in weights.items())
    return cells


def _pairs(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[list[str]]:
    right = {row["id"]: row["text"] for row in content["right"]}
    rows = [[row["text"], right[key["pairs"][row["id"]]]] for row in content["left"]]
    used = set(key["pairs"].values())
    return [*rows, *(["", text] for id_, text in right.items() if id_ not in used)]
