"""Moodle's cloze syntax: ``{2:SHORTANSWER:=Jakarta#Tepat~%50%Batavia}`` inside a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

#: What Moodle calls the gaps, by what they are.
NAMES = {
    "choice": "MULTICHOICE MC MULTICHOICE_V MCV MULTICHOICE_H MCH"
    " MULTICHOICE_S MCS MULTICHOICE_VS MCVS MULTICHOICE_HS MCHS",
    "several": "MULTIRESPONSE MR MULTIRESPONSE_H MRH MULTIRESPONSE_S MRS MULTIRESPONSE_HS MRHS",
    "text": "SHORTANSWER SA MW",
    "exact": "SHORTANSWER_C SAC MWC",
    "number": "NUMERICAL NM",
}
_KINDS = {name: kind for kind, names in NAMES.items() for name in names.split()}
_START = re.compile(r"\{([0-9]{0,9}):(" + "|".join(sorted(_KINDS, key=len, reverse=True)) + r"):")
#: What looks like a gap, whether or not it is one.
_LIKE = re.compile(r"\{[0-9]*:[A-Z_]{2,20}\b")
_SHARE = re.compile(r"=|%(-?[0-9]{1,9}(?:[.,][0-9]{0,40})?)%")
_ESCAPED = re.compile(r"\\([}#~/\\\"'])")
_MARKS = re.compile(r"[~#}]")
_SPECIAL = re.compile(r"[&~#{}\\<>\"=%]")


@dataclass(frozen=True)
class Alternative:
    """One answer of a gap as it is written, escapes and entities undone."""

    text: str
    #: From -1 to 1.
    share: Decimal
    has_feedback: bool = False


@dataclass(frozen=True)
class Gap:
    """A gap: ``kind`` is ``choice``, ``several``, ``text``, ``exact`` or ``number``."""

    kind: str
    weight: int
    alternatives: tuple[Alternative, ...]
    #: As it stands in the text, for messages.
    raw: str


def parse(text: str) -> list[str | Gap]:
    """The text between the gaps and the gaps, in order."""
    pieces: list[str | Gap] = []
    at = 0
    for start in _START.finditer(text):
        if start.start() < at:
            continue
        found = _alternatives(text, start.end())
        if found is None:
            break  # no closing brace follows, for this gap or any later one
        parts, end = found
        pieces.append(text[at : start.start()])
        alternatives = tuple(_alternative(*part) for part in parts)
        pieces.append(
            Gap(
                kind=_KINDS[start[2]],
                weight=int(start[1] or 1),
                alternatives=tuple(a for a in alternatives if a.text),
                raw=text[start.start() : end],
            )
        )
        at = end
    pieces.append(text[at:])
    return pieces


def broken(text: str) -> str:
    """The first thing in a text between gaps that was meant as a gap; empty when there is none."""
    found = _LIKE.search(text)
    if found is None:
        return ""
    return text[found.start() : found.start() + 60].partition("}")[0] + "}"


def _alternatives(text: str, at: int) -> tuple[list[tuple[str, str | None]], int] | None:
    """Answers with their feedback from here to the closing brace, and the place behind it.

    None when the brace never comes. Moodle does not take a sign after a backslash for a mark,
    nor, in an answer, one after an ampersand, since ``&#39;`` has a sign of its own.
    """
    parts: list[tuple[str, str | None]] = []
    answer: str | None = None
    begin = at
    for mark in _MARKS.finditer(text, at):
        place = mark.start()
        before = text[max(begin, place - 5) : place]
        in_feedback = answer is not None
        if before.endswith("\\") or (
            not in_feedback and mark[0] == "#" and before.endswith(("&", "&amp;"))
        ):
            continue
        if mark[0] == "#":
            if not in_feedback:
                answer, begin = text[begin:place], place + 1
            continue
        parts.append((text[begin:place], None) if answer is None else (answer, text[begin:place]))
        answer, begin = None, place + 1
        if mark[0] == "}":
            return parts, begin
    return None


def _alternative(written: str, feedback: str | None) -> Alternative:
    written = written.strip()
    share = Decimal(0)
    found = _SHARE.match(written)
    if found:
        share = Decimal(found[1].replace(",", ".")) / 100 if found[1] else Decimal(1)
        written = written[found.end() :]
    text = unescape(_ESCAPED.sub(r"\1", written)).strip()
    return Alternative(text, share, bool(feedback and feedback.strip()))


def write_gap(kind: str, weight: int, answers: Sequence[tuple[str, Decimal]]) -> str:
    """A gap in cloze syntax; ``answers`` as they are meant, with their shares."""
    name = NAMES[kind].partition(" ")[0]
    parts = [
        ("=" if share == 1 else f"%{(share * 100).normalize():f}%") + _encoded(text)
        for text, share in answers
    ]
    return f"{{{weight}:{name}:{'~'.join(parts)}}}"


def _encoded(text: str) -> str:
    """Every sign with a meaning, of HTML or of cloze, as a numbered entity."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
