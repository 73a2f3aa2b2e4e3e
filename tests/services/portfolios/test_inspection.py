import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lsp.portfolios.rules.kinds import ACCEPTED, JPEG, PDF, PNG, WEBP
from lsp.portfolios.services import containers, inspection
from lsp.portfolios.services.inspection import identify
from lsp.portfolios.services.pictures import (
    MAX_PAGES,
    NoPicture,
    page_picture,
    pages_shown,
    without_place,
)
from lsp.texts import Refusal
from tests.factories.portfolios import (
    mp3_bytes,
    mp4_bytes,
    office_bytes,
    open_document_bytes,
    pdf_bytes,
    picture_bytes,
    zip_bytes,
)

GPS, ORIENTATION = 0x8825, 0x0112


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (pdf_bytes(), "pdf"),
        (b"\n\n" + pdf_bytes(), "pdf"),
        (picture_bytes("JPEG"), "jpg"),
        (picture_bytes("PNG"), "png"),
        (picture_bytes("WEBP"), "webp"),
        (office_bytes("word/document.xml"), "docx"),
        (office_bytes("xl/workbook.xml"), "xlsx"),
        (office_bytes("ppt/presentation.xml"), "pptx"),
        (open_document_bytes("text"), "odt"),
        (open_document_bytes("spreadsheet"), "ods"),
        (open_document_bytes("presentation"), "odp"),
        (mp3_bytes(tag=True), "mp3"),
        (mp3_bytes(tag=False), "mp3"),
        (mp4_bytes(b"M4A "), "m4a"),
        (mp4_bytes(b"isom"), "mp4"),
        ("Sambutan – pembukaan\r\n".encode(), "txt"),
        (b"BMKG mengumumkan cuaca besok", "txt"),
    ],
)
def test_every_accepted_format_is_told_by_its_content(content: bytes, extension: str) -> None:
    found = identify(content)
    assert found.extension == extension
    assert ACCEPTED[found.media_type] is found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"MZ\x90\x00" + b"\0" * 100, "EXE"),
        (picture_bytes("GIF"), "GIF"),
        (b"\0\0\0\x10ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x10ftypqt  \0\0\0\0", "QuickTime"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "Microsoft Office 97"),
        (zip_bytes({"catatan.txt": "halo"}), "ZIP"),
        (zip_bytes({"mimetype": "application/epub+zip"}), "ZIP"),
        (b"<!doctype html><script>alert(1)</script>", "HTML"),
        (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg'/>", "HTML"),
        (b"#!/bin/sh\nrm -rf /", "script"),
        (b"{\\rtf1 halo}", "RTF"),
        (b"Rar!\x1a\x07\x00" + b"\0" * 60, "RAR"),
    ],
)
def test_a_refusal_names_what_was_found_and_what_is_accepted(content: bytes, found: str) -> None:
    with pytest.raises(Refusal) as refusal:
        identify(content)
    assert found in str(refusal.value)
    assert "PDF, JPEG, PNG" in str(refusal.value)


def test_what_nobody_knows_is_refused_with_what_is_accepted() -> None:
    with pytest.raises(Refusal, match=r"tidak dikenali.*PDF, JPEG"):
        identify(b"\x01\x02\x03\xff\xfe junk")


@pytest.mark.parametrize(
    "content",
    [
        pdf_bytes()[:200],
        picture_bytes("PNG")[:60],
        picture_bytes("JPEG")[:300],
        picture_bytes("WEBP")[:40],
        office_bytes()[:60],
        mp4_bytes(index=False),
        mp3_bytes()[:200],
        zip_bytes({"mimetype": "application/vnd.oasis.opendocument.text"}),
    ],
)
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match=r"rusak|terpotong"):
        identify(content)


WHOLE = [
    pdf_bytes(),
    picture_bytes("JPEG"),
    picture_bytes("PNG"),
    picture_bytes("WEBP"),
    office_bytes(),
    open_document_bytes("text"),
    mp4_bytes(),
    mp3_bytes(),
]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_whatever_is_changed_in_a_file_ends_in_a_format_or_a_refusal(
    content: bytes, changes: list[tuple[float, int]]
) -> None:
    damaged = bytearray(content)
    for place, byte in changes:
        damaged[int(place * (len(damaged) - 1))] = byte
    with contextlib.suppress(Refusal):
        assert identify(bytes(damaged)).media_type in ACCEPTED


def test_a_pdf_that_needs_a_password_is_refused() -> None:
    with pytest.raises(Refusal, match="dikunci dengan kata sandi"):
        identify(pdf_bytes(password="rahasia"))


@pytest.mark.parametrize(
    "content",
    [
        office_bytes(**{"word/vbaProject.bin": "makro"}),
        office_bytes(**{"[Content_Types].xml": "vnd.ms-word.document.macroEnabled.main+xml"}),
        open_document_bytes(**{"Basic/Standard/Module1.xml": "Sub Main"}),
    ],
)
def test_documents_with_macros_are_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="makro"):
        identify(content)


def test_a_locked_open_document_is_refused() -> None:
    manifest = "<manifest:encryption-data/>"
    with pytest.raises(Refusal, match="dikunci"):
        identify(open_document_bytes(**{"META-INF/manifest.xml": manifest}))


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    big = office_bytes(**{"word/media/nol.bin": "0" * 400_000})
    monkeypatch.setattr(containers, "MAX_UNPACKED", 300_000)
    with pytest.raises(Refusal, match="terlalu besar"):
        identify(big)


def test_a_document_of_very_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_ENTRIES", 10)
    with pytest.raises(Refusal, match="terlalu besar"):
        identify(office_bytes(**{f"word/{n}.xml": "" for n in range(11)}))


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "MEGAPIXELS", 0.002)
    with pytest.raises(Refusal, match="juta piksel"):
        identify(picture_bytes(size=(64, 48)))


def test_pillows_own_bomb_alarm_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(Refusal, match="juta piksel"):
        identify(picture_bytes("PNG"))


@pytest.mark.parametrize("format_", [JPEG, PNG, WEBP])
def test_the_place_is_removed_and_the_turn_of_the_picture_kept(format_) -> None:
    photo = picture_bytes(format_.name.upper(), gps=True, turned=6)
    assert GPS in Image.open(io.BytesIO(photo)).getexif()
    cleaned = without_place(format_, photo)
    exif = Image.open(io.BytesIO(cleaned)).getexif()
    assert GPS not in exif
    assert exif[ORIENTATION] == 6
    assert identify(cleaned) is format_


def test_a_picture_without_a_place_stays_as_it_is() -> None:
    photo = picture_bytes(turned=6)
    assert without_place(JPEG, photo) is photo


def test_pages_become_pictures_of_bounded_size() -> None:
    content = pdf_bytes(pages=3)
    assert pages_shown(PDF, content) == 3
    page = Image.open(io.BytesIO(page_picture(PDF, content, 3)))
    small = Image.open(io.BytesIO(page_picture(PDF, content, 1, small=True)))
    assert page.format == small.format == "JPEG"
    assert page.width <= 1000
    assert page.height <= 1600
    assert small.width <= 240


def test_a_turned_photograph_is_shown_upright() -> None:
    shown = page_picture(JPEG, picture_bytes(size=(400, 200), turned=6), 1)
    width, height = Image.open(io.BytesIO(shown)).size
    assert height > width


@pytest.mark.parametrize("number", [0, 4, MAX_PAGES + 1, -1])
def test_a_page_that_is_not_there_has_no_picture(number: int) -> None:
    with pytest.raises(NoPicture):
        page_picture(PDF, pdf_bytes(pages=3), number)


def test_a_text_has_no_pictures() -> None:
    assert pages_shown(identify(b"halo"), b"halo") == 0
    with pytest.raises(NoPicture):
        page_picture(identify(b"halo"), b"halo", 1)
