"""What a marker downloads says nothing about who made it, and is the same answer otherwise."""

import io
import zipfile

import docx
import openpyxl
import pypdfium2
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from reportlab.pdfgen.canvas import Canvas

from lsp.exams.formats.neutral import neutral
from lsp.exams.rules.writing import FILE_KINDS

NAME = "Nama Rahasia"


def parts(content: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def test_a_pdf_keeps_its_pages_and_loses_its_author() -> None:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setAuthor(NAME)
    canvas.setTitle(NAME)
    canvas.drawString(72, 700, "Isi jawaban")
    canvas.save()
    found = neutral(file.getvalue(), FILE_KINDS["pdf"])
    document = pypdfium2.PdfDocument(found)
    assert NAME not in str(document.get_metadata_dict())
    assert NAME.encode() not in found
    assert document[0].get_textpage().get_text_range() == "Isi jawaban"


def test_a_word_document_keeps_its_text_and_names_nobody() -> None:
    file = io.BytesIO()
    document = docx.Document()
    document.core_properties.author = document.core_properties.last_modified_by = NAME
    paragraph = document.add_paragraph("Isi jawaban")
    document.add_comment(paragraph.runs, text="Catatan", author=NAME, initials="NR")
    document.save(file)
    found = neutral(file.getvalue(), FILE_KINDS["docx"])
    assert not any(NAME.encode() in part for part in parts(found).values())
    again = docx.Document(io.BytesIO(found))
    assert [p.text for p in again.paragraphs] == ["Isi jawaban"]
    assert [(c.text, c.author) for c in again.comments] == [("Catatan", "")]


def test_a_workbook_keeps_its_cells_and_names_nobody() -> None:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.properties.creator = NAME
    book.active["A1"] = "Isi"
    book.save(file)
    found = neutral(file.getvalue(), FILE_KINDS["xlsx"])
    assert not any(NAME.encode() in part for part in parts(found).values())
    assert openpyxl.load_workbook(io.BytesIO(found)).active["A1"].value == "Isi"


def test_a_photo_loses_its_notes_and_stays_the_right_way_up() -> None:
    file = io.BytesIO()
    picture = Image.new("RGB", (20, 10), "red")
    notes = picture.getexif()
    notes[ExifTags.Base.Artist] = NAME
    notes[ExifTags.Base.Orientation] = 6
    picture.save(file, "JPEG", exif=notes, comment=NAME)
    found = neutral(file.getvalue(), FILE_KINDS["jpg"])
    assert NAME.encode() not in found
    with Image.open(io.BytesIO(found)) as again:
        assert dict(again.getexif()) == {ExifTags.Base.Orientation: 6}
        assert again.tobytes() == Image.open(file).tobytes()


def test_a_png_loses_its_text() -> None:
    file = io.BytesIO()
    notes = PngInfo()
    notes.add_text("Author", NAME)
    Image.new("RGB", (20, 10), "red").save(file, "PNG", pnginfo=notes)
    found = neutral(file.getvalue(), FILE_KINDS["png"])
    assert NAME.encode() not in found
    with Image.open(io.BytesIO(found)) as again:
        assert again.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("kind", FILE_KINDS)
@pytest.mark.parametrize("content", [b"", b"rusak", b"PK\x03\x04", b"\xff\xd8\xff\xe1\xff"])
def test_what_cannot_be_taken_apart_is_given_as_it_is(kind: str, content: bytes) -> None:
    assert neutral(content, FILE_KINDS[kind]) in (content, content[:2], content[:8])
