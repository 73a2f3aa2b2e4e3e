"""Questions in tables: every type comes back, spreadsheets compute nothing, faults have a row."""

import io
from dataclasses import replace
from datetime import date, datetime, time
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
from lsp.exams.formats.reading import detect
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


def formatted(**cells: tuple[object, str]) -> bytes:
    """A workbook with a question in its second row, some cells of it with values in a format."""

    def then(book: Workbook) -> None:
        for place, (value, code) in cells.items():
            cell = book.active[place]
            cell.value = value
            if code:
                cell.number_format = code

    return workbook([WITH_TYPE, ["K-1", "Isian singkat", "Apa?", "", "", "x", "1"]], then=then)


WITH_TYPE = ["Kode", "Jenis", "Pertanyaan", "Pilihan A", "Pilihan B", "Kunci", "Nilai"]
MORNING = datetime(2026, 1, 2, 9, 30)  # noqa: DTZ001 -- Excel knows no time zones
INDONESIAN = "[$-421]dd\\ mmmm\\ yyyy;@"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.5, "0%", "50%"),
        (0.125, "0.00%", "12.50%"),
        (2.5, "0.00", "2.50"),
        (500, "#,##0", "500"),
        (25, '0" orang"', "25 orang"),
        (750, '"Rp" #,##0', "Rp 750"),
        (0.1 + 0.2, "", "0.3"),
        (date(2026, 1, 2), "yyyy-mm-dd", "2026-01-02"),
        (MORNING, "d.m.yy", "2.1.26"),
        (date(2026, 1, 2), INDONESIAN, "02 Januari 2026"),
        ("#TAGAR", "", "#TAGAR"),
    ],
)
def test_a_cell_is_read_as_excel_shows_it(value, code, shown):
    (item,) = tables.read(formatted(F2=(value, code))).items
    assert item.body.key["accepted"] == [shown]


@pytest.mark.parametrize(
    ("value", "code", "named"),
    [
        ("#N/A", "", "galat"),
        ("#REF!", "", "galat"),
        (date(2026, 1, 2), "mm-dd-yy", "tanggal"),
        (date(2026, 1, 2), "dd/mm/yyyy", "tanggal"),
        (date(2026, 1, 2), "dd mmmm yyyy", "tanggal"),
        (MORNING, "", "tanggal"),
        (time(9, 30), "", "tanggal"),
        (1500000, '"Rp" #,##0', "format"),
        (1500000, "#,##0", "format"),
        (0.5, "# ?/?", "format"),
        (198501012010011001, "", "format"),
    ],
)
def test_a_cell_of_which_it_is_not_certain_what_excel_shows_is_named(value, code, named):
    reading = tables.read(formatted(C3=("Apa lagi?", ""), F2=(value, code)))
    why = next(str(note.why) for note in reading.not_carried if note.where == "baris 2")
    assert why.startswith("Sel F2 ")
    assert named in why


def test_a_number_in_a_format_counts_where_a_number_is_meant():
    content = formatted(
        B2=("Isian angka", ""), F2=(1500000, '"Rp" #,##0'), G2=(2.5, "0.00_);(0.00)")
    )
    (item,) = tables.read(content).items
    assert (item.body.key["value"], item.max_score) == ("1500000", Decimal("2.5"))


def test_an_error_of_a_spreadsheet_is_no_answer_in_csv_either():
    text = (
        "Kode,Jenis,Pertanyaan,Kunci\nK-1,Isian singkat,Apa?,#N/A\nK-2,Isian singkat,Apa?,'#N/A\n"
    )
    reading = tables.read(text.encode())
    assert [(item.identifier, item.body.key["accepted"]) for item in reading.items] == [
        ("K-2", ["#N/A"])
    ]
    assert [str(note.why)[:6] for note in reading.not_carried] == ["Sel D2"]
    content, _ = tables.write(reading.items, [])
    assert comparable(tables.read(content)) == comparable(reading)


def test_a_link_of_a_cell_is_named():
    def then(book: Workbook) -> None:
        book.active["B2"].hyperlink = "http://contoh.id/x"

    reading = tables.read(workbook([HEADER, ["K-1", "Lihat tautan", "x", "y", "B"]], then=then))
    assert len(reading.items) == 1
    assert [(note.where, note.what) for note in reading.not_carried] == [
        ("sel B2", "tautan: http://contoh.id/x")
    ]


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n"])
def test_a_csv_file_may_say_how_it_is_parted(first):
    text = f"{first}Kode;Pertanyaan;Pilihan A;Pilihan B;Kunci\nS1;Apa, ya?;x;y;B\nS2;;x;y;B\n"
    assert detect(text.encode()) == "csv"
    reading = tables.read(text.encode())
    assert [(item.stem, item.where) for item in reading.items] == [("Apa, ya?", "baris 3")]
    assert [note.where for note in reading.not_carried] == ["baris 4"]


def test_a_title_above_the_names_of_the_columns_is_named():
    rows = [["Bank soal 2026"], ["Disusun, oleh", "Tim"], HEADER, ["K-1", "Apa?", "x", "y", "B"]]
    text = "\n".join(";".join(row) for row in rows).encode()
    assert detect(text) == "csv"
    for content in (workbook(rows), text):
        reading = tables.read(content)
        assert [item.identifier for item in reading.items] == ["K-1"]
        assert [(note.where, note.what) for note in reading.not_carried] == [
            ("baris 1", "Bank soal 2026"),
            ("baris 2", "Disusun, oleh Tim"),
        ]
