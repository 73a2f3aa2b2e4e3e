"""Aiken, the plainest format of Moodle: questions with one right choice.

Siapa juru bicara acara?
A. Pranata humas
B. Tamu
ANSWER: A
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import Gathering, title_of
from lsp.exams.formats.package import Reading, ReadItem
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_, Refusal

_CHOICE = re.compile(r"([A-Za-z])[.)]\s+(.*)", re.DOTALL)
_ANSWER = re.compile(r"(?:ANSWER|JAWABAN|KUNCI)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)


def read(content: bytes, name: str = "") -> Reading:  # noqa: ARG001 -- every format is called alike
    """The questions of an Aiken file. Raises BadFile when it is no text or has no question."""
    gathering = Gathering("aiken")
    question = _Question()
    for number, line in enumerate(limits.decode(content).split("\n"), 1):
        stripped = line.strip()
        if not stripped:
            question.is_below = question.is_below and bool(question.stem)
            question.is_parted = question.is_below
            continue
        if found := _ANSWER.fullmatch(stripped):
            question.line = question.line or number
            _close(gathering, question, number, found[1].strip())
            question = _Question(is_below=True)
            continue
        found = _CHOICE.fullmatch(stripped)
        if found and question.stem:
            question.choices.append((found[1].upper(), found[2].strip(), number))
            continue
        if question.choices:
            # No mark at the beginning of the line: the next question, and this one has no answer.
            _refuse(gathering, question, N_("Baris ANSWER tidak ada sebelum soal berikutnya."))
            question = _Question()
        elif question.is_parted:
            # Right below an answer and parted from what follows: a remark on the one above.
            _refuse(gathering, question, N_("Baris ini tidak termasuk soal mana pun."))
            question = _Question()
        question.line = question.line or number
        question.stem.append(stripped)
    if question.stem:
        _refuse(gathering, question, N_("Baris ANSWER tidak ada di akhir soal."))
    return gathering.reading()


@dataclass
class _Question:
    line: int = 0
    stem: list[str] = field(default_factory=list)
    #: Letter, text and line.
    choices: list[tuple[str, str, int]] = field(default_factory=list)
    #: Whether it begins on the line after an answer, and whether a blank line came since.
    is_below: bool = False
    is_parted: bool = False


def _refuse(gathering: Gathering, question: _Question, why: str) -> None:
    gathering.leave(f"baris {question.line}", " ".join(question.stem), Refusal(why))


def _close(gathering: Gathering, question: _Question, number: int, answer: str) -> None:
    """Take the question whose answer stands on this line, or name what is wrong with it."""
    stem = "\n".join(question.stem)
    with gathering.question(f"baris {number}", f"{stem} ANSWER: {answer}"):
        if not stem:
            raise Refusal(N_("Jawaban ini tidak didahului pertanyaan."))
        for place, (letter, _, line) in enumerate(question.choices):
            if letter != chr(ord("A") + place):
                raise Refusal(
                    N_("Huruf pilihan di baris %(line)s tidak berurutan: %(letter)s."),
                    line=line,
                    letter=letter,
                )
        right = answer.rstrip(".)").upper()
        if len(right) != 1:
            raise Refusal(N_("Tulis tepat satu huruf setelah ANSWER."))
        letters = [letter for letter, _, _ in question.choices]
        if right not in letters:
            raise Refusal(N_("Jawaban %(letter)s tidak ada di antara pilihan."), letter=right)
        body = writing.choices(
            [(text, letter == right) for letter, text, _ in question.choices], single=True
        )
        gathering.add(
            ReadItem(
                identifier="",
                type=ItemType.SINGLE_CHOICE,
                title=title_of(stem),
                stem=stem,
                body=body,
                max_score=Decimal(1),
                where=f"baris {question.line}",
                names={letter.lower(): letter for letter in letters},
            )
        )
