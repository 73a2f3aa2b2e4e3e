"""Reading the paragraphs of a document into questions."""

import re
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
_NOT_A_QUESTION = N_("Paragraf ini tidak termasuk soal mana pun.")


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
        elif paragraph.text.strip():
            where = f"paragraf {paragraph.number}"
            gathering.leave(where, paragraph.text, Refusal(_NOT_A_QUESTION))
    _close(gathering, question, media)
    if question is None:
        raise BadFile(N_("Tidak ada soal bernomor di dokumen ini. Lihat petunjuk tata letaknya."))
    for where, what in beside:
        gathering.leave(where, what, Refusal(N_("Tabel dalam dokumen tidak dibaca.")))
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
    lost: list[str] = field(default_factory=list)
    last: str = ""
    fault: Refusal | None = None

    def __post_init__(self) -> None:
        self.stem.append(self.start)
        self.lost += self.start.lost

    def take(self, paragraph: Paragraph) -> None:
        """A further paragraph: a choice, a field, or more of what stands above it."""
        self.lost += paragraph.lost
        text = paragraph.text.strip()
        if not text and not paragraph.is_rich:
            return
        name, mark, value = text.partition(":")
        if mark and (column := _FIELDS.get(fold(name))):
            if column in self.fields:
                self.fault = Refusal(N_("%(name)s tertulis dua kali."), name=column)
            self.fields[column] = [value.strip()]
            self.last = column
        elif self.last:
            self.fields[self.last].append(text)
        elif choice := _choice(paragraph, len(self.choices)):
            self.choices.append([choice])
        elif self.choices:
            self.choices[-1].append(paragraph)
        else:
            self.stem.append(paragraph)


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
    for what in dict.fromkeys(question.lost):
        gathering.leave(where, what, Refusal(N_("Bagian dokumen ini tidak dapat dibawa.")))


def _record(question: _Question) -> dict[str, str]:
    """The question as cells of a table."""
    cells = {
        name: ("; " if name == c.TAGS else "\n").join(lines)
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
