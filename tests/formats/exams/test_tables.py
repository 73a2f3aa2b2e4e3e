"""Questions in tables: every type comes back, spreadsheets compute nothing, faults have a row."""

import io
from dataclasses import replace
from decimal import Decimal
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as Picture
from PIL import Image

from lsp.exams.formats import tables
from lsp.exams.formats.package import BadFile, Reading
from lsp.exams.formats.tables.examples import examples
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType, Markup
from tests.formats.exams.makers import BODIES, distinct, items

GAPS = [
    (writing.choices([("a|b", True), ("c", False)], single=True), Decimal(2)),
    (
        writing.short_answer(
            ["x", "y\\|"], case_sensitive=True, wildcards=True, ignore_spaces=True
        ),
        Decimal(1),
    ),
    (writing.number_ranges([(1, 2, Decimal(1)), (0, 9, Decimal("0.5"))], "jam"), Decimal(1)),
]
ALL = {**BODIES, ItemType.ORDERING: st.builds(writing.ordering, distinct(5), exact=st.booleans())}


def comparable(reading: Reading):
    return [replace(item, where="") for item in reading.items]


@settings(max_examples=150, deadline=None)
@given(st.lists(items(ALL), min_size=1, max_size=4, unique_by=lambda item: item.identifier))
def test_what_is_written_as_csv_is_read_again(written):
    content, lost = tables.write(written, [])
    assert not lost
    assert comparable(tables.read(content)) == written


@settings(max_examples=15, deadline=None)
@given(st.lists(items(ALL), min_size=1, max_size=4, unique_by=lambda item: item.identifier))
def test_what_is_written_as_a_workbook_is_read_again(written):
    assert comparable(tables.read(tables.write_xlsx(written, [])[0])) == written


@pytest.mark.parametrize("example", examples(), ids=lambda item: item.type.value)
def test_every_type_comes_back_from_csv(example):
    item = replace(example, identifier="K-1")
    assert comparable(tables.read(tables.write([item], [])[0])) == [item]


def test_gaps_of_all_kinds_and_html_come_back():
    item = replace(
        examples()[0],
        identifier="K-1",
        type=ItemType.GAP_FILL,
        markup=Markup.HTML,
        stem="<b>Isi</b> [[1]], [[2]] dan [[3]]",
        body=writing.gap_fill(GAPS, "[[1]] [[2]] [[3]]"),
    )
    assert comparable(tables.read(tables.write([item], [])[0])) == [item]


def test_the_template_shows_every_type_and_imports_nothing():
    reading = tables.read(tables.template())
    assert reading.format == "xlsx"
    assert reading.items == []
    assert len(reading.not_carried) == len(ItemType)


def test_a_semicolon_parts_columns_too_and_the_type_may_be_left_out():
    text = "Pertanyaan;Pilihan A;Pilihan B;Kunci;Warna\nSiapa?;Tamu;Humas;B;biru\n"
    reading = tables.read(text.encode())
    assert reading.items[0].body.key == {"correct": ["b"]}
    assert [note.what for note in reading.not_carried] == ["kolom Warna"]


def test_a_cell_that_looks_like_a_formula_is_written_as_text():
    item = replace(examples()[0], identifier="K-1", stem="=HYPERLINK(1)")
    content, _ = tables.write([item], [])
    assert b"'=HYPERLINK(1)" in content
    assert tables.read(content).items[0].stem == "=HYPERLINK(1)"


def test_a_type_is_known_by_the_names_people_use():
    rows = "Pertanyaan;Jenis;Kunci\nBerapa?;Angka;25 ± 0,5\nBenarkah?;Benar/Salah;Salah\n"
    found = tables.read(rows.encode()).items
    assert [item.type for item in found] == [ItemType.NUMERICAL, ItemType.TRUE_FALSE]


def test_a_far_row_is_refused_rather_than_left_out():
    book, target = Workbook(), io.BytesIO()
    book.active["A1"] = "Pertanyaan"
    book.active["A120000"] = "Apa?"
    book.save(target)
    with pytest.raises(BadFile):
        tables.read(target.getvalue())


def test_a_formula_is_not_computed_but_named():
    book = Workbook()
    book.active.append(["Pertanyaan", "Jenis", "Kunci"])
    book.active.append(["Berapa?", "Isian angka", "=5*5"])
    book.active.append(["Berapa?", "Isian angka", 25.5])
    out = io.BytesIO()
    book.save(out)
    reading = tables.read(out.getvalue())
    assert [note.where for note in reading.not_carried] == ["baris 2"]
    assert reading.items[0].body.key["value"] == "25.5"


def test_a_fault_is_named_by_its_row():
    reading = tables.read(
        "Pertanyaan,Jenis,Kunci\nA?,Isian angka,lima\nB?,Benar–salah,Benar".encode()
    )
    assert [note.where for note in reading.not_carried] == ["baris 2"]
    assert len(reading.items) == 1


def test_a_table_without_a_question_column_is_refused():
    with pytest.raises(BadFile):
        tables.read(b"a,b\n1,2\n")


HEADER = ["Kode", "Pertanyaan", "Pilihan A", "Pilihan B", "Kunci"]


def workbook(*sheets: list[list[object]], then=lambda book: None) -> bytes:
    """A workbook of these sheets, S1, S2, …, with what ``then`` adds."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    then(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_every_sheet_of_questions_is_read_and_every_other_is_named():
    fitting = [[HEADER, [f"K-{number}", "A?", "x", "y", "B"]] for number in range(12)]
    reading = tables.read(workbook([["Catatan"], ["Soal revisi"]], [], *fitting))
    assert [item.identifier for item in reading.items] == [f"K-{number}" for number in range(12)]
    assert reading.items[11].where == "lembar S14, baris 2"
    (note,) = reading.not_carried
    assert (note.where, note.what) == ("lembar S1", "Catatan Soal revisi")


def test_a_column_far_to_the_right_is_named():
    def far(book: Workbook) -> None:
        book.active["ZZ1"], book.active["ZZ2"], book.active["XFD2"] = "Asing", "isi", "ujung"

    reading = tables.read(workbook([HEADER, ["K-1", "A?", "x", "y", "B"]], then=far))
    assert len(reading.items) == 1
    assert [note.what for note in reading.not_carried] == [
        "kolom ZZ: Asing",
        "kolom ZZ: isi",
        "kolom XFD: ujung",
    ]


def test_cells_under_no_column_name_are_named():
    text = "Pertanyaan,Pilihan A,Pilihan B,Kunci,,Catatan\nA?,x,y,B,tanpa nama,isi,lebih\n"
    reading = tables.read(text.encode())
    assert [(note.where, note.what) for note in reading.not_carried] == [
        ("baris 1", "kolom Catatan"),
        ("baris 2", "kolom E: tanpa nama"),
        ("baris 2", "kolom G: lebih"),
    ]


def test_a_second_header_begins_a_table_of_its_own_columns():
    text = "Pertanyaan,Pilihan A,Pilihan B,Kunci\nA?,x,y,B\nPertanyaan,Pilihan B,Pilihan A,Kunci\nB?,y,x,B\n"
    reading = tables.read(text.encode())
    assert [[row["text"] for row in item.body.content["choices"]] for item in reading.items] == [
        ["x", "y"],
        ["x", "y"],
    ]
    assert not reading.not_carried


def test_comments_pictures_and_raised_figures_of_cells_are_named():
    def add(book: Workbook) -> None:
        sheet = book.active
        sheet["B2"].comment = Comment("Masih ragu", "Tim")
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "PNG")
        sheet.add_image(Picture(out), "D2")
        sheet.oddHeader.center.text = "Rahasia"

    made = workbook([HEADER, ["K-1", "A?", "RAISED", "y", "B"]], then=add)
    reading = tables.read(_with_raised_figure(made))
    assert reading.items[0].body.content["choices"][0]["text"] == "m2"
    assert {(note.where, note.what) for note in reading.not_carried} == {
        ("sel B2", "komentar: Masih ragu"),
        ("sel D2", "gambar"),
        ("sel C2", "bentuk huruf: m2"),
        ("lembar S1", "kepala halaman: Rahasia"),
    }


def _with_raised_figure(book: bytes) -> bytes:
    """The workbook with m² for RAISED, as Excel writes a text of several looks."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    looks = "<r><t>m</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>2</t></r>"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = f"<Override PartName='/xl/sharedStrings.xml' ContentType='{kind}'/></Types>"
    out = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as source, ZipFile(out, "w") as target:
        target.writestr("xl/sharedStrings.xml", f"<sst xmlns='{main}'><si>{looks}</si></sst>")
        for name in source.namelist():
            text = source.read(name)
            text = text.replace(b't="inlineStr"><is><t>RAISED</t></is>', b't="s"><v>0</v>')
            target.writestr(name, text.replace(b"</Types>", listed.encode()))
    return out.getvalue()


def test_a_formula_is_shown_as_one_and_not_as_a_sign():
    reading = tables.read(workbook([HEADER, ["K-1", '=CONCATENATE("a")', "x", "y", "B"]]))
    assert [note.what for note in reading.not_carried] == ["K-1 (rumus)"]


def test_many_sheets_of_far_rows_are_refused_quickly():
    def far(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet["A90000"] = "x"

    with pytest.raises(BadFile):
        tables.read(workbook(*[[["x"]]] * 20, then=far))
