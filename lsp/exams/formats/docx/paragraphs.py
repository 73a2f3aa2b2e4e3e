"""The paragraphs of a Word document: their text, number, and what a question needs of their look."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from lsp.exams.formats import limits
from lsp.exams.formats.docx.around import (
    BLIP,
    W,
    alive,
    beside_text,
    live_runs,
    lost_parts,
    text_of,
)
from lsp.exams.formats.package import BadFile, Media
from lsp.exams.rules import wording
from lsp.texts import N_

#: Most paragraphs of a document: 2,000 questions with 15 each.
MOST_PARAGRAPHS = 30_000
MOST_ELEMENTS = 1_500_000
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_DESCRIPTION = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
#: Styles of headings, in English and in Indonesian Word.
_HEADING = re.compile(r"(?:Heading|Title|Subtitle|Judul|Subjudul)", re.IGNORECASE)
#: Kinds of pictures a question may show.
_PICTURES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}


@dataclass
class Run:
    """A piece of text of one look, or a picture."""

    text: str
    tags: tuple[str, ...] = ()
    bold: bool = False
    media: Media | None = None


@dataclass
class Paragraph:
    """A paragraph with what Word numbers it by: ``decimal``, ``letter``, ``other`` or nothing."""

    number: int
    runs: list[Run]
    numbering: str = ""
    #: What it has that a question cannot show: a formula, a drawing.
    lost: list[str] = field(default_factory=list)
    is_heading: bool = False

    @property
    def text(self) -> str:
        """Its text without looks."""
        return "".join(run.text for run in self.runs)

    @property
    def is_bold(self) -> bool:
        """Whether all of its text is."""
        texts = [run for run in self.runs if run.text.strip()]
        return bool(texts) and all(run.bold for run in texts)

    @property
    def is_rich(self) -> bool:
        """Whether it needs HTML: a picture, a raised figure, emphasis other than bold."""
        return any(run.media or run.tags for run in self.runs)

    def cut(self, length: int) -> "Paragraph":
        """The same without its first characters, a typed number for instance."""
        runs = []
        for run in self.runs:
            gone = min(length, len(run.text))
            length -= gone
            if run.text[gone:] or run.media:
                runs.append(Run(run.text[gone:], run.tags, run.bold, run.media))
        if runs:
            runs[0].text = runs[0].text.lstrip()
        return Paragraph(self.number, runs, "", self.lost)

    def html(self) -> str:
        """Its content as HTML, without a paragraph's tags."""
        return "".join(_run_html(run) for run in self.runs).strip()


def _run_html(run: Run) -> str:
    if run.media:
        return f'<img src="media:{escape(run.media.name)}" alt="{escape(run.media.alt)}">'
    html = escape(run.text, quote=False).replace("\n", "<br>")
    for tag in run.tags:
        html = f"<{tag}>{html}</{tag}>"
    return html


def paragraphs(content: bytes) -> tuple[list[Paragraph], list[tuple[str, str]]]:
    """The paragraphs of a document, and by place and name what stands beside them: its tables,
    headers, footers, notes and comments.
    """
    members = limits.open_zip(content)
    for name in members:
        if name.endswith((".xml", ".rels")):
            limits.check_shape(members[name], MOST_ELEMENTS)
    try:
        return _read(content)
    except BadFile:
        raise
    except Exception:  # python-docx meets a broken document with whatever happens to fail
        raise BadFile(N_("Dokumen Word ini rusak. Simpan ulang, lalu coba lagi.")) from None


def _read(content: bytes) -> tuple[list[Paragraph], list[tuple[str, str]]]:
    import docx

    document = docx.Document(io.BytesIO(content))
    numbering = _Numbering(document)
    taken: dict[str, str] = {}
    found: list[Paragraph] = []
    beside: list[tuple[str, str]] = []
    number = 0
    for element in _blocks(document.element.body):
        if element.tag == f"{W}tbl":
            text = text_of(element)
            what = f"tabel: {text}" if text else "tabel"
            beside.append((f"setelah paragraf {number}", what))
        if element.tag == f"{W}altChunk":
            beside.append((f"setelah paragraf {number}", "dokumen sisipan"))
        if element.tag != f"{W}p":
            continue
        number += 1
        if number > MOST_PARAGRAPHS:
            raise BadFile(N_("Dokumen Word ini terlalu panjang."))
        paragraph = Paragraph(number, [], numbering.of(element), is_heading=_is_heading(element))
        for run in live_runs(element):
            paragraph.runs += _runs(run, document, taken, paragraph.lost)
        paragraph.lost += lost_parts(element, document)
        if next(element.iter(_MATH), None) is not None:
            paragraph.lost.append("rumus")
        found.append(paragraph)
    return found, [*beside, *dict.fromkeys(beside_text(document))]


def _is_heading(paragraph: Any) -> bool:
    style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
    return _HEADING.match(style) is not None


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside a content control of Word too."""
    for element in parent.iterchildren():
        if element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml"):
            yield from _blocks(element)
        else:
            yield element


def _runs(element: Any, document: Any, taken: dict[str, str], lost: list[str]) -> Iterator[Run]:
    text = "".join(_characters(element))
    look = element.find(f"{W}rPr")
    bold = _is_on(look, "b")
    if text:
        yield Run(text, tuple(_tags(look)), bold)
        if _is_on(look, "strike") or _is_on(look, "dstrike"):
            lost.append("teks dicoret")
    for blip in alive(element, BLIP):
        media = _picture(blip, element, document, taken)
        if media is None:
            lost.append("gambar")
        else:
            yield Run("", media=media)


def _characters(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield limits.without_controls(child.text or "")
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}tab":
            yield "\t"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"


def _is_on(look: Any, name: str) -> bool:
    mark = look.find(f"{W}{name}") if look is not None else None
    return mark is not None and mark.get(f"{W}val") not in ("0", "false", "off", "none")


def _tags(look: Any) -> Iterator[str]:
    for name in ("i", "u"):
        if _is_on(look, name):
            yield name
    place = look.find(f"{W}vertAlign") if look is not None else None
    raised = _value(place)
    if raised in ("superscript", "subscript"):
        yield raised[:3]


def _picture(blip: Any, run: Any, document: Any, taken: dict[str, str]) -> Media | None:
    """A picture of the document; the same picture keeps its name."""
    part = document.part.related_parts.get(blip.get(_EMBED))
    ending = _PICTURES.get(getattr(part, "content_type", ""))
    if part is None or ending is None or len(part.blob) > limits.LARGEST_PICTURE:
        return None
    place = str(part.partname)
    name = taken.setdefault(place, wording.media_name(f"gambar-{len(taken) + 1}.{ending}"))
    described = next(run.iter(_DESCRIPTION), None)
    alt = described.get("descr") or "" if described is not None else ""
    return Media(name, part.blob, " ".join(alt.split())[:500])


# --- Numbers that Word makes itself -------------------------------------------------------------


class _Numbering:
    """How a document numbers its paragraphs: by list and level, directly or through a style."""

    def __init__(self, document: Any) -> None:
        self._kinds: dict[str, dict[str, str]] = {}
        self._lists: dict[str, str] = {}
        self._styles = {
            style.get(f"{W}styleId"): style.find(f"{W}pPr/{W}numPr")
            for style in document.styles.element.iter(f"{W}style")
        }
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for abstract in root.iter(f"{W}abstractNum"):
            levels = self._kinds.setdefault(abstract.get(f"{W}abstractNumId"), {})
            for level in abstract.iter(f"{W}lvl"):
                shape = level.find(f"{W}numFmt")
                levels[level.get(f"{W}ilvl")] = _value(shape)
        for number in root.iter(f"{W}num"):
            self._lists[number.get(f"{W}numId")] = _value(number.find(f"{W}abstractNumId"))

    def of(self, paragraph: Any) -> str:
        """``decimal`` for a question's own number, ``letter`` for a choice's, ``other`` for a
        bullet or a Roman number, else nothing.
        """
        mark = paragraph.find(f"{W}pPr/{W}numPr")
        if mark is None:
            mark = self._styles.get(_value(paragraph.find(f"{W}pPr/{W}pStyle")))
        if mark is None:
            return ""
        levels = self._kinds.get(self._lists.get(_value(mark.find(f"{W}numId")), ""), {})
        kind = levels.get(_value(mark.find(f"{W}ilvl")) or "0", "")
        if kind in ("upperLetter", "lowerLetter"):
            return "letter"
        if kind in ("", "none", "decimal"):
            return kind.removeprefix("none")
        return "other"


def _value(element: Any) -> str:
    return (element.get(f"{W}val") or "") if element is not None else ""
