"""Reading GIFT."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from lsp.exams.formats import limits
from lsp.exams.formats.gathering import (
    NO_FEEDBACK,
    NO_MARKDOWN,
    NO_SUCH_HTML,
    Gathering,
    Words,
    settle,
    sort_tags,
    title_of,
)
from lsp.exams.formats.gift.answers import Answers, read_answers
from lsp.exams.formats.gift.syntax import FORMAT, Block, blocks, reveal
from lsp.exams.formats.package import Reading, ReadItem
from lsp.exams.rules import wording, writing
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

#: What an essay of a file without a rubric is marked by, and how long it may be.
ESSAY_ASPECT = "Isi jawaban"
ESSAY_WORDS = 500
#: What stands for the answer where a sentence has no words after it, as in Moodle.
BLANK = "_____"

_COMMENT_FIELD = re.compile(r"\[(id|tag|nilai|jenis):((?:[^\]\\]|\\.){1,250})\]")
#: What the comment above a question says where its answer is a gap in the text.
GAP = "rumpang"

_POINTS = re.compile(r"\d{1,3}(\.\d{1,4})?")
_WORD = re.compile(r"\w")
_SENTENCE_ENDS = (".", "?", "!", ":")


def read(content: bytes, name: str = "") -> Reading:  # noqa: ARG001 -- every format is called alike
    """The questions of a GIFT file. Raises BadFile when it is no text or has no question."""
    gathering = Gathering("gift")
    category: list[str] = []
    for block in blocks(limits.decode(content)):
        text, where = block.text, f"baris {block.line}"
        if text.startswith("$CATEGORY:"):
            category = _category(reveal(text.removeprefix("$CATEGORY:")))
            continue
        with gathering.question(where, reveal(text)):
            _read_block(gathering, block, category)
    return gathering.reading()


@dataclass
class _Question:
    """A question's parts as they stand in the file, escapes still hidden."""

    title: str
    format: str
    before: str
    answer: str | None
    after: str
    general: str
    own: str = ""
    tags: list[str] = field(default_factory=list)
    is_gap: bool = False
    max_score: Decimal = Decimal(1)
    #: What else of it is not carried, and why.
    left: list[tuple[str, Refusal]] = field(default_factory=list)


def _read_block(gathering: Gathering, block: Block, category: list[str]) -> None:
    question = _parts(block)
    where = f"baris {block.line}"
    if question.answer is None:
        gathering.leave(
            where,
            reveal(question.before),
            Refusal(N_("Ini keterangan tanpa jawaban, bukan soal.")),
        )
        return
    answers = read_answers(question.answer, question.format)
    stem, stray, is_gap = _stem(question, answers)
    markup, words, removed = settle([Words(stem, question.format), *answers.words])
    stem, texts = words[0], words[1:]
    kind, body = _body(answers, texts, question.max_score)
    if question.is_gap and not is_gap:
        question.left.append((f"[jenis:{GAP}]", Refusal(N_("Soal ini tidak punya rumpang."))))
    if is_gap:
        kind, body = ItemType.GAP_FILL, writing.gap_fill([(body, Decimal(1))], stem)
    criterion, level, tags = sort_tags([*question.tags, *category])
    title = question.title or title_of(stem, markup)
    gathering.add(
        ReadItem(
            identifier="",
            type=kind,
            title=title[: limits.LONGEST_TITLE],
            stem=stem,
            body=body,
            max_score=question.max_score,
            markup=markup,
            criterion=criterion,
            level=level,
            rationale=_general(question),
            tags=tags,
            where=where,
        ),
        own=question.own,
        title=question.title,
    )
    _name_losses(gathering, question, answers, where, removed)
    if stray:
        why = Refusal(N_("Tanda setelah kurung tutup tidak termasuk pertanyaan."))
        gathering.leave(where, f"{question.title}: {stray}" if question.title else stray, why)


def _general(question: _Question) -> str:
    """General feedback as plain text; it has the question's format unless it names another."""
    words = _general_words(question)
    if not words.is_html:
        return words.text
    if "<img" in words.text.lower():
        why = N_("Di pembahasan, petunjuk penilai dan daftar pilihan hanya ada teks.")
        question.left.append(("gambar", Refusal(why)))
    return wording.plain(words.text, Markup.HTML)


def _general_words(question: _Question) -> Words:
    found = FORMAT.match(question.general)
    text = reveal(question.general[found.end() :] if found else question.general).strip()
    return Words(text, found[1].lower() if found else question.format)


def _name_losses(
    gathering: Gathering, question: _Question, answers: Answers, where: str, removed: list[str]
) -> None:
    """Name what the question had beside what was taken over."""
    name = f"{question.title}: " if question.title else ""
    if answers.feedback:
        what = " · ".join(answers.feedback)
        gathering.leave(where, f"{name}umpan balik “{what}”", Refusal(NO_FEEDBACK))
    for what, why in [*answers.left, *question.left]:
        gathering.leave(where, f"{name}{what}", why)
    for what in removed:
        gathering.leave(where, f"{name}{what}", Refusal(NO_SUCH_HTML))
    formats = {question.format, *(words.format for words in answers.words)}
    if question.general:
        formats.add(_general_words(question).format)
    if "markdown" in formats:
        gathering.leave(where, f"{name}[markdown]", Refusal(NO_MARKDOWN))
    if answers.kind is ItemType.ESSAY:
        gathering.leave(
            where,
            f"{name}rubrik esai",
            Refusal(
                N_("GIFT tidak memuat rubrik; dipakai satu aspek “%(aspect)s” untuk semua nilai."),
                aspect=ESSAY_ASPECT,
            ),
        )


def _parts(block: Block) -> _Question:
    """Title, text, answer and what follows it. Raises Refusal when the braces do not fit."""
    text, title = block.text, ""
    if text.startswith("::"):
        found, mark, rest = text[2:].partition("::")
        if mark:
            title, text = " ".join(reveal(found).split()), rest.strip()
        else:
            text = found
    start, end = text.find("{"), text.find("}")
    if (start < 0) != (end < 0) or end < start:
        raise Refusal(N_("Kurung { dan } tidak berpasangan."))
    before = text if start < 0 else text[:start]
    answer = None if start < 0 else text[start + 1 : end].strip()
    after = "" if start < 0 else text[end + 1 :]
    general = ""
    if answer is not None and "####" in answer:
        answer, _, general = answer.rpartition("####")
    if "{" in after or "}" in after:
        raise Refusal(N_("Satu soal hanya punya satu jawaban dalam kurung { }."))
    found_format = FORMAT.match(before)
    question = _Question(
        title=title,
        format=found_format[1].lower() if found_format else "moodle",
        before=before[found_format.end() :] if found_format else before,
        answer=answer.strip() if answer is not None else None,
        after=after,
        general=general.strip(),
    )
    _read_comments(question, block.comments)
    return question


def _read_comments(question: _Question, comments: list[str]) -> None:
    """Identifier, tags and points from the comments above a question: ``// [id:A-1] [tag:x]``."""
    for kind, raw in _COMMENT_FIELD.findall("\n".join(comments)):
        value = re.sub(r"\\(.)", r"\1", raw).strip()
        if kind == "id":
            question.own = value[: limits.LONGEST_TITLE]
        elif kind == "tag":
            question.tags.append(value)
        elif kind == "jenis" and value == GAP:
            question.is_gap = True
        elif kind == "nilai" and _POINTS.fullmatch(value) and 0 < Decimal(value) <= 100:
            question.max_score = Decimal(value)
        else:
            question.left.append((f"[{kind}:{value}]", Refusal(N_("Isian ini tidak dikenal."))))


def _stem(question: _Question, answers: Answers) -> tuple[str, str, bool]:
    """The question's text with a place for the answer, stray signs left out, and whether a gap."""
    before, after = reveal(question.before), reveal(question.after)
    if not before.strip() and not after.strip():
        raise Refusal(N_("Pertanyaannya kosong."))
    if not after:
        return before.strip(), "", False
    if _WORD.search(after):
        # A missing word: Moodle shows a line there and asks below, whatever the answer is.
        is_gap = question.is_gap and answers.kind in (
            ItemType.SINGLE_CHOICE,
            ItemType.SHORT_ANSWER,
            ItemType.NUMERICAL,
        )
        return f"{before}{'[[1]]' if is_gap else BLANK}{after}".strip(), "", is_gap
    if before.rstrip().endswith(_SENTENCE_ENDS):
        return before.strip(), after.strip(), False
    return f"{before}{BLANK}{after}".strip(), "", False


def _body(answers: Answers, texts: list[str], max_score: Decimal) -> tuple[ItemType, Body]:
    if answers.kind is ItemType.ESSAY:
        return ItemType.ESSAY, writing.essay(
            [(ESSAY_ASPECT, max_score)], "", ESSAY_WORDS, max_score
        )
    return answers.kind, answers.body(texts)


def _category(path: str) -> list[str]:
    """The names of a category and of those above it as tags, without a course's own top one."""
    names = [part.replace("//", "/").strip() for part in re.split(r"(?<!/)/(?!/)", path)]
    return [name for name in names if name and name[0] != "$" and name.lower() != "top"]
