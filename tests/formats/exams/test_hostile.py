"""Files made to harm: each ends in a clear refusal or a bounded reading, in little memory.

What each costs is counted in seconds of processor time in a process of its own, with a limit on
its memory, so that a busy machine changes nothing.
"""

import io
import zipfile
from pathlib import Path

import pytest

from lsp.exams.formats.package import BadFile
from lsp.exams.formats.reading import read_file
from tests.formats.exams import bounded
from tests.formats.exams.bounded import MEGABYTE

#: Processor time in which each file is dealt with, and memory beside the loaded program.
SECONDS, MEMORY = 10, 768 * MEGABYTE
ITEM = (
    '<assessmentItem identifier="a" title="t"><responseDeclaration identifier="RESPONSE"'
    ' cardinality="multiple" baseType="identifier"><correctResponse><value>A1</value>'
    "</correctResponse></responseDeclaration><itemBody>{body}<choiceInteraction"
    ' responseIdentifier="RESPONSE" maxChoices="0">{choices}</choiceInteraction></itemBody>'
    "<responseProcessing>{rules}</responseProcessing></assessmentItem>"
)
CHOICES = "".join(f'<simpleChoice identifier="A{n}">c{n}</simpleChoice>' for n in range(20))
ADD = (
    '<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
    '<baseValue baseType="float">1</baseValue></sum></setOutcomeValue>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def item(body: str = "", choices: str = CHOICES, rules: str = ADD) -> bytes:
    return ITEM.format(body=body, choices=choices, rules=rules).encode()


def archive(*files: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(name, content)
    return target.getvalue()


def sheet(rows: str, before: str = "") -> bytes:
    """A workbook whose only sheet has these rows below that of the column names."""
    import openpyxl

    book, made = openpyxl.Workbook(), io.BytesIO()
    book.save(made)
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>Pertanyaan</t></is></c></row>'
    with zipfile.ZipFile(made) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{MAIN}">{before}<sheetData>{head}{rows}</sheetData></worksheet>'
    ).encode()
    return archive(*parts.items())


def document(body: str) -> bytes:
    import docx

    made = io.BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts["word/document.xml"] = (
        f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    ).encode()
    return archive(*parts.items())


def far(place: str) -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>q</t></is></c></row>'


PARAGRAPH = "<w:p><w:r><w:t>1. x</w:t></w:r></w:p>"
HTML = b"[html]" + b"<b>x</b>" * 500 + b"{=a ~b}\n\n"
CLOZE = b'<question type="cloze"><questiontext format="html"><text><![CDATA[%s]]></text></questiontext></question>'


def many() -> bytes:
    """An archive of items whose rules are tried on many answers each."""
    return archive(
        *((f"i{n}.xml", item(rules=ADD * 30).replace(b'"a"', b'"a%d"' % n)) for n in range(1500))
    )


#: Made only when they are asked for.
FILES = {
    "nothing but line ends": lambda: b"\n" * (9 * MEGABYTE),
    "nothing but blanks": lambda: b" " * (9 * MEGABYTE),
    "nothing but zeros": lambda: b"\0" * (50 * MEGABYTE),
    "blanks that never end before a key": lambda: b"Q\nA. a\nB. b\n" + b" " * (8 * MEGABYTE) + b"x",
    "braces that never close": lambda: b"{" * (9 * MEGABYTE),
    "titles that never close": lambda: b"::" * (4 * MEGABYTE),
    "dense HTML in many questions": lambda: HTML * 1999,
    "dense HTML in one question": lambda: b"[html]" + b"<b>x</b>" * MEGABYTE + b"{T}",
    "dense HTML in a gap": lambda: b"<quiz>" + CLOZE % (b"<i>x</i>" * (5 * MEGABYTE)) + b"</quiz>",
    "gaps that never close": lambda: b"<quiz>" + CLOZE % (b"{1:SA:=" * MEGABYTE) + b"</quiz>",
    "pictures that never close": lambda: b"<questestinterop><item ident='a'><presentation><material>"
    b"<mattext texttype='text/html'>" + b'&lt;img src="' * 600_000
    + b"</mattext></material></presentation></item></questestinterop>",
    "heads that never close": lambda: b"<quiz>" + CLOZE % (b"<th" * MEGABYTE) + b"</quiz>",
    "a hundred thousand levels": lambda: b"<quiz>" + b"<p>" * 100_000 + b"</p>" * 100_000 + b"</quiz>",
    "an attribute of forty megabytes": lambda: b'<quiz a="' + b"x" * (40 * MEGABYTE) + b'"/>',
    "ten million elements": lambda: b"<quiz>" + b"<q/>" * 10_000_000 + b"</quiz>",
    "rules tried for ever": many,
    "rules without end": lambda: item(rules=ADD * 1200),
    "far cells": lambda: sheet(far("XFD1048576")),
    "a sheet that lies about its size": lambda: sheet(far("A2"), '<dimension ref="A1:XFD1048576"/>'),
    "a row beyond any number": lambda: sheet(far("ZZZZZZ99999999999999999999")),
    "blanks in a number": lambda: b"Pertanyaan,Jenis,Kunci\nx,Angka,1" + b" " * (9 * MEGABYTE) + b"2\n",
    "a document of one endless paragraph": lambda: document(PARAGRAPH * 90_000),
    "a document deep in tables": lambda: document("<w:tbl><w:tr><w:tc>" * 2000),
}  # fmt: skip


def read_or_refuse(path: Path) -> str:
    """What became of a file, in a word or two."""
    try:
        found = read_file(path.read_bytes(), "berkas")
    except BadFile as fault:
        return str(fault)
    return f"{len(found.items)} {len(found.not_carried)}"


@pytest.mark.parametrize("name", FILES)
def test_a_harmful_file_costs_little(name, tmp_path):
    path = tmp_path / "berkas"
    path.write_bytes(FILES[name]())
    (found,) = bounded.each(read_or_refuse, [path], seconds=SECONDS, memory=MEMORY)
    assert found
