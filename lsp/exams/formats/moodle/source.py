"""One ``<question>`` while it is read: its parts by name, and the notes of what is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from html import escape

from lxml import etree

from lsp.exams.formats.gathering import as_html, listed
from lsp.exams.formats.limits import LONGEST_CHOICE, LONGEST_STEM, LONGEST_TITLE
from lsp.exams.formats.moodle.words import Shelf, Words, placed, with_breaks
from lsp.exams.formats.package import NotCarried
from lsp.exams.rules import wording
from lsp.exams.rules.kinds import Markup
from lsp.exams.rules.marking import MARK_STEP
from lsp.texts import N_, Refusal

#: Most answers, choices, subquestions or zones of one question, and of one gap.
MOST_PARTS = 100
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Option:
    """An ``<answer>``: its words and the share of the points it earns."""

    words: Words
    #: From -1 to 1; 0 when it says nothing.
    share: Decimal
    element: etree._Element

    @property
    def text(self) -> str:
        """The answer where Moodle takes it as plain text."""
        return self.words.raw.strip()


class Source:
    """Reads the parts of a question and remembers what could not be carried."""

    def __init__(self, element: etree._Element, where: str, shelf: Shelf) -> None:
        self.element = element
        self.where = where
        self.shelf = shelf
        self._notes: dict[tuple[str, str], NotCarried] = {}
        self.markup = Markup.PLAIN
        self.format = self.element.find("questiontext")
        self.stem_words = self.words("questiontext")
        #: Points where the file does not say any.
        self.default_score = Decimal(1)

    # --- What was left out ----------------------------------------------------------------------

    def note(self, what: str, why: Refusal) -> None:
        """Name something of this question that is not carried, once."""
        self._notes.setdefault((what, str(why)), NotCarried(self.where, what, why))

    @property
    def notes(self) -> list[NotCarried]:
        """What was named, in the order in which it was found."""
        return list(self._notes.values())

    # --- Parts ----------------------------------------------------------------------------------

    def parts(self, path: str) -> list[etree._Element]:
        """The elements of this path. Raises Refusal when there are more than a question has."""
        found = self.element.findall(path)
        check_parts(len(found))
        return found

    def value(self, name: str, default: str = "") -> str:
        """The text of a simple element such as ``<single>true</single>``."""
        return text_of(self.element, name, default)

    def is_on(self, name: str, *, default: bool) -> bool:
        """A switch of the file: on unless it is empty, ``0`` or ``false``."""
        found = self.element.find(name)
        if found is None:
            return default
        return (found.text or "").strip().lower() not in ("", "0", "false")

    def words(self, place: str | etree._Element) -> Words:
        """The words of an element with a ``<text>`` in it and files beside that."""
        element = self.element.find(place) if isinstance(place, str) else place
        if element is None:
            return Words("")
        parent_format = self.format.get("format") if self.format is not None else None
        files = {
            (file.get("path") or "/") + (file.get("name") or ""): file.text or ""
            for file in element.findall("file")
        }
        raw = text_of(element, "text", "")
        if element.find("text") is None and not len(element):
            raw = (element.text or "").strip()
        return Words(raw, (element.get("format") or parent_format or "html").strip(), files)

    def options(self) -> Iterator[Option]:
        """The answers of the question in their order."""
        for element in self.parts("answer"):
            share = number(element.get("fraction") or text_of(element, "fraction", "0"))
            if share is None:
                self.note(N_("Bagian nilai jawaban"), Refusal(N_("Bagian nilai ini bukan angka.")))
            yield Option(self.words(element), (share or Decimal(0)) / HUNDRED, element)

    # --- Words as the bank keeps them -----------------------------------------------------------

    def settle(self, *texts: Words) -> None:
        """Decide how the words of this question are written: as HTML as soon as one of them is."""
        is_html = any(words.is_html for words in (self.stem_words, *texts))
        self.markup = Markup.HTML if is_html else Markup.PLAIN

    def shown(self, words: Words, limit: int = LONGEST_CHOICE) -> str:
        """Words as a candidate will see them, in the question's markup.

        What the cleaning removes is noted. Raises Refusal for a text longer than the bank takes.
        """
        if len(words.raw) > wording.LONGEST:
            raise Refusal(N_("Teks soal ini terlalu panjang."))
        if self.markup is Markup.PLAIN:
            text = words.raw.strip()
        elif not words.is_html:
            text = as_html(words.raw)
        else:
            text = self._cleaned(with_breaks(words))
        if len(text) > limit:
            raise Refusal(N_("Teks soal ini terlalu panjang."))
        if words.format in ("markdown", "wiki_like") and text:
            self.note(
                N_("Penulisan Markdown atau wiki"), Refusal(N_("Tandanya dibiarkan apa adanya."))
            )
        return text

    def stem(self) -> str:
        """The question itself; its title when the file has no words for it."""
        if self.stem_words.is_blank:
            self.note(
                N_("Teks soal"), Refusal(N_("Teks soal kosong; judulnya dipakai sebagai soal."))
            )
            return self.escaped(self.title())
        stem = self.shown(self.stem_words, LONGEST_STEM)
        if wording.plain(stem, self.markup).strip():
            return stem
        # A picture nobody described asks nothing of who cannot see it.
        return f"<p>{self.escaped(self.title())}</p>{stem}"

    def label(self, words: Words) -> str:
        """Words shown in a list to choose from, which has no pictures and no tags."""
        text = self.plain(words)
        return self.escaped(text)

    def plain(self, words: Words) -> str:
        """Words without their tags; pictures and links among them are noted as left out."""
        if not words.is_html or not words.raw:
            return words.raw.strip()
        if "<" not in words.raw and "&" not in words.raw:
            return " ".join(words.raw.split())  # nothing to clean, and cleaning takes time
        if len(words.raw) > wording.LONGEST:
            raise Refusal(N_("Teks soal ini terlalu panjang."))
        if "<img" in words.raw or words.files:
            self.note(
                N_("Gambar"),
                Refusal(N_("Di pembahasan, petunjuk penilai dan daftar pilihan hanya ada teks.")),
            )
        return wording.plain(with_breaks(words).raw, Markup.HTML).strip()

    def escaped(self, text: str) -> str:
        """Plain text as it stands in the question's markup."""
        return escape(text, quote=False) if self.markup is Markup.HTML else text

    @property
    def max_score(self) -> Decimal:
        """The points of the question: above 0 to 100, in the steps the bank has."""
        written = self.value("defaultgrade")
        score = number(written) if written else self.default_score
        if score is None:
            score = self.default_score
        score = score.normalize()
        # In the bounds first: a rounding of 1e30 to a step would have too many digits.
        step = min(max(score, MARK_STEP), HUNDRED)
        step = (step / MARK_STEP).quantize(Decimal(1), ROUND_HALF_UP) * MARK_STEP
        if step != score:
            self.note(
                N_("Nilai soal"),
                Refusal(
                    N_(
                        "Nilai %(score)s menjadi %(step)s: lebih dari 0 sampai 100, kelipatan 0,25."
                    ),
                    score=f"{score:g}",
                    step=f"{step.normalize():f}",
                ),
            )
        return step

    def title(self) -> str:
        """The question's name, else the beginning of its words."""
        title = " ".join(text_of(self.element, "name/text", "").split())
        if not title:
            plain = self.stem_words.raw[: wording.LONGEST]
            if self.stem_words.is_html:
                plain = wording.plain(plain, Markup.HTML)
            title = " ".join(plain.split())[:80].strip()
        return title[:LONGEST_TITLE]

    def _cleaned(self, words: Words) -> str:
        html, lost = placed(words, self.shelf)
        if lost:
            self.note(
                N_("Berkas"),
                Refusal(
                    N_("Bukan gambar PNG, JPEG, GIF atau WebP yang utuh: %(names)s"),
                    names=listed(lost),
                ),
            )
        html, removed = wording.clean(html)
        if lost:
            removed = [what for what in removed if what not in ('<img src="">', "href=")]
        if removed:
            self.note(
                N_("Bagian HTML"),
                Refusal(N_("Tidak diizinkan di soal: %(parts)s"), parts=listed(removed)),
            )
        return html.strip()


def text_of(element: etree._Element, path: str, default: str = "") -> str:
    """The text of an element inside this one, all of it, without white space around."""
    found = element.find(path)
    if found is None:
        return default
    return "".join(str(text) for text in found.itertext()).strip()


def check_parts(count: int) -> None:
    """Raise Refusal for more answers or choices than a question has in earnest."""
    if count > MOST_PARTS:
        raise Refusal(
            N_("Soal ini berisi lebih dari %(limit)s jawaban atau pilihan."), limit=MOST_PARTS
        )


def number(text: str) -> Decimal | None:
    """A number as Moodle writes it, with a full stop or a comma; None when it is none."""
    text = text.strip().replace(",", ".")
    if not text or len(text) > 40:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 40 else None
