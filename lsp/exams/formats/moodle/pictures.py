"""Markers dragged on a picture: a point to be found, when it is one marker and one zone."""

import re
from io import BytesIO

from PIL import Image

from lsp.exams.formats.moodle.bodies import Made
from lsp.exams.formats.moodle.source import Source, number, text_of
from lsp.exams.formats.moodle.words import Words, picture
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.texts import N_, Refusal

#: What is said of a picture nobody described. Written into the question, so Indonesian.
UNDESCRIBED = "Gambar untuk soal ini"
#: The marker of the questions we write ourselves.
MARKER = "+"
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,9})?")


def ddmarker(source: Source) -> Made:
    """One marker for one zone of a picture. Raises Refusal for more of either."""
    drags, drops = source.parts("drag"), source.parts("drop")
    if len(drags) != 1 or len(drops) != 1 or drags[0].find("infinite") is not None:
        raise Refusal(N_("Soal penanda di gambar hanya bisa dengan satu penanda dan satu daerah."))
    count = number(text_of(drags[0], "noofdrags", "1"))
    if count not in (None, 1) or text_of(drops[0], "choice") != text_of(drags[0], "no", "1"):
        raise Refusal(N_("Soal penanda di gambar hanya bisa dengan satu penanda dan satu daerah."))
    shape, coords = _area(text_of(drops[0], "shape").lower(), text_of(drops[0], "coords"))
    name, alt, width, height = _background(source)
    source.settle()
    label = source.plain(source.words(drags[0]))
    if label and label != MARKER:
        words = source.stem_words
        if words.is_html:
            source.stem_words = Words(
                f"{words.raw}<p>{source.escaped(label)}</p>", words.format, words.files
            )
        else:
            source.stem_words = Words(f"{words.raw}\n\n{label}", words.format, words.files)
    if not alt:
        alt = UNDESCRIBED
        source.note(
            N_("Teks pengganti gambar"),
            Refusal(N_("Berkas tidak memuatnya; tulis apa yang tampak di gambar.")),
        )
    source.shelf.describe(name, alt)
    return ItemType.HOTSPOT, writing.hotspot(name, width, height, alt, [(shape, coords)])


def _background(source: Source) -> tuple[str, str, int, int]:
    """The picture of the question: its name, what it shows, and its size in pixels."""
    file = source.element.find("file")
    content = picture(file.text or "") if file is not None else None
    if file is None or content is None:
        raise Refusal(N_("Gambar soal ini tidak ada atau rusak."))
    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
    except Exception:  # a broken picture surfaces as many kinds of errors
        raise Refusal(N_("Gambar soal ini tidak ada atau rusak.")) from None
    name = source.shelf.put(file.get("name") or "gambar", content)
    return name, file.get("alt") or "", width, height


def _area(shape: str, written: str) -> tuple[str, list[int]]:
    """A zone as Moodle writes it: ``x,y;radius``, ``x,y;width,height`` or ``x,y;x,y;…``."""
    numbers = [round(float(n)) for n in _NUMBER.findall(written[:5000])]
    if shape == "circle" and len(numbers) == 3:
        return "circle", numbers
    if shape == "rectangle" and len(numbers) == 4:
        left, top, width, height = numbers
        return "rect", [left, top, left + width, top + height]
    if shape == "polygon" and len(numbers) >= 6:
        return "poly", numbers
    raise Refusal(N_("Daerah di gambar belum lengkap."))
