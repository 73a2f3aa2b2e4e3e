"""Word documents of a simple layout."""

import io

import docx
from docx.oxml.ns import qn
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
