"""Files changed at random: whatever comes of them is read, told, scored and written, or refused.

The changes follow from a seed, so that a fault comes back. ``LSP_FUZZ`` sets how many files of
each format are tried.
"""

import io
import os
import random
import zipfile
from contextlib import suppress

import docx
import pytest

from lsp.exams.commands import packaged_bank
from lsp.exams.formats import gift, moodle, qti, tables
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.reading import read_file
from lsp.exams.formats.scoring import score_item
from lsp.exams.formats.telling import reading_data
from lsp.texts import Refusal
from tests.formats.exams.canvas import blank, equal, labels, question, quiz, rule
from tests.formats.exams.qti import choices, item, mapping, response, template

RUNS = int(os.environ.get("LSP_FUZZ", "40"))
BANK = [*packaged_bank()[:4], *packaged_bank()[-4:]]
TOKENS = [
    b"<", b">", b'"', b"&amp;", b"&#0;", b"\0", b"\xff", b"{", b"}", b"~", b"=", b"#", b"->",
    b"1e999999999", b"NaN", b"-1", b"9" * 40, b"", b"\xed\xa0\x80", b"[[1]]", b"[html]", b"\n\n",
    b"|", b"ordered", b"multiple", b"directedPair", b"float", b"%50%", "٣".encode(), b"..",
    b"{1:NUMERICAL:=5:0.1}",
]  # fmt: skip
ANSWERS = [{}, {"RESPONSE": "a"}, {"RESPONSE": ["A", "B"]}, {"RESPONSE": "1e99"}]
WRITERS = (gift.write, moodle.write, qti.write, tables.write)


def document() -> bytes:
    made, target = docx.Document(), io.BytesIO()
    for line in ("1. Siapa?", "A. a", "B. b", "Kunci: B", "2. Berapa?", "Kunci: 25 ± 0.5"):
        made.add_paragraph(line)
    made.save(target)
    return target.getvalue()


def sources() -> dict[str, list[bytes]]:
    mapped = response(correct="A", inner=mapping({"A": 2, "B": 1}, defaultValue=0))
    fill = [rule(equal("rilis") + equal("siaran pers"))]
    several = labels({"1": "a", "2": "b"}, cardinality='rcardinality="Multiple"')
    both = f"<and>{equal('1')}<not>{equal('2')}</not></and>"
    return {
        "gift": [gift.write(BANK, [])[0], b"A?{=x#bagus ~%50%y}\n\nB{#5:1}\n\nC{=a->b =c->d}"],
        "aiken": [b"Siapa?\nA. a\nB. b\nANSWER: A\n\nApa?\nA) x\nB) y\nANSWER: B\n"],
        "moodle-xml": [moodle.write(BANK, [])[0]],
        "qti": [
            qti.write(BANK, [])[0],
            item(choices(), mapped, template("map_response")).encode(),
            quiz(question("short_answer_question", "Apa?", blank(), fill)),
            quiz(question("multiple_answers_question", "Apa?", several, [rule(both)])),
        ],
        "csv": [tables.write(BANK, [])[0]],
        "xlsx": [tables.write_xlsx(BANK[:3], [])[0]],
        "docx": [document()],
    }


SOURCES = sources()


def changed(chance: random.Random, content: bytes) -> bytes:
    """The content with a few bits, bytes, pieces or tokens changed."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if not data:
            break
        at, other = chance.randrange(len(data)), chance.randrange(len(data))
        size = chance.choice((1, 2, 5, 20, 100))
        match chance.randrange(6):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[at : at + size] * chance.choice((1, 2, 10))
            case 3:
                data[at : at + chance.choice((0, 1, 4))] = chance.choice(TOKENS)
            case 4:
                data[at:at] = data[other : other + 3 * size]
            case 5:
                del data[at:]
    return bytes(data)


def changed_inside(chance: random.Random, content: bytes) -> bytes:
    """An archive with one of its files changed, or its own bytes."""
    if not content.startswith(b"PK") or chance.random() < 0.3:
        return changed(chance, content)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as packed,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as repacked,
    ):
        names = packed.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = packed.read(name)
            repacked.writestr(name, changed(chance, part) if name == chosen else part)
    return target.getvalue()


@pytest.mark.parametrize("format_name", SOURCES)
def test_a_file_changed_at_random_is_read_or_refused(format_name):
    for seed in range(RUNS):
        chance = random.Random(f"{format_name} {seed}")
        content = changed_inside(chance, chance.choice(SOURCES[format_name]))
        with suppress(BadFile):
            reading = read_file(content, "berkas", chance.choice((format_name, "auto")))
            assert len(reading_data(reading)["items"]) == len(reading.items)
            for found in reading.items:
                for answer in ANSWERS:
                    with suppress(Refusal):
                        score_item(found, answer)
            for write in WRITERS:
                write(reading.items, reading.media)
