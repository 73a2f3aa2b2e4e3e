"""Reading the paragraphs of a document into questions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from lsp.exams.formats.docx.paragraphs import Paragraph, paragraphs
from lsp.exams.formats.gathering import Gathering
from lsp.exams.formats.gift.reading import ESSAY_ASPECT, ESSAY_WORDS
from lsp.exams.formats.package import BadFile, Media, Reading
from lsp.exams.formats.tables import columns as c
from lsp.exams.formats.tables.reading import take_record
from lsp.exams.rules.items import fold
from lsp.exams.rules.kinds import TYPE_NAMES, ItemType
from lsp.texts import N_, Refusal

_QUESTION = re.compile(r"\s*\d{1,4}[.)]\s+")
_CHOICE = re.compile(r"\s*([A-Za-z])[.)]\s+")
_NUMBERS = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:\s*(?:±|\.\.)\s*[+-]?\d+(?:[.,]\d+)?)?")
#: Columns of a table that a paragraph may state as ``Nama: isi``.
_FIELDS = {
    fold(name): name
    for name in (*c.BEFORE_CHOICES, *c.AFTER_CHOICES)
    if name not in (c.STEM, c.MARKUP, c.PICTURE, c.AREAS)
}
#: Fields of several rows; a semicolon parts them on one line.
_LISTS = (c.WEIGHTS, c.PAIRS, c.ORDER, c.GAPS, c.RUBRIC)
#: Fields of free text, and those of rows that have a ``|``.
_FREE = (c.RATIONALE, c.MODEL)
_BARRED = (c.WEIGHTS, c.PAIRS, c.GAPS, c.RUBRIC)
#: Fields whose rows may all stand in the paragraphs below their name.
_OPEN = (c.KEY, c.ORDER, c.TAGS)
_FORM_WITH_SHARE = re.compile(r"[^|]*\|\s*[\d.,]+\s*%")
#: A paragraph with a name of its own, ``Catatan untuk tim: …``.
_NAMED = re.compile(r"[^\W\d][\w ./-]{0,60}:(?:\s|$)")

_NOT_A_QUESTION = N_("Paragraf ini tidak termasuk soal mana pun.")
_NOT_CARRIED = N_("Bagian dokumen ini tidak dapat dibawa.")
_NO_TABLES = N_("Tabel dalam dokumen tidak dibaca.")


def read(content: bytes, name: str = "") -> Reading:  # noqa: ARG001 -- every format is called alike
    """The questions of a Word document. Raises BadFile when it is none, or has none."""
    gathering = Gathering("docx")
    found, beside = paragraphs(content)
    media: dict[str, Media] = {}
    question: _Question | None = None
    for paragraph in found:
        if start := _question_start(paragraph):
            _close(gathering, question, media)
            question = _Question(start)
        elif question is not None:
            question.take(paragraph)
        else:
            for what, why in _all_of(paragraph):
                gathering.leave(f"paragraf {paragraph.number}", what, Refusal(why))
    _close(gathering, question, media)
    if question is None:
        raise BadFile(N_("Tidak ada soal bernomor di dokumen ini. Lihat petunjuk tata letaknya."))
    for where, what in beside:
        why = _NO_TABLES if what.startswith("tabel") else _NOT_CARRIED
        gathering.leave(where, what, Refusal(why))
    return gathering.reading(list(media.values()))


def _question_start(paragraph: Paragraph) -> Paragraph | None:
    """The paragraph without its number, if it begins a question."""
    if found := _QUESTION.match(paragraph.text):
        return paragraph.cut(found.end())
    return paragraph if paragraph.numbering == "decimal" else None


@dataclass
class _Question:
    """A question as it is put together, paragraph by paragraph."""

    start: Paragraph
    stem: list[Paragraph] = field(default_factory=list)
    choices: list[list[Paragraph]] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    #: What is not taken over: number of the paragraph, what and why.
    left: list[tuple[int, str, str]] = field(default_factory=list)
    last: str = ""
    fault: Refusal | None = None

    def __post_init__(self) -> None:
        self.stem.append(self.start)
        self._leave(self.start, ((what, _NOT_CARRIED) for what in _lost(self.start)))

    def _leave(self, paragraph: Paragraph, parts: Iterable[tuple[str, str]]) -> None:
        self.left += [(paragraph.number, what, why) for what, why in parts]

    def take(self, paragraph: Paragraph) -> None:
        """A further paragraph: a choice, a field, or more of what stands above it."""
        text = paragraph.text.strip()
        name, mark, value = text.partition(":")
        column = _FIELDS.get(fold(name)) if mark else None
        if column:
            if column in self.fields:
                self.fault = Refusal(N_("%(name)s tertulis dua kali."), name=column)
            self.fields[column] = [value.strip()]
            self.last = column
        elif not self.last and (choice := _choice(paragraph, len(self.choices))):
            self.choices.append([choice])
        elif paragraph.is_heading or (self.last and not (text and self._goes_on(text))):
            self._leave(paragraph, _all_of(paragraph))
            return
        elif self.last:
            self.fields[self.last].append(text)
        elif text or paragraph.is_rich:
            (self.choices[-1] if self.choices else self.stem).append(paragraph)
        lost = _lost_of_field(paragraph) if self.last else _lost(paragraph)
        self._leave(paragraph, ((what, _NOT_CARRIED) for what in lost))

    def _goes_on(self, text: str) -> bool:
        """Whether a paragraph is a further row of the field above it, as the layout has it."""
        rows = self.fields[self.last]
        if self.last in _FREE:
            return True
        if self.last in _BARRED:
            return "|" in text
        if self.last == c.KEY and not self.choices and _FORM_WITH_SHARE.fullmatch(text):
            return True
        has_several = self.last in _OPEN and not (self.last == c.KEY and self.choices)
        if rows[0] or (len(rows) > 1 and not has_several):
            return False
        return self.last == c.ORDER or not _NAMED.match(text)


def _lost(paragraph: Paragraph) -> list[str]:
    """What of a paragraph does not go into a question's text."""
    mark = ["butir atau nomor otomatis"] if paragraph.numbering == "other" else []
    return list(dict.fromkeys([*paragraph.lost, *mark]))


def _lost_of_field(paragraph: Paragraph) -> list[str]:
    """What of a paragraph is not in the plain text of a field: pictures and raised figures, too."""
    pictures = ["gambar" for run in paragraph.runs if run.media]
    raised = any({"sub", "sup"} & set(run.tags) for run in paragraph.runs)
    return [*_lost(paragraph), *pictures, *(["huruf naik atau turun"] if raised else [])]


def _all_of(paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    """Everything of a paragraph that belongs to no question, and why it is left out."""
    if paragraph.text.strip():
        yield paragraph.text, _NOT_A_QUESTION
    yield from ((what, _NOT_CARRIED) for what in paragraph.lost)
    yield from (("gambar", _NOT_A_QUESTION) for run in paragraph.runs if run.media)


def _choice(paragraph: Paragraph, place: int) -> Paragraph | None:
    """The paragraph without its letter, if it is the next choice."""
    found = _CHOICE.match(paragraph.text)
    if found and ord(found[1].upper()) - ord("A") == place:
        return paragraph.cut(found.end())
    return paragraph if paragraph.numbering == "letter" else None


def _close(gathering: Gathering, question: _Question | None, media: dict[str, Media]) -> None:
    if question is None:
        return
    where = f"paragraf {question.start.number}"
    with gathering.question(where, question.start.text):
        if question.fault:
            raise question.fault
        take_record(gathering, where, _record(question))
        for paragraph in (*question.stem, *(p for rows in question.choices for p in rows)):
            media.update({run.media.name: run.media for run in paragraph.runs if run.media})
        if _is_essay(question) and c.RUBRIC not in question.fields:
            why = N_("Rubrik tidak tertulis; dipakai satu aspek “%(aspect)s” untuk semua nilai.")
            gathering.leave(where, c.RUBRIC, Refusal(why, aspect=ESSAY_ASPECT))
    for number, what, why in question.left:
        gathering.leave(f"paragraf {number}", what, Refusal(why))


def _record(question: _Question) -> dict[str, str]:
    """The question as cells of a table."""
    cells = {
        name: ("; " if name == c.TAGS else "\n").join(filter(None, lines))
        for name, lines in question.fields.items()
    }
    is_rich = any(
        paragraph.is_rich
        for paragraph in (*question.stem, *(p for r in question.choices for p in r))
    ) or (
        any(run.bold for paragraph in question.stem for run in paragraph.runs)
        and not all(paragraph.is_bold for paragraph in question.stem)
    )
    cells[c.STEM] = _text(question.stem, is_rich)
    if is_rich:
        cells[c.MARKUP] = "html"
    for place, rows in enumerate(question.choices[:26]):
        cells[c.choice_column(place)] = _text(rows, is_rich)
    if len(question.choices) > 26:
        raise Refusal(N_("Soal ini punya lebih dari 26 pilihan."))
    _complete(question, cells)
    for name in _LISTS:
        if name in cells and "\n" not in cells[name]:
            cells[name] = "\n".join(part.strip() for part in cells[name].split(";"))
    if is_rich:
        for name in (c.PAIRS, c.ORDER, c.GAPS):
            if name in cells:
                cells[name] = escape(cells[name], quote=False)
    return cells


def _text(rows: list[Paragraph], is_rich: bool) -> str:
    if not is_rich:
        return "\n\n".join(row.text.strip() for row in rows)
    html = [row.html() for row in rows]
    return html[0] if len(html) == 1 else "".join(f"<p>{text}</p>" for text in html)


def _is_essay(question: _Question) -> bool:
    named = fold(" ".join(question.fields.get(c.TYPE, [])))
    return named in (fold(TYPE_NAMES[ItemType.ESSAY]), ItemType.ESSAY.value)


def _complete(question: _Question, cells: dict[str, str]) -> None:
    """Add what the layout lets a writer leave out: the key by bold type, the type by its key."""
    if question.choices:
        if c.KEY not in cells:
            bold = [n for n, rows in enumerate(question.choices) if all(p.is_bold for p in rows)]
            if not bold or len(bold) == len(question.choices):
                raise Refusal(N_("Tulis Kunci: …, atau tebalkan pilihan yang benar."))
            cells[c.KEY] = ", ".join(chr(ord("A") + n) for n in bold)
        return
    key = cells.get(c.KEY, "")
    if "\n" not in key:
        key = cells[c.KEY] = "\n".join(part.strip() for part in key.split(";"))
    if not cells.get(c.TYPE):
        cells[c.TYPE] = _guessed_type(cells, key)
    if _is_essay(question) and c.RUBRIC not in cells:
        cells[c.RUBRIC] = c.join_rows([(ESSAY_ASPECT, cells.get(c.POINTS) or "1")])
    if c.RUBRIC in cells:
        cells.setdefault(c.WORDS, str(ESSAY_WORDS))


def _guessed_type(cells: dict[str, str], key: str) -> str:
    by_column = {
        c.PAIRS: ItemType.MATCHING,
        c.ORDER: ItemType.ORDERING,
        c.GAPS: ItemType.GAP_FILL,
        c.RUBRIC: ItemType.ESSAY,
    }
    for column, kind in by_column.items():
        if column in cells:
            return kind.value
    if not key:
        raise Refusal(N_("Soal ini tidak punya pilihan, kunci, atau jenis."))
    if fold(key) in ("benar", "salah"):
        return ItemType.TRUE_FALSE.value
    is_number = all(_NUMBERS.fullmatch(line.strip()) for line in key.split("\n"))
    return (ItemType.NUMERICAL if is_number else ItemType.SHORT_ANSWER).value
