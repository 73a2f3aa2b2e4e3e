"""Texts with gaps in Moodle files: cloze, and words chosen or dragged into a text."""

from decimal import Decimal

import pytest

from lsp.exams.formats.moodle import cloze
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import ItemType
from tests.formats.exams.moodle import answer, notes, one, question


def gap(written: str):
    """Content and key of the only gap of a text."""
    item = one(question("cloze", stem=f"<p>Isi: {written}.</p>"))
    assert item.type is ItemType.GAP_FILL, notes(question("cloze", stem=written))
    assert item.stem == "<p>Isi: [[1]].</p>"
    return item.body.content["gaps"][0], item.body.key["gaps"]["1"]


@pytest.mark.parametrize("name", ["MULTICHOICE", "MC", "MCV", "MCH", "MCS", "MULTICHOICE_VS"])
def test_every_kind_of_choice_is_a_list_to_choose_from(name):
    content, key = gap(f"{{1:{name}:Arizona#Bukan~=California#Ya}}")

    assert content["kind"] == "choice"
    assert [row["text"] for row in content["choices"]] == ["Arizona", "California"]
    assert key["correct"] == ["b"]


@pytest.mark.parametrize(
    ("name", "exact"), [("SHORTANSWER", False), ("SA", False), ("MW", False), ("SAC", True)]
)
def test_short_answers_keep_their_shares(name, exact):
    content, key = gap(f"{{2:{name}:%100%Paris#Tepat~%50%Marseille~*#Salah}}")

    assert content["kind"] == "text"
    assert key == {
        "accepted": ["Paris", "Marseille"],
        "case_sensitive": exact,
        "shares": {"Marseille": "0.5"},
        "weight": "2",
    }


@pytest.mark.parametrize("name", ["NUMERICAL", "NM"])
def test_numbers_keep_their_tolerance(name):
    content, key = gap(f"{{:{name}:=23.8:0.1}}")

    assert content["kind"] == "number"
    assert key == {"value": "23.8", "tolerance": "0.1", "weight": "1"}


def test_several_numbers_are_ranges():
    _, key = gap("{1:NM:=5~%50%5:1#Hampir}")

    assert [row["share"] for row in key["ranges"]] == ["1", "0.5"]


def test_escapes_entities_and_feedback_do_not_part_answers():
    content, _ = gap(r"{1:MC:=R\#1 \} x&#39;s#ya \~ tidak~&quot;b&quot; &amp;lt; c}")

    assert [row["text"] for row in content["choices"]] == ["R#1 } x's", '"b" &lt; c']


def test_the_points_are_the_sum_of_the_gaps_weights():
    item = one(question("cloze", stem="<p>{3:SA:=a} dan {:NM:=2}</p>"))

    rules = RULES[ItemType.GAP_FILL]
    assert item.max_score == 4
    score = rules.score(item.body.content, item.body.key, {"gaps": {"1": "a"}}, item.max_score)
    assert score == Decimal(3)


def test_a_lone_gap_with_several_answers_is_a_question_of_its_own():
    item = one(question("cloze", stem="<p>Pilih: {1:MULTIRESPONSE:=A~=B~%-50%C}</p>"))

    assert item.type is ItemType.MULTIPLE_CHOICE
    assert item.stem == "<p>Pilih: </p>"
    assert item.body.key == {"correct": ["a", "b"]}


@pytest.mark.parametrize(
    ("stem", "reason"),
    [
        ("Tanpa rumpang.", "Tidak ada rumpang di teks ini."),
        ("Buah {1:MULTICHOICE}", "Rumpang ini rusak: {1:MULTICHOICE}"),
        ("Buah {1:BUAH:=Apel}", "Rumpang ini rusak: {1:BUAH:=Apel}"),
        ("Buah {1:SA:=Apel", "Rumpang ini rusak: {1:SA:=Apel}"),
        ("Buah {1:MC:=Apel}", "Rumpang 1 tidak dapat dipakai: {1:MC:=Apel}"),
        ("Buah {1:MC:Pir~%50%Apel}", "bernilai 100%: {1:MC:Pir~%50%Apel}"),
        ("Nilai {1:SA:=a} {3:NM:=nol}", "Rumpang 2 tidak dapat dipakai: {3:NM:=nol}"),
        ("{1:SA:=a} {1:MR:=A~B}", "MULTIRESPONSE"),
    ],
)
def test_broken_gaps_are_named_and_the_words_are_kept(stem, reason):
    xml = question("cloze", stem=stem)

    assert one(xml).type is None
    assert one(xml).stem == stem
    assert reason in notes(xml)["Soal"]


def test_what_looks_like_our_own_places_is_no_place():
    item = one(question("cloze", stem="<p>Lihat [[1]]: {1:SA:=a}</p>"))

    assert item.stem == "<p>Lihat [ [1]]: [[1]]</p>"


def test_the_syntax_is_read_as_it_is_written():
    answers = [("a~b#c}d{e\\", Decimal(1)), ("50% & =", Decimal("0.5")), ("R&", Decimal(0))]
    written = cloze.write_gap("text", 7, answers)
    before, found, after = cloze.parse(f"Kiri {written} kanan")

    assert (before, after) == ("Kiri ", " kanan")
    assert isinstance(found, cloze.Gap)
    assert (found.kind, found.weight) == ("text", 7)
    assert [(a.text, a.share) for a in found.alternatives] == answers


def option(tag: str, text: str, group: int) -> str:
    return f"<{tag}><text>{text}</text><group>{group}</group></{tag}>"


@pytest.mark.parametrize(("kind", "tag"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_words_chosen_or_dragged_are_lists_of_their_group(kind, tag):
    words = [("rubah", 1), ("anjing", 2), ("kucing", 2), ("kelinci", 1)]
    xml = question(
        kind,
        "<defaultgrade>3</defaultgrade>" + "".join(option(tag, *word) for word in words),
        stem="<p>Si [[4]] dan si [[2]], lalu [[4]].</p>",
    )

    item = one(xml)
    lists = [[row["text"] for row in gap["choices"]] for gap in item.body.content["gaps"]]
    assert item.type is ItemType.GAP_FILL
    assert item.stem == "<p>Si [[1]] dan si [[2]], lalu [[3]].</p>"
    assert lists == [["rubah", "kelinci"], ["anjing", "kucing"], ["rubah", "kelinci"]]
    assert [item.body.key["gaps"][n]["correct"] for n in "123"] == [["b"], ["a"], ["b"]]
    assert item.max_score == 3
    assert ("Seret dan lepas" in notes(xml)) == (kind == "ddwtos")


def test_a_place_without_a_word_is_named():
    xml = question("gapselect", option("selectoption", "a", 1), stem="<p>[[2]]</p>")

    assert one(xml).type is None
    assert "[[2]]" in notes(xml)["Soal"]


def test_only_cloze_reads_gaps():
    assert one(question("shortanswer", answer("a", 100), stem="{1:SA:=a}")).stem == "{1:SA:=a}"
