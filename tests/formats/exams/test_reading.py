"""Finding out a file's format by its content, and keeping hostile files out."""

import io
import zipfile
from dataclasses import replace

import pytest

from lsp.exams.formats import gift, limits, tables
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.reading import detect, read_file
from lsp.exams.formats.scoring import score_item
from lsp.exams.formats.tables.examples import examples
from lsp.exams.rules.kinds import ItemType

AIKEN = b"Siapa?\nA. Tamu\nB. Humas\nANSWER: B\n"


def archive(*members: tuple[str, bytes], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (AIKEN, "aiken"),
        (b"Siapa?{=Humas ~Tamu}", "gift"),
        (b"Pertanyaan,Kunci\nSiapa?,Humas\n", "csv"),
        (tables.template(), "xlsx"),
        (archive(("word/document.xml", b"<a/>")), "docx"),
        (archive(("imsmanifest.xml", b"<a/>")), "qti"),
        (b'<?xml version="1.0"?><quiz/>', "moodle-xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!-- x --><qti-assessment-item/>', "qti"),
        (b"<questestinterop/>", "qti"),
        (b"<b>Siapa</b>?{=Humas ~Tamu}", "gift"),
    ],
)
def test_the_content_decides_the_format(content, expected):
    assert detect(content) == expected


def test_a_text_that_is_no_question_file_is_refused():
    with pytest.raises(BadFile):
        read_file(b"Selamat pagi.", "soal.gift")


def test_a_named_format_overrides_what_the_content_looks_like():
    assert read_file(AIKEN, "x", "gift").format == "gift"


def test_identifiers_are_unique_whatever_the_file_says():
    text = b"//[id:a]\n::x::A{T}\n\n//[id:a]\nB{T}\n\n::y::C{T}\n\n::y::D{T}\n\n::z::E{T}"
    names = [item.identifier for item in read_file(text, "").items]
    assert names == ["a", "a-2", "soal-3", "soal-4", "z"]


def test_a_picture_that_is_not_there_is_named():
    item = gift.read(b'[html]Apa ini <img src\\="media\\:x.png" alt\\="x">?{=a ~b}')
    assert "media:x.png" in item.items[0].stem
    reading = read_file(b'[html]Apa ini <img src\\="media\\:x.png" alt\\="x">?{=a ~b}', "")
    assert any("x.png" in note.what for note in reading.not_carried)


POINT = b"""<assessmentItem identifier="p" title="Edinburgh"><responseDeclaration
identifier="RESPONSE" cardinality="single" baseType="point"><areaMapping defaultValue="0">
<areaMapEntry shape="circle" coords="102,113,16" mappedValue="1"/></areaMapping>
</responseDeclaration><itemBody><selectPointInteraction responseIdentifier="RESPONSE"
maxChoices="1"><prompt>Di mana?</prompt><object type="image/png" data="images/uk.png" width="196"
height="280">Peta</object></selectPointInteraction></itemBody><responseProcessing
template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response_point"/>
</assessmentItem>"""


def test_a_place_on_a_picture_that_stayed_behind_is_read_and_scored_and_the_picture_named():
    hotspot = next(item for item in examples() if item.type is ItemType.HOTSPOT)
    alone = read_file(POINT, "p.xml")
    table = read_file(tables.write([replace(hotspot, identifier="D-1")], [])[0], "d.csv")
    assert [item.type for item in (*alone.items, *table.items)] == [ItemType.HOTSPOT] * 2
    assert table.items[0].body == hotspot.body
    assert score_item(alone.items[0], {"RESPONSE": "102 120"})[0] == 1
    assert [note.what for note in alone.not_carried] == ["p: gambar uk.png"]
    assert "D-1: gambar denah.png" in [note.what for note in table.not_carried]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_are_decoded(encoding):
    assert limits.decode("café é".encode(encoding)) == "café é"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a\x00b",
        b"\x89PNG\r\n\x1a\n\x00",
        b" " * (limits.LARGEST_TEXT + 1),
    ],
)
def test_what_is_no_text_is_refused(content):
    with pytest.raises(BadFile):
        limits.decode(content)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"<a>&unknown;</a>",
        b"<a>" * 200,
        b"<a>" + b"<b/>" * (limits.MOST_ELEMENTS + 1) + b"</a>",
        b"<a>",
        b"\x00" * 1000,
    ],
)
def test_harmful_xml_is_refused(content):
    with pytest.raises(BadFile):
        limits.safe_xml(content)


def test_a_doctype_that_declares_nothing_is_passed_over():
    assert limits.safe_xml(b'<!DOCTYPE a SYSTEM "a.dtd"><a>x</a>').text == "x"


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        info = zipfile.ZipInfo("passwd")
        info.external_attr = 0o120777 << 16
        opened.writestr(info, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive(("../x", b"a")),
        archive(("/x", b"a")),
        archive(("a/../../x", b"a")),
        archive(("C:/x", b"a")),
        archive(("..\\x", b"a")),
        link(),
        archive(("x", b"0" * 20 * limits.MEGABYTE)),
        archive(*((f"f{n}", b"") for n in range(limits.MOST_ENTRIES + 1))),
        archive(("x", b"abc" * 100), compress=zipfile.ZIP_LZMA),
        archive(("x", b"a"))[:-10],
        b"PK\x03\x04" + b"\x00" * 1000,
    ],
)
def test_harmful_archives_are_refused(content):
    with pytest.raises(BadFile):
        limits.open_zip(content)


def test_a_member_that_lies_about_itself_is_refused_when_read():
    content = archive(("x", b"abcdefgh" * 100), compress=zipfile.ZIP_STORED)
    members = limits.open_zip(content.replace(b"abcdefgh", b"abcdefgX", 1))
    with pytest.raises(BadFile):
        members["x"]


def test_more_questions_than_an_import_takes_are_refused():
    with pytest.raises(BadFile):
        read_file(b"A{T}\n\n" * (limits.MOST_QUESTIONS + 1), "")
