"""Texts with gaps: cloze, and words chosen or dragged into a text."""

import re
from decimal import Decimal

from lsp.exams.formats.accepting import accepted
from lsp.exams.formats.moodle import cloze
from lsp.exams.formats.moodle.bodies import Made, choices, numbers
from lsp.exams.formats.moodle.cloze import Gap
from lsp.exams.formats.moodle.source import Source, check_parts, text_of
from lsp.exams.formats.moodle.words import Words
from lsp.exams.rules import wording, writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.texts import N_, Refusal

#: Most gaps of one text.
MOST_GAPS = 100
_PLACE = re.compile(r"\[\[(\d{1,4})\]\]")


def multianswer(source: Source) -> Made:
    """Moodle's cloze: gaps of three kinds; one gap with several answers is a question of its own."""
    raw = source.stem_words.raw
    if len(raw) > wording.LONGEST:
        raise Refusal(N_("Teks soal ini terlalu panjang."))
    pieces = cloze.parse(raw)
    gaps = [piece for piece in pieces if isinstance(piece, Gap)]
    _check(pieces, gaps)
    if any(a.has_feedback for gap in gaps for a in gap.alternatives):
        source.note(
            N_("Umpan balik jawaban"), Refusal(N_("Ujian di sini tidak memberi umpan balik."))
        )
    source.settle()
    source.default_score = Decimal(sum(gap.weight for gap in gaps))
    if len(gaps) == 1 and gaps[0].kind == "several":
        _replace_stem(source, [p if isinstance(p, str) else "" for p in pieces])
        return _several(source, gaps[0])
    number_ = 0
    texts, bodies = [], []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(_PLACE.sub(r"[ [\1]]", piece))
            continue
        number_ += 1
        texts.append(f"[[{number_}]]")
        try:
            bodies.append((_gap(source, piece), Decimal(piece.weight)))
        except Refusal as refusal:
            source.note(N_("Rumpang"), refusal)
            raise Refusal(
                N_("Rumpang %(n)s tidak dapat dipakai: %(gap)s"), n=number_, gap=piece.raw[:80]
            ) from None
    _replace_stem(source, texts)
    return ItemType.GAP_FILL, writing.gap_fill(bodies, source.stem())


def _check(pieces: list[str | Gap], gaps: list[Gap]) -> None:
    """Raise Refusal for a text whose gaps cannot be answered as they were meant."""
    for piece in pieces:
        rest = cloze.broken(piece) if isinstance(piece, str) else ""
        if rest:
            raise Refusal(N_("Rumpang ini rusak: %(gap)s"), gap=rest)
    if not gaps:
        raise Refusal(N_("Tidak ada rumpang di teks ini."))
    if len(gaps) > MOST_GAPS:
        raise Refusal(N_("Soal ini berisi lebih dari %(limit)s rumpang."), limit=MOST_GAPS)
    if len(gaps) > 1 and any(gap.kind == "several" for gap in gaps):
        raise Refusal(N_("Rumpang dengan beberapa jawaban (MULTIRESPONSE) tidak ada di bank ini."))
    for n, gap in enumerate(gaps, 1):
        check_parts(len(gap.alternatives))
        full = max((a.share for a in gap.alternatives), default=Decimal(0))
        if full < 1 and gap.kind != "several":
            raise Refusal(
                N_("Rumpang %(n)s tidak punya jawaban yang bernilai 100%%: %(gap)s"),
                n=n,
                gap=gap.raw[:80],
            )


def _gap(source: Source, gap: Gap) -> Body:
    rows = [(a.text, a.share) for a in gap.alternatives]
    if gap.kind == "choice":
        return choices(source, _labels(source, gap), single=True)[1]
    if gap.kind == "number":
        split = [(text.partition(":"), share) for text, share in rows]
        return numbers(source, [(p[0], p[2] or "0", share) for p, share in split])
    rows = [(" ".join(text.split()), share) for text, share in rows]
    return accepted(rows, exact=gap.kind == "exact", note=source.note)


def _labels(source: Source, gap: Gap) -> list[tuple[str, Decimal]]:
    """The choices of a gap; in Moodle their words are HTML."""
    return [(source.label(Words(a.text, "html")), a.share) for a in gap.alternatives]


def _several(source: Source, gap: Gap) -> Made:
    """Moodle lets the right answers of such a gap earn the points together."""
    rows = _labels(source, gap)
    total = sum((share for _, share in rows if share > 0), Decimal(0))
    if total > 1:
        rows = [(text, share / total if share > 0 else share) for text, share in rows]
    return choices(source, rows, single=False)


def _replace_stem(source: Source, texts: list[str]) -> None:
    words = source.stem_words
    source.stem_words = Words("".join(texts), words.format, words.files)


def gapselect(source: Source) -> Made:
    """Words to choose in a text: ``[[2]]`` is the place of the second of the file's words.

    A place offers all words of the same group. Dragged words become drop-down lists too.
    """
    tag = "selectoption" if source.element.get("type") == "gapselect" else "dragbox"
    words = [
        (source.words(element), text_of(element, "group", "1")) for element in source.parts(tag)
    ]
    source.settle()
    labels = [" ".join(source.label(text).split()) for text, _ in words]
    groups = [group for _, group in words]
    if tag == "dragbox":
        source.note(N_("Seret dan lepas"), Refusal(N_("Kata dipilih dari daftar, bukan diseret.")))
    raw = source.stem_words.raw
    if len(raw) > wording.LONGEST:
        raise Refusal(N_("Teks soal ini terlalu panjang."))
    bodies: list[tuple[Body, Decimal]] = []

    def place(found: re.Match[str]) -> str:
        chosen = int(found[1]) - 1
        if not 0 <= chosen < len(words):
            raise Refusal(N_("Tidak ada kata untuk rumpang %(place)s."), place=found[0])
        if len(bodies) >= MOST_GAPS:
            raise Refusal(N_("Soal ini berisi lebih dari %(limit)s rumpang."), limit=MOST_GAPS)
        rows = {labels[n]: n == chosen for n in range(len(words)) if groups[n] == groups[chosen]}
        rows[labels[chosen]] = True
        bodies.append((writing.choices(list(rows.items()), single=True), Decimal(1)))
        return f"[[{len(bodies)}]]"

    _replace_stem(source, [_PLACE.sub(place, raw)])
    if not bodies:
        raise Refusal(N_("Tidak ada rumpang di teks ini."))
    return ItemType.GAP_FILL, writing.gap_fill(bodies, source.stem())
