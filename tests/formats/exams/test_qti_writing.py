"""What is written as QTI 3.0 and read again is equal; what is written keeps the file's own names."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import Media, ReadItem
from lsp.exams.formats.qti import read, write
from lsp.exams.formats.qti.writing import OTHER_RULES
from lsp.exams.formats.telling import item_data
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType, Markup
from tests.formats.exams.canvas import equal, labels, question, quiz, rule
from tests.formats.exams.makers import BODIES, distinct, items
from tests.formats.exams.moodle import png
from tests.formats.exams.qti import (
    choices,
    item,
    mapping,
    one,
    outcome,
    points,
    response,
    template,
)

ALL = {**BODIES, ItemType.ORDERING: st.builds(writing.ordering, distinct(5), exact=st.booleans())}
GAPS = [
    (writing.choices([("merah", False), ("putih", True)], single=True), Decimal(2)),
    (
        writing.choices(
            [("a", True), ("b", False), ("c", False)],
            single=True,
            weights=[Decimal(1), Decimal("0.5"), Decimal(0)],
        ),
        Decimal(1),
    ),
    (writing.short_answer(["x*", "y"], case_sensitive=True, wildcards=True), Decimal(1)),
    (writing.short_answer(["siaran pers"], case_sensitive=False), Decimal("0.5")),
    (writing.number_ranges([(1, 2, Decimal(1)), (0, 9, Decimal("0.5"))], "jam"), Decimal(1)),
]
RUBRIC = [("Isi", Decimal("1.5")), ("Bahasa", Decimal("0.5"))]
OTHERS = {
    ItemType.GAP_FILL: writing.gap_fill(GAPS, "[[1]] [[2]] [[3]] [[4]] [[5]]"),
    ItemType.HOTSPOT: writing.hotspot(
        "peta.png", 40, 30, "Peta", [("rect", [1, 2, 10, 12]), ("circle", [20, 20, 5])]
    ),
    ItemType.ESSAY: writing.essay(RUBRIC, "Contoh\n\njawaban", 250, Decimal(2)),
    ItemType.FILE_UPLOAD: writing.file_upload(["pdf", "docx"], 7, RUBRIC, "", Decimal(2)),
    ItemType.ORAL: writing.oral(RUBRIC, "Ia menyebut tiga hal.", Decimal(2)),
}
MATCH = template("match_correct")


def again(*written: ReadItem, media: tuple[Media, ...] = ()) -> list[ReadItem]:
    """What is read of these questions once they are written."""
    content, lost = write(written, media)
    assert not lost
    reading = read(content)
    assert not reading.not_carried
    assert sorted(picture.name for picture in reading.media) == sorted(p.name for p in media)
    return [replace(_bare(found), where="") for found in reading.items]


def _bare(found: ReadItem) -> ReadItem:
    """A question without the rules of its file, where they are proved to be ours."""
    return found if differs(found) else replace(found, processing={})


@settings(max_examples=80, deadline=None)
@given(st.lists(items(ALL), min_size=1, max_size=4, unique_by=lambda item: item.identifier))
def test_what_is_written_is_read_again(written):
    assert again(*written) == written


@pytest.mark.parametrize("markup", Markup)
@pytest.mark.parametrize("type_", OTHERS)
def test_types_with_parts_of_their_own_come_back(type_, markup):
    stem = "Isi [[1]], [[2]], [[3]], [[4]] dan [[5]]." if type_ is ItemType.GAP_FILL else "Apa?"
    if markup is Markup.HTML:
        stem = f"<p><b>Bacalah.</b></p><p>{stem}</p>"
    written = ReadItem(
        identifier="KP-1",
        type=type_,
        title="Judul",
        stem=stem,
        body=OTHERS[type_],
        max_score=Decimal(2),
        markup=markup,
    )
    media = (Media("peta.png", png()),) if type_ is ItemType.HOTSPOT else ()
    assert again(written, media=media) == [written]


def test_pictures_go_along():
    written = ReadItem(
        identifier="KP-1",
        type=ItemType.TRUE_FALSE,
        title="Judul",
        stem='<p>Lihat <img src="media:a b.png" alt="Denah"></p>',
        body=writing.true_false(True),
        max_score=Decimal(1),
        markup=Markup.HTML,
    )
    assert again(written, media=(Media("a b.png", png()),)) == [written]


def test_names_of_the_file_are_written_with_their_answers():
    """A question that came with its own names for choices is still answered by them."""
    read_first = one(item(choices(), response(correct="B"), MATCH))
    (found,) = again(read_first)
    assert (found.body, found.names) == (read_first.body, read_first.names)
    assert item_data(found)["correct"] == ["B"]
    assert (points(found, RESPONSE="B"), points(found, RESPONSE="A")) == (1, 0)


def test_weights_of_named_choices_are_written():
    inner = mapping({"A": 2, "B": 1}, defaultValue=0)
    (found,) = again(
        one(item(choices(), response(correct="A", inner=inner), template("map_response")))
    )
    assert [row["score"] for row in item_data(found)["choices"]] == [2, 1, 0]
    assert points(found, RESPONSE="B") == 1


def test_names_of_pairs_orders_and_gaps_are_written_with_their_answers():
    order = """<orderInteraction responseIdentifier="RESPONSE"><simpleChoice identifier="Z1">satu
      </simpleChoice><simpleChoice identifier="Z2">dua</simpleChoice></orderInteraction>"""
    found = again(one(item(order, response("ordered", correct="Z2|Z1"), MATCH)))[0]
    assert points(found, RESPONSE=["Z2", "Z1"]) == 1
    gap = """<p>Isi <inlineChoiceInteraction responseIdentifier="RESPONSE">
      <inlineChoice identifier="G">satu</inlineChoice><inlineChoice identifier="Y">dua
      </inlineChoice></inlineChoiceInteraction> ini.</p>"""
    found = again(one(item(gap, response(correct="Y"), MATCH)))[0]
    assert item_data(found)["correct"] == {"RESPONSE_1": ["Y"]}
    assert points(found, RESPONSE_1="Y") == 1


def test_rules_of_the_file_are_written_where_they_score_otherwise():
    both = response("multiple", correct="A|B")
    content, lost = write([one(item(choices(0), both, MATCH))], [])
    (found,) = read(content).items
    assert not lost
    assert points(found, RESPONSE=["A", "B"]) == 1
    assert points(found, RESPONSE=["A"]) == 0


def test_rows_asked_one_by_one_are_written_as_pairs():
    rows = {"7": "satu", "8": "dua", "9": "tiga"}
    places = labels(rows, "response_1", "one", "") + labels(rows, "response_2", "two", "")
    rules = [
        rule(equal("7", "response_1"), "50", "Add"),
        rule(equal("8", "response_2"), "50", "Add"),
    ]
    source = one(quiz(question("matching_question", "Jodohkan.", places, rules)))
    (found,) = again(source)
    assert (found.type, found.body) == (ItemType.MATCHING, source.body)
    assert points(found, RESPONSE=["response_1 _7", "response_2 _8"]) == 2


def test_rules_that_no_answer_of_ours_fits_are_told_and_ours_written():
    body = """<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="W"
      matchMax="1">satu</gapText><gapText identifier="S" matchMax="1">dua</gapText>
      <p>Isi <gap identifier="G1"/> ini.</p></gapMatchInteraction>"""
    inner = mapping({"W G1": 1, "S G1": -1}, defaultValue=0)
    declared = response("multiple", "directedPair", correct="W G1", inner=inner)
    source = one(item(body, declared + outcome(), template("map_response")))
    content, lost = write([source], [])
    assert [note.why.text for note in lost] == [OTHER_RULES]
    (found,) = read(content).items
    assert found.body == source.body
