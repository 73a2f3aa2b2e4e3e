"""Gathering what a file says: its questions, what could not be carried, and in what markup.

Used by the readers of plain formats; they state questions one by one and get a ``Reading``.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape

from lsp.exams.formats import limits
from lsp.exams.formats.package import BadFile, Media, NotCarried, Reading, ReadItem
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import CognitiveLevel, Markup
from lsp.texts import N_, Refusal

#: A criterion as files write it: code of the unit, number of the element, number of the criterion.
CRITERION = re.compile(r"[A-Z][A-Z0-9]*(?:\.[A-Z0-9]+){2,5} +\d{1,2}\.\d{1,2}")
#: Most lines about what was not carried before the file is refused as a whole.
MOST_NOTES = 20_000
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,20});")

NO_SUCH_HTML = N_("Bagian HTML ini tidak diizinkan di soal.")
NO_FEEDBACK = N_("Umpan balik tidak disimpan di bank soal.")
NO_MARKDOWN = N_("Markdown dibaca sebagai teks biasa.")


class Gathering:
    """Collects the questions of one file in order; ``reading`` names them and closes it."""

    def __init__(self, format_name: str) -> None:
        self.format = format_name
        self._items: list[ReadItem] = []
        self._names: list[tuple[str, str]] = []
        self._left: list[NotCarried] = []

    def add(self, item: ReadItem, *, own: str = "", title: str = "") -> None:
        """Take a question; ``own`` and ``title`` are what the file itself calls it, if anything."""
        limits.check_count(len(self._items) + 1)
        if len(" ".join(title.split())) > limits.LONGEST_TITLE:
            why = N_("Judul paling panjang %(limit)s karakter; sisanya dipotong.")
            self.leave(item.where, title, Refusal(why, limit=limits.LONGEST_TITLE))
        self._items.append(item)
        self._names.append((own, title))

    def leave(self, where: str, what: str, why: Refusal) -> None:
        """Name something that is not taken over."""
        if len(self._left) >= MOST_NOTES:
            raise BadFile(N_("Terlalu banyak bagian berkas ini tidak dapat dibaca."))
        self._left.append(NotCarried(where, shorten(what), why))

    @contextmanager
    def question(self, where: str, what: str) -> Iterator[None]:
        """Read one question; if it is refused, it is named with the reason and left out."""
        try:
            yield
        except BadFile:
            raise
        except Refusal as refusal:
            self.leave(where, what, refusal)

    def reading(self, media: Sequence[Media] = ()) -> Reading:
        """All of it. Raises BadFile when there was nothing at all."""
        if not self._items and not self._left:
            raise BadFile(N_("Tidak ada soal di berkas ini."))
        identifiers = limits.unique_identifiers(self._names)
        items = [
            replace(item, identifier=identifier, is_named=identifier == " ".join(own.split()))
            for item, (own, _title), identifier in zip(
                self._items, self._names, identifiers, strict=True
            )
        ]
        return Reading(self.format, items, self._left, list(media))


@dataclass(frozen=True)
class Words:
    """A text as the file has it, with the format it names: plain, html, markdown or moodle."""

    text: str
    format: str = "plain"

    @property
    def is_html(self) -> bool:
        """Whether it says so, or is of a kind that may and does."""
        return self.format == "html" or (
            self.format == "moodle" and _TAGS.search(self.text) is not None
        )


def settle(words: Sequence[Words]) -> tuple[Markup, list[str], list[str]]:
    """One markup for all texts of a question, the texts in it, and what was taken out of them."""
    if not any(word.is_html for word in words):
        return Markup.PLAIN, [word.text for word in words], []
    texts: list[str] = []
    removed: list[str] = []
    for word in words:
        html = word.text if word.is_html else as_html(word.text)
        cleaned, out = wording.clean(html)
        texts.append(cleaned.strip())
        removed += out
    return Markup.HTML, texts, list(dict.fromkeys(removed))


def as_html(text: str) -> str:
    """Plain text in HTML that shows the same: paragraphs where it has blank lines."""
    blocks = [block.strip() for block in text.strip().split("\n\n")]
    lines = [escape(block, quote=False).replace("\n", "<br>") for block in blocks if block]
    return lines[0] if len(lines) == 1 else "".join(f"<p>{line}</p>" for line in lines)


def shorten(text: str, length: int = 120) -> str:
    """The beginning of a text on one line."""
    text = " ".join(text[: length * 20].split())
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def listed(texts: Sequence[str]) -> str:
    """The first of these texts in one line, and an ellipsis where there are more."""
    return ", ".join(texts[:5]) + (", …" if len(texts) > 5 else "")


def title_of(stem: str, markup: Markup = Markup.PLAIN) -> str:
    """A title made of a question that has none."""
    return shorten(wording.plain(stem[:4000], markup), 80) or "Soal"


def sort_tags(tags: Sequence[str]) -> tuple[str, CognitiveLevel | None, tuple[str, ...]]:
    """Criterion, level and other tags among a question's tags."""
    criterion, level = "", None
    others: dict[str, None] = {}
    for tag in (" ".join(tag.split()) for tag in tags):
        if not criterion and CRITERION.fullmatch(tag):
            criterion = tag
        elif level is None and tag in CognitiveLevel.__members__:
            level = CognitiveLevel(tag)
        elif tag:
            others[tag[: limits.LONGEST_TITLE]] = None
    return criterion, level, tuple(others)
