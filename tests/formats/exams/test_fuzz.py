"""Files changed at random: whatever comes of them is read, told, scored and written, or refused.

None takes more than a bounded time of the processor and a bounded part of memory. The changes
follow from a seed, so that a fault comes back. ``LSP_FUZZ`` sets how many files of each format are
tried.
"""

import io
import os
import random
import zipfile
from contextlib import suppress
from functools import cache

import docx
import pytest

from lsp.exams.commands import packaged_bank
from lsp.exams.formats import gift, moodle, qti, tables
from lsp.exams.formats.package import BadFile
from lsp.exams.formats.reading import read_file
from lsp.exams.formats.scoring import score_item
from lsp.exams.formats.telling import reading_data
from lsp.texts import Refusal
from tests.formats.exams import bounded
from tests.formats.exams.canvas import blank, equal, labels, question, quiz, rule
from tests.formats.exams.moodle import SAMPLE
from tests.formats.exams.qti import choices, item, mapping, response, template

RUNS = int(os.environ.get("LSP_FUZZ", "60"))
FORMATS = ("gift", "aiken", "moodle-xml", "qti", "csv", "xlsx", "docx")
#: What one file may take; each takes a hundredth of it.
SECONDS, MEMORY = 5, 256 * bounded.MEGABYTE
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


@cache
def sources() -> dict[str, list[bytes]]:
    """A few sound files of each format."""
    whole = packaged_bank()
    bank = [*whole[:4], *whole[-4:]]
    mapped = response(correct="A", inner=mapping({"A": 2, "B": 1}, defaultValue=0))
    fill = [rule(equal("rilis") + equal("siaran pers"))]
    several = labels({"1": "a", "2": "b"}, cardinality='rcardinality="Multiple"')
    both = f"<and>{equal('1')}<not>{equal('2')}</not></and>"
    return {
        "gift": [gift.write(bank, [])[0], b"A?{=x#bagus ~%50%y}\n\nB{#5:1}\n\nC{=a->b =c->d}"],
        "aiken": [b"Siapa?\nA. a\nB. b\nANSWER: A\n\nApa?\nA) x\nB) y\nANSWER: B\n"],
        "moodle-xml": [moodle.write(bank, [])[0], SAMPLE],
        "qti": [
            qti.write(bank, [])[0],
            item(choices(), mapped, template("map_response")).encode(),
            quiz(question("short_answer_question", "Apa?", blank(), fill)),
            quiz(question("multiple_answers_question", "Apa?", several, [rule(both)])),
        ],
        "csv": [tables.write(bank, [])[0]],
        "xlsx": [tables.write_xlsx(bank[:3], [])[0]],
        "docx": [document()],
    }


def changed(chance: random.Random, content: bytes) -> bytes:
    """The content with a few bits, bytes, pieces or tokens changed."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if not data:
            break
        at, other = chance.randrange(len(data)), chance.randrange(len(data))
        size = chance.choice((1, 2, 5, 20, 100))
        match chance.randrange(7):
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
                data[at : at + 20] = chance.randbytes(size)
            case 6:
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


def try_file(given: tuple[str, int, list[bytes]]) -> None:
    """Change one of these files as the seed says, and do with it all that is done with files."""
    format_name, seed, sound = given
    chance = random.Random(f"{format_name} {seed}")
    content = changed_inside(chance, chance.choice(sound))
    with suppress(BadFile):
        reading = read_file(content, "berkas", chance.choice((format_name, "auto")))
        assert len(reading_data(reading)["items"]) == len(reading.items)
        for found in reading.items:
            for answer in ANSWERS:
                with suppress(Refusal):
                    score_item(found, answer)
        for write in WRITERS:
            write(reading.items, reading.media)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_file_changed_at_random_is_read_or_refused_at_little_cost(format_name):
    given = [(format_name, seed, sources()[format_name]) for seed in range(RUNS)]
    assert len(bounded.each(try_file, given, seconds=SECONDS, memory=MEMORY)) == RUNS


def hang(given: int) -> int:
    """Stop when 1 is given, take memory without end when 2 is."""
    while given == 1:
        pass
    return len(b"x" * (given // 2) * (bounded.MEGABYTE * 1024))


@pytest.mark.parametrize(("given", "why"), [(1, "processor time"), (2, "MemoryError")])
def test_a_hang_and_a_bomb_are_noticed(given, why):
    with pytest.raises(pytest.fail.Exception, match=why):
        bounded.each(hang, [0, given], seconds=1, memory=MEMORY)
