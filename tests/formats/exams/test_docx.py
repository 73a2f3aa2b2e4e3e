"""Word documents of a simple layout."""

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from PIL import Image

from lsp.exams.formats.docx import read
from lsp.exams.rules.kinds import ItemType, Markup


def document(*lines: str | tuple[str, str]) -> bytes:
    """A document of these paragraphs; a pair is a text and its style or look."""
    made = docx.Document()
    for line in lines:
        if isinstance(line, str):
            made.add_paragraph(line)
        elif line[1] == "bold":
            made.add_paragraph().add_run(line[0]).bold = True
        elif line[1] == "picture":
            out = io.BytesIO()
            Image.new("RGB", (8, 8)).save(out, "PNG")
            out.seek(0)
            made.add_picture(out)
        else:
            made.add_paragraph(line[0], style=line[1])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_choices_with_key_points_criterion_and_reason_are_read():
    (item,) = read(
        document(
            "1. Siapa?",
            "A. Tamu",
            "B. Humas",
            "Kunci: B",
            "Nilai: 2",
            "Kriteria: KOM.PR02.014.01 1.2",
            "Pembahasan: Karena itu.",
        )
    ).items
    assert (item.stem, item.body.key) == ("Siapa?", {"correct": ["b"]})
    assert (int(item.max_score), item.criterion) == (2, "KOM.PR02.014.01 1.2")
    assert item.rationale == "Karena itu."


def test_a_bold_choice_is_the_key():
    (item,) = read(document("1. Siapa?", "A. Tamu", ("B. Humas", "bold"))).items
    assert item.body.key == {"correct": ["b"]}


def test_numbers_that_word_makes_begin_questions_too():
    reading = read(document(("Siapa?", "List Number"), "A. Tamu", "B. Humas", "Kunci: A, B"))
    assert [note.where for note in reading.not_carried] == ["paragraf 1"]
    assert not reading.items


def test_the_type_follows_from_the_key():
    reading = read(
        document(
            *("1. A?", "Kunci: Benar", "2. B?", "Kunci: 25 ± 1", "3. C?", "Kunci: rilis; siaran"),
            *("4. D?", "Pasangan:", "a | b", "c | d", "5. E.", "Jenis: Esai", "Nilai: 4"),
        )
    )
    assert [item.type for item in reading.items] == [
        ItemType.TRUE_FALSE,
        ItemType.NUMERICAL,
        ItemType.SHORT_ANSWER,
        ItemType.MATCHING,
        ItemType.ESSAY,
    ]
    assert [note.what for note in reading.not_carried] == ["Rubrik"]


def test_a_picture_goes_to_the_media():
    reading = read(document("1. Apa ini?", ("", "picture"), "Kunci: kotak"))
    assert [picture.name for picture in reading.media] == ["gambar-1.png"]
    assert reading.items[0].markup is Markup.HTML
    assert 'src="media:gambar-1.png"' in reading.items[0].stem


def test_what_belongs_to_no_question_is_named():
    reading = read(document("Bank soal", "1. A?", "Kunci: Benar"))
    assert [note.what for note in reading.not_carried] == ["Bank soal"]


def test_paragraphs_in_a_content_control_are_read():
    made = docx.Document()
    for line in ("1. Siapa?", "A. a", "B. b", "Kunci: B"):
        made.add_paragraph(line)
    body = made.element.body
    control, inside = body.makeelement(qn("w:sdt")), body.makeelement(qn("w:sdtContent"))
    control.append(inside)
    for paragraph in list(body)[:4]:
        inside.append(paragraph)
    body.insert(0, control)
    out = io.BytesIO()
    made.save(out)
    assert len(read(out.getvalue()).items) == 1


PICTURE = ("", "picture")


def left(reading) -> list[tuple[str, str]]:
    return [(note.where, note.what) for note in reading.not_carried]


def test_pictures_outside_questions_and_after_the_key_are_named():
    reading = read(
        document(PICTURE, "1. A?", "Kunci: Benar", PICTURE, "2. B?", "Kunci: Salah", PICTURE)
    )
    assert len(reading.items) == 2
    assert left(reading) == [
        ("paragraf 1", "gambar"),
        ("paragraf 4", "gambar"),
        ("paragraf 7", "gambar"),
    ]


def test_only_the_layouts_own_lines_continue_a_key():
    reading = read(
        document(
            *("1. A?", "Kunci: Bandung", "Catatan untuk tim: masih ragu", "rilis | 50%"),
            *("2. B?", "A. x", "B. y", "Kunci: A", "Bagian II: Wawancara"),
            *("3. C?", "Kunci:", "siaran pers", "Catatan: ragu", "rilis | 50%"),
            *("4. D?", "Pasangan:", "a | b", "c | d", "Bagian III", "5. E?", "Kunci: Benar"),
            *("Kriteria: KOM.PR02.014.01 1.2", "Bagian IV", "Pembahasan: Satu.", "Dua."),
        )
    )
    keys = [item.body.key for item in reading.items]
    assert (keys[0]["accepted"], keys[2]["accepted"]) == (
        ["Bandung", "rilis"],
        ["siaran pers", "rilis"],
    )
    assert keys[1] == {"correct": ["a"]}
    last = reading.items[4]
    assert (last.criterion, last.rationale) == ("KOM.PR02.014.01 1.2", "Satu.\nDua.")
    assert [what for _, what in left(reading)] == [
        "Catatan untuk tim: masih ragu",
        "Bagian II: Wawancara",
        "Catatan: ragu",
        "Bagian III",
        "Bagian IV",
    ]


def test_a_heading_belongs_to_no_question():
    reading = read(
        document("1. A?", "A. x", "B. y", "Kunci: A", "Pembahasan: Ya.", ("Bagian II", "Heading 1"))
    )
    assert reading.items[0].rationale == "Ya."
    assert left(reading) == [("paragraf 6", "Bagian II")]


def test_what_stands_around_the_text_of_a_document_is_named():
    made = docx.Document(io.BytesIO(document("1. A?", "Kunci: Benar")))
    made.sections[0].header.paragraphs[0].text = "Rahasia"
    made.sections[0].footer.paragraphs[0].text = "Halaman"
    made.add_comment(made.paragraphs[0].runs, text="Masih ragu", author="Tim")
    made.add_table(1, 1).cell(0, 0).text = "Isi tabel"
    out = io.BytesIO()
    made.save(out)
    assert set(left(read(out.getvalue()))) == {
        ("kepala halaman", "Rahasia"),
        ("kaki halaman", "Halaman"),
        ("komentar", "Masih ragu"),
        ("setelah paragraf 2", "tabel: Isi tabel"),
    }


#: What a run or a paragraph may hold besides text, and what it is called.
INSIDE = {
    "teks terhapus: lama": '<w:del w:id="1"><w:r><w:delText>lama</w:delText></w:r></w:del>',
    "teks terhapus: pindah": '<w:moveFrom w:id="1"><w:r><w:t>pindah</w:t></w:r></w:moveFrom>',
    "kotak teks: Isi kotak": (
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Isi kotak</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict></w:r>"
    ),
    "simbol": '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>',
    "objek": "<w:r><w:object/></w:r>",
    "gambar atau bentuk": "<w:r><w:pict/></w:r>",
    "teks dicoret": "<w:r><w:rPr><w:strike/></w:rPr><w:t>x</w:t></w:r>",
}


@pytest.mark.parametrize("what", INSIDE)
def test_what_a_question_cannot_show_is_named_once_and_not_read(what):
    made = docx.Document(io.BytesIO(document("1. A? ", "Kunci: Benar")))
    made.paragraphs[0]._p.append(parse_xml(f"<w:p {nsdecls('w')}>{INSIDE[what]}</w:p>")[0])
    out = io.BytesIO()
    made.save(out)
    reading = read(out.getvalue())
    assert reading.items[0].stem in ("A?", "A? x")
    assert left(reading) == [("paragraf 1", what)]


def test_raised_figures_of_a_key_and_roman_numbers_are_named():
    made = docx.Document(io.BytesIO(document("1. A?", "Kunci: m")))
    made.paragraphs[1].add_run("2").font.superscript = True
    out = io.BytesIO()
    made.save(out)
    assert left(read(out.getvalue())) == [("paragraf 2", "huruf naik atau turun")]
    reading = read(document("1. A?", ("Pernyataan", "List Bullet"), "Kunci: Benar"))
    assert left(reading) == [("paragraf 2", "butir atau nomor otomatis")]
