"""GIFT: what Moodle's own examples mean, what is carried, and that what we write comes back."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.formats import gift
from lsp.exams.formats.package import BadFile, Reading
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from tests.formats.exams.makers import BODIES, example_file, items
from tests.formats.exams.moodle import best_first


def read(text: str) -> Reading:
    return gift.read(text.encode())


def test_a_choice_with_one_right_answer_is_read():
    (item,) = read("::Juru bicara::Siapa?{~Tamu =Humas ~Satpam}").items
    assert (item.type, item.identifier, item.stem) == (
        ItemType.SINGLE_CHOICE,
        "Juru bicara",
        "Siapa?",
    )
    assert [row["text"] for row in item.body.content["choices"]] == ["Tamu", "Humas", "Satpam"]
    assert item.body.key == {"correct": ["b"]}


def test_shares_of_the_points_are_kept():
    single, several = read("A?{~%50%x =y ~%-25%z}\n\nB?{~%50%x ~%50%y ~z}").items
    assert single.body.key["weights"] == {"a": "0.5", "b": "1", "c": "-0.25"}
    assert several.type is ItemType.MULTIPLE_CHOICE
    assert several.body.key["weights"] == {"a": "0.5", "b": "0.5", "c": "0"}


def test_equal_shares_for_right_and_wrong_are_our_usual_rule():
    (item,) = read("A?{~%33.33333%x ~%33.33333%y ~%33.33333%z ~%-33.33333%w}").items
    assert item.body.key == {"correct": ["a", "b", "c"]}


def test_a_missing_word_is_a_question_of_its_kind_with_a_line_for_the_word():
    (item,) = read("Grant is {~buried =entombed} in a tomb.").items
    assert (item.type, item.stem) == (ItemType.SINGLE_CHOICE, "Grant is _____ in a tomb.")


def test_a_gap_in_the_text_says_so_in_the_comment_above():
    (item,) = read("// [jenis:rumpang]\nGrant is {~buried =entombed} in a tomb.").items
    assert (item.type, item.stem) == (ItemType.GAP_FILL, "Grant is [[1]] in a tomb.")
    assert comparable(gift.read(gift.write([item], [])[0]).items[0]).body == item.body


def test_a_full_stop_after_the_answer_makes_no_gap():
    (item,) = read("Two and two is {=four =4}.").items
    assert (item.type, item.stem) == (ItemType.SHORT_ANSWER, "Two and two is _____.")


def test_escaped_signs_are_text():
    (item,) = read(r"Which \{is\} it\:{~\=a =\~b#no ~c\nd ~\\}").items
    assert item.stem == "Which {is} it:"
    assert [row["text"] for row in item.body.content["choices"]] == ["=a", "~b", "c\nd", "\\"]


def test_a_star_stands_for_any_text_unless_escaped():
    wild, literal = read("A?{=siaran*}\n\nB?{=5\\*5}").items
    assert wild.body.key == {"accepted": ["siaran*"], "case_sensitive": False, "wildcards": True}
    assert literal.body.key == {"accepted": ["5*5"], "case_sensitive": False}


def test_a_pair_without_its_left_side_is_a_distractor():
    (item,) = read("A?{=x->1 =y -> 2 = -> 3}").items
    assert item.body.key == {"pairs": {"1": "a", "2": "b"}}
    assert [row["text"] for row in item.body.content["right"]] == ["1", "2", "3"]


def test_identifier_tags_level_and_criterion_come_from_comment_and_category():
    (item,) = read(
        "$CATEGORY: $course$/top/Acara\n\n"
        "// [id:KP-1] [tag:C4] [tag:KOM.PR02.014.01 1.2]\nBenar?{T####Karena itu.}"
    ).items
    assert (item.identifier, item.level, item.criterion) == (
        "KP-1",
        CognitiveLevel.C4,
        "KOM.PR02.014.01 1.2",
    )
    assert (item.tags, item.rationale) == (("Acara",), "Karena itu.")


def test_every_level_of_a_category_becomes_a_tag():
    (item,) = read("$CATEGORY: $course$/top/Humas/Krisis dan//atau isu\n\nBenar?{T}").items
    assert item.tags == ("Humas", "Krisis dan/atau isu")


def test_html_is_cleaned_and_what_goes_is_named():
    reading = read("[html]<b>Siapa</b>?<script>x()</script>{=a ~b}")
    assert reading.items[0].markup is Markup.HTML
    assert reading.items[0].stem == "<b>Siapa</b>?"
    assert [note.what for note in reading.not_carried] == ["<script>"]


def test_feedback_and_descriptions_are_named_not_dropped():
    reading = read("Hanya keterangan.\n\nA?{=x#bagus ~y}\n\nB?{broken")
    assert len(reading.items) == 1
    assert [note.where for note in reading.not_carried] == ["baris 1", "baris 3", "baris 5"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A?{=Frog =%0%*}", "Jawaban salah"),
        ("A?{=Frog =%0%toad =%-50%newt}", "Jawaban salah"),
        ("A?{=%50%frog =Frog}", "Urutan jawaban"),
        ("A?{=%0%rilis lama =rilis*}", "Urutan jawaban"),
        ("A?{#=5 =%0%7}", "Jawaban salah: 7"),
        ("A?{#=5 =%0%*}", "Jawaban salah: *"),
        ("A?{#5~8#Bukan}", "Jawaban salah: 8"),
        ("A?{=%50%k -> l =m -> n}", "%50%k -> l"),
        ("A?{T####[markdown]**Ya**}", "[markdown]"),
        ("A?{T####[html]<img src\\=x>Ya}", "gambar"),
        ("// [nilai:banyak]\nA?{T}", "[nilai:banyak]"),
        ("// [jenis:apa]\nA?{T}", "[jenis:apa]"),
        ("// [jenis:rumpang]\nA?{=x ~y}", "[jenis:rumpang]"),
        (f"::{'J' * 201}::A?{{T}}", "J" * 119 + "…"),
    ],
)
def test_what_an_answer_has_beside_its_key_is_named(text, named):
    reading = read(text)
    assert len(reading.items) == 1
    assert named in [note.what for note in reading.not_carried]


def test_a_better_form_further_up_is_no_loss():
    assert read("A?{=rilis* =%50%rilis lama}").not_carried == []


def test_any_number_at_all_is_no_answer():
    reading = read("A?{#=5 =%50%*}")
    assert (reading.items, len(reading.not_carried)) == ([], 1)


def test_an_essay_gets_one_aspect_and_says_so():
    reading = read("Uraikan.{}")
    assert reading.items[0].body.key["rubric"] == [{"aspect": "Isi jawaban", "points": "1"}]
    assert "rubrik" in reading.not_carried[0].what


def test_a_blank_line_inside_an_answer_parts_nothing():
    reading = read("A?{\n=x\n\n~y\n}\n\nB?{T}")
    assert [item.type for item in reading.items] == [ItemType.SINGLE_CHOICE, ItemType.TRUE_FALSE]


def test_the_examples_of_moodle_are_read_whole():
    first = gift.read(example_file("gift/examples.gift.txt"))
    second = gift.read(example_file("gift/questions.gift.txt"))
    assert (len(first.items), len(second.items)) == (43, 9)
    by_name = {item.title: item for item in second.items}
    assert by_name["Q5"].body.key == {"value": "3", "tolerance": "2"}
    assert by_name["Shortanswer"].body.key["shares"] == {"Cat": "0.5"}
    assert by_name["colours"].body.key["weights"]["b"] == "-1"
    assert len(by_name["Moodle activities"].body.content["right"]) == 5
    why = [note.what for note in (*first.not_carried, *second.not_carried)]
    assert any("umpan balik" in what for what in why)


def test_a_file_without_questions_is_refused():
    with pytest.raises(BadFile):
        read("// nothing here\n")


def comparable(item):
    return replace(item, where="")


@settings(max_examples=150, deadline=None)
@given(st.lists(items(BODIES), min_size=1, max_size=4, unique_by=lambda item: item.identifier))
def test_what_is_written_is_read_again_or_named(written):
    content, lost = gift.write(written, [])
    left = {note.where for note in lost}
    kept = [item for item in written if item.identifier not in left]
    read_again = (
        {item.identifier: comparable(item) for item in gift.read(content).items} if kept else {}
    )
    assert read_again == {item.identifier: best_first(item) for item in kept}


def test_what_gift_cannot_hold_is_named():
    item = read("Berapa?{#5}").items[0]
    item.body.content["unit"] = "kursi"
    assert [note.what for note in gift.write([item], [])[1]] == ["satuan kursi"]


def test_points_come_back():
    item = replace(read("Benar?{T}").items[0], max_score=Decimal("2.5"))
    assert gift.read(gift.write([item], [])[0]).items[0].max_score == Decimal("2.5")


@settings(max_examples=200, deadline=None)
@given(st.text("{}=~#%:\\->ab1.\n/$[]*T ", max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(BadFile):
        assert isinstance(read(text), Reading)
