"""What is written as Moodle XML and read again is equal; what Moodle cannot hold is named."""

import string
from dataclasses import replace
from decimal import Decimal
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lsp.exams.formats.moodle import read, write
from lsp.exams.formats.package import Media, ReadItem
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from lsp.exams.rules.writing import Body
from tests.formats.exams.moodle import best_first, png

SIGNS = string.ascii_letters + string.digits + " .,;:!?'\"()[]{}<>&#%=~*\\/|@_+-–é√漢"
#: One line without white space around or doubled inside, as a form would have it.
lines = (
    st.text(SIGNS, min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and "[[" not in text)
)
paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n\n".join)
#: HTML as the cleaning leaves it.
words = st.text(string.ascii_letters + " .,é{}~#%=*\\", min_size=1, max_size=20).map(
    lambda text: " ".join(text.split()) or "x"
)
html = words.map(lambda text: f"<p>{text} <b>tebal</b> &amp; &lt;</p>")
shares = st.sampled_from([Decimal(n) for n in ("0.5", "0.25", "0.3333333", "0.9", "1")])
numbers = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 1000)


def distinct(texts, least=2, most=5):
    """Texts that are different however they are compared."""
    return st.lists(
        texts, min_size=least, max_size=most, unique_by=lambda text: text.strip().casefold()
    )


@st.composite
def single_choice(draw, texts):
    rows = draw(distinct(texts))
    right = draw(st.integers(0, len(rows) - 1))
    weights = None
    if draw(st.booleans()):
        weights = [draw(st.sampled_from([Decimal("0.5"), Decimal("-0.25")])) for _ in rows]
        weights[right] = Decimal(1)
    marked = [(text, n == right) for n, text in enumerate(rows)]
    return writing.choices(marked, single=True, weights=weights)


@st.composite
def multiple_choice(draw, texts):
    rows = draw(distinct(texts, 3))
    count = draw(st.integers(1, len(rows) - 1))
    weights = None
    if draw(st.booleans()):
        weights = [Decimal("0.1") if n < count else Decimal("-0.25") for n in range(len(rows))]
    marked = [(text, n < count) for n, text in enumerate(rows)]
    return writing.choices(marked, single=False, weights=weights)


@st.composite
def short_answer(draw, _texts=None):
    forms = draw(distinct(lines, 1))
    partly = {form: draw(shares) for form in forms if draw(st.booleans())}
    partly = {form: share for form, share in partly.items() if share != 1}
    wildcards = draw(st.booleans())
    if wildcards:
        forms = [f"a*{form}".replace("\\", "/") for form in forms]
        partly = {}
    return writing.short_answer(
        forms, case_sensitive=draw(st.booleans()), shares=partly or None, wildcards=wildcards
    )


@st.composite
def numerical(draw, _texts=None, units=("", "orang", "km/jam")):
    spans = draw(st.lists(st.tuples(numbers, numbers.map(abs), shares), max_size=3))
    if not spans:
        return writing.numerical(draw(numbers), abs(draw(numbers)), draw(st.sampled_from(units)))
    ranges = [(low, low + width, share) for low, width, share in spans]
    if len(ranges) == 1 and ranges[0][2] == 1:
        return writing.numerical(ranges[0][0], 0, draw(st.sampled_from(units)))
    return writing.number_ranges(ranges, draw(st.sampled_from(units)))


@st.composite
def matching(draw, texts):
    lefts, rights = draw(distinct(texts, 2, 4)), draw(distinct(lines, 2, 6))
    if lefts[0].startswith("<p>"):
        rights = [escape(right, quote=False) for right in rights]
    pairs = [(left, rights[n % len(rights)]) for n, left in enumerate(lefts)]
    return writing.matching(pairs, rights)


@st.composite
def ordering(draw, texts):
    return writing.ordering(draw(distinct(texts)), exact=draw(st.booleans()))


@st.composite
def essay(draw, _texts=None):
    aspects = draw(distinct(lines, 1, 3))
    rubric = [(aspect, Decimal("0.5")) for aspect in aspects]
    total = Decimal("0.5") * len(aspects)
    return writing.essay(rubric, draw(paragraphs), draw(st.integers(1, 2000)), total)


@st.composite
def file_upload(draw, _texts=None):
    kinds = draw(st.lists(st.sampled_from(["pdf", "docx", "png"]), min_size=1, unique=True))
    rubric = [(draw(lines), Decimal("0.5"))]
    return writing.file_upload(kinds, draw(st.integers(1, 20)), rubric, "", Decimal("0.5"))


BODIES = {
    ItemType.SINGLE_CHOICE: single_choice,
    ItemType.MULTIPLE_CHOICE: multiple_choice,
    ItemType.TRUE_FALSE: lambda _texts: st.booleans().map(writing.true_false),
    ItemType.SHORT_ANSWER: short_answer,
    ItemType.NUMERICAL: numerical,
    ItemType.MATCHING: matching,
    ItemType.ORDERING: ordering,
    ItemType.ESSAY: essay,
    ItemType.FILE_UPLOAD: file_upload,
}
tags = st.lists(
    lines.filter(lambda tag: tag not in CognitiveLevel.__members__), max_size=3, unique=True
)


@st.composite
def items(draw, type_: ItemType):
    """A question of this type as the bank would hold it."""
    markup = draw(st.sampled_from(Markup))
    is_html = markup is Markup.HTML
    body = draw(BODIES[type_](html if is_html else lines))
    score = sum((Decimal(row["points"]) for row in body.key.get("rubric", [])), Decimal(0))
    return ReadItem(
        identifier=draw(lines),
        type=type_,
        title=draw(lines),
        stem=draw(html if is_html else paragraphs),
        body=body,
        max_score=score or Decimal(draw(st.integers(1, 400))) / 4,
        markup=markup,
        criterion=draw(st.sampled_from(["", "KOM.PR02.014.01 1.2"])),
        level=draw(st.sampled_from([None, *CognitiveLevel])),
        rationale=draw(st.one_of(st.just(""), paragraphs)),
        tags=tuple(draw(tags)),
    )


def has_full_answer(gap: Body) -> bool:
    """Whether something earns all points of a gap, as Moodle wants it."""
    if "ranges" in gap.key:
        return any(row["share"] == "1" for row in gap.key["ranges"])
    return len(gap.key.get("shares", {})) < len(gap.key.get("accepted", ["a choice"]))


@st.composite
def gap_fills(draw):
    """A text with gaps of every kind."""
    markup = draw(st.sampled_from(Markup))
    is_html = markup is Markup.HTML
    safe = words.map(lambda text: text.replace("\\", "/"))
    gaps, stem = [], draw(html if is_html else lines.filter(lambda text: "{" not in text))
    for n in range(1, draw(st.integers(1, 4)) + 1):
        kinds = [single_choice(safe), short_answer(), numerical(units=("",))]
        gap = draw(st.sampled_from(kinds).flatmap(lambda kind: kind).filter(has_full_answer))
        gaps.append((gap, Decimal(draw(st.integers(1, 9)))))
        stem += f"[[{n}]]."
    return ReadItem(
        identifier="rumpang",
        type=ItemType.GAP_FILL,
        title="Rumpang",
        stem=stem,
        body=writing.gap_fill(gaps, stem),
        max_score=sum((weight for _, weight in gaps), Decimal(0)),
        markup=markup,
    )


def read_again(item: ReadItem, media: tuple[Media, ...] = ()) -> ReadItem:
    """The question after it was written and read; nothing was lost on the way."""
    content, lost = write([item], media)
    assert [note for note in lost if note.what != "Bagian nilai jawaban"] == []
    (again,) = read(content).items
    return replace(again, where="")


@pytest.mark.parametrize("type_", list(BODIES))
@given(data=st.data())
def test_what_is_written_is_read_as_it_was(type_, data):
    item = data.draw(items(type_))

    assert read_again(item) == best_first(item)


@given(gap_fills())
def test_texts_with_gaps_are_read_as_they_were(item):
    assert read_again(item) == best_first(item)


def make_item(type_: ItemType, body: Body, **values) -> ReadItem:
    return ReadItem(
        **{
            "identifier": "soal",
            "type": type_,
            "title": "Soal",
            "stem": "Apa?",
            "body": body,
            "max_score": Decimal(1),
            **values,
        }
    )


@pytest.mark.parametrize(
    "area", [("rect", [1, 2, 30, 20]), ("circle", [9, 9, 4]), ("poly", [0, 0, 9, 0, 5, 5])]
)
def test_a_point_in_one_area_is_read_as_it_was(area):
    body = writing.hotspot("peta.png", 40, 30, "Peta kota", [area])
    media = Media("peta.png", png(40, 30), "Peta kota")
    item = make_item(ItemType.HOTSPOT, body)

    assert read_again(item, (media,)) == item
    assert read(write([item], [media])[0]).media == [media]


def test_pictures_of_stem_and_choices_go_along():
    media = Media("bendera (1) é.png", png(), "Bendera")
    picture = '<img src="media:bendera (1) é.png" alt="Bendera">'
    body = writing.choices([(f"<p>{picture}</p>", True), ("<p>Bukan</p>", False)], single=True)
    item = make_item(
        ItemType.SINGLE_CHOICE, body, markup=Markup.HTML, stem=f"<p>Ini {picture}?</p>"
    )

    assert read_again(item, (media,)) == item
    assert read(write([item], [media])[0]).media == [media]


def test_only_pictures_that_are_shown_are_written():
    item = make_item(ItemType.TRUE_FALSE, writing.true_false(True))

    assert b"<file" not in write([item], [Media("lain.png", png())])[0]


RUBRIC = [("Isi", Decimal(1))]


@pytest.mark.parametrize(
    ("item", "what"),
    [
        (make_item(ItemType.ORAL, writing.oral(RUBRIC, "", Decimal(1))), "Soal"),
        (replace(make_item(ItemType.ESSAY, Body({}, {})), type=None), "Soal"),
        (
            make_item(
                ItemType.HOTSPOT,
                writing.hotspot("a.png", 9, 9, "A", [("circle", [1, 1, 1]), ("circle", [5, 5, 1])]),
            ),
            "Soal",
        ),
        (
            make_item(
                ItemType.GAP_FILL,
                writing.gap_fill([(writing.true_false(True), Decimal(1))], "{1:SA:=x} [[1]]"),
                stem="{1:SA:=x} [[1]]",
            ),
            "Soal",
        ),
    ],
)
def test_questions_moodle_cannot_hold_are_named_and_not_written(item, what):
    content, lost = write([item], [])

    assert [(note.where, note.what) for note in lost] == [("soal", what)]
    assert etree.fromstring(content).findall("question") == []


@pytest.mark.parametrize(
    ("item", "what"),
    [
        (
            make_item(
                ItemType.GAP_FILL,
                writing.gap_fill(
                    [
                        (writing.numerical(1, 0, "kg"), Decimal("0.5")),
                        (writing.numerical(2, 0, ""), Decimal("1")),
                    ],
                    "[[1]] [[2]]",
                ),
                stem="[[1]] [[2]]",
            ),
            ["Bobot rumpang", "Nilai soal", "Satuan"],
        ),
        (
            make_item(ItemType.TRUE_FALSE, writing.true_false(True), identifier="x" * 101),
            ["Nomor soal"],
        ),
        (
            make_item(
                ItemType.TRUE_FALSE,
                writing.true_false(True),
                criterion="lain",
                stem="bel\x07",
                processing={"rules": ["own"]},
            ),
            ["Karakter", "Aturan penilaian", "Kriteria"],
        ),
        (
            make_item(
                ItemType.SINGLE_CHOICE,
                writing.choices(
                    [("a", True), ("b", False)], single=True, weights=[Decimal(1), Decimal("0.37")]
                ),
            ),
            ["Bagian nilai jawaban"],
        ),
        (
            make_item(
                ItemType.TRUE_FALSE,
                writing.true_false(True),
                markup=Markup.HTML,
                stem='<img src="media:tidak-ada.png" alt="A">',
            ),
            ["Gambar"],
        ),
    ],
)
def test_parts_moodle_cannot_hold_are_named(item, what):
    content, lost = write([item], [])

    assert [note.what for note in lost] == what
    assert len(read(content).items) == 1


def test_weights_keep_their_ratio_and_the_question_its_points():
    stem = "[[1]] [[2]]"
    gaps = [
        (writing.numerical(1, 0, ""), Decimal("0.5")),
        (writing.numerical(2, 0, ""), Decimal("0.75")),
    ]
    item = make_item(ItemType.GAP_FILL, writing.gap_fill(gaps, stem), stem=stem)
    (again,) = read(write([item], [])[0]).items

    assert [again.body.key["gaps"][n]["weight"] for n in "12"] == ["2", "3"]
    assert again.max_score == 1
