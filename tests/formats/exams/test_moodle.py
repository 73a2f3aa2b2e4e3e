"""What each type of question of a Moodle file becomes."""

from decimal import Decimal

import pytest

from lsp.exams.formats.moodle import read
from lsp.exams.formats.package import BadFile
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import CognitiveLevel, ItemType, Markup
from tests.formats.exams.moodle import answer, notes, one, question, quiz


def test_one_right_choice_needs_no_weights():
    item = one(question("multichoice", answer("Satu", 100) + answer("Dua")))

    assert item.type is ItemType.SINGLE_CHOICE
    assert item.markup is Markup.HTML
    assert [row["text"] for row in item.body.content["choices"]] == ["Satu", "Dua"]
    assert item.body.key == {"correct": ["a"]}


def test_partly_right_choices_keep_their_share():
    item = one(question("multichoice", answer("A", 50) + answer("B", 100) + answer("C", -25)))

    assert item.body.key["correct"] == ["b"]
    assert item.body.key["weights"] == {"a": "0.5", "b": "1", "c": "-0.25"}


def test_two_choices_that_are_wholly_right_both_earn_all_points():
    item = one(question("multichoice", answer("A", 100) + answer("B", 100) + answer("C")))

    rules = RULES[ItemType.SINGLE_CHOICE]
    for choice in ("a", "b"):
        score = rules.score(item.body.content, item.body.key, {"choice": choice}, Decimal(2))
        assert score == 2


def test_several_choices_earn_what_moodle_gives_them():
    parts = answer("A", "33.33333") + answer("B", "33.33333") + answer("C", "33.33333")
    item = one(question("multichoice", f"<single>false</single>{parts}{answer('D', -100)}"))

    def score(*choices):
        rules = RULES[ItemType.MULTIPLE_CHOICE]
        return rules.score(item.body.content, item.body.key, {"choices": list(choices)}, Decimal(3))

    assert item.type is ItemType.MULTIPLE_CHOICE
    assert score("a", "b", "c") == Decimal(3)
    assert score("a") == Decimal(1)
    assert score("a", "b", "c", "d") == Decimal(0)


def test_wrong_choices_that_cost_as_much_as_right_ones_earn_are_our_own_rule():
    parts = answer("A", 50) + answer("B", 50) + answer("C", -50)
    item = one(question("multichoice", f"<single>false</single>{parts}"))

    assert item.body.key == {"correct": ["a", "b"]}


def test_choices_without_a_right_one_stay_without_a_type_and_are_named():
    xml = question("multichoice", answer("A") + answer("B"))

    assert one(xml).type is None
    assert one(xml).stem == "<p>Apa?</p>"
    assert notes(xml)["Soal"] == "Tidak ada pilihan yang benar."


def test_what_moodle_has_besides_is_named_once_a_question():
    feedback = "<feedback><text>Belajar lagi</text></feedback>"
    xml = question(
        "multichoice",
        "<penalty>0.3333333</penalty><hidden>1</hidden><answernumbering>iii</answernumbering>"
        "<shuffleanswers>0</shuffleanswers><incorrectfeedback><text>Salah</text></incorrectfeedback>"
        "<hint><text>Coba lagi</text></hint><bunyi>dering</bunyi>"
        + answer("A", 100, feedback)
        + answer("B", 0, feedback),
    )

    assert set(notes(xml)) == {
        "Penalti percobaan ulang",
        "Tanda tersembunyi",
        "Penomoran pilihan",
        "Urutan pilihan tetap",
        "Umpan balik jawaban",
        "Umpan balik gabungan",
        "Petunjuk",
        "Bagian lain",
    }
    assert len(read(quiz(xml)).not_carried) == 8


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("true", "false", True), ("false", "true", False), ("Benar", "Salah", True)],
)
def test_true_or_false_goes_by_the_word_and_else_by_the_order(first, second, expected):
    item = one(question("truefalse", answer(first, 100) + answer(second, 0)))

    assert item.type is ItemType.TRUE_FALSE
    assert item.body.key == {"answer": expected}


def test_short_answers_keep_shares_case_and_stars():
    parts = answer("Humas*", 100) + answer("PR", "80") + answer(r"a\*b", 50) + answer("Iklan", 0)
    xml = question("shortanswer", f"<usecase>1</usecase>{parts}")

    assert one(xml).body.key == {
        "accepted": ["Humas*", "PR", r"a\*b"],
        "case_sensitive": True,
        "shares": {"PR": "0.8", r"a\*b": "0.5"},
        "wildcards": True,
    }
    assert notes(xml)["Jawaban salah"].endswith("Iklan.")


def test_an_escaped_star_alone_is_a_star():
    item = one(question("shortanswer", answer(r"5 \* 3", 100)))

    assert item.body.key == {"accepted": ["5 * 3"], "case_sensitive": False}


def test_a_wrong_form_that_a_star_would_take_in_is_named():
    assert "Urutan jawaban" in notes(
        question("shortanswer", answer("rilis lama", 0) + answer("rilis*", 100))
    )


def test_a_number_with_a_tolerance_and_units():
    units = (
        "<units><unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit>"
        "<unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>"
    )
    xml = question("numerical", answer("2,5", 100, "<tolerance>0.1</tolerance>") + units)

    assert one(xml).type is ItemType.NUMERICAL
    assert one(xml).body.content == {"unit": "m"}
    assert one(xml).body.key == {"value": "2.5", "tolerance": "0.1"}
    assert "cm" in notes(xml)["Satuan lain"]


def test_several_numbers_become_ranges_and_the_rest_is_worth_nothing():
    item = one(
        question(
            "numerical",
            answer("10", 100, "<tolerance>0</tolerance>")
            + answer("10", 50, "<tolerance>2</tolerance>")
            + answer("*", 0),
        )
    )

    assert item.body.key["ranges"] == [
        {"low": "10", "high": "10", "share": "1"},
        {"low": "8", "high": "12", "share": "0.5"},
    ]


def test_matching_takes_answers_without_a_question_as_distractors():
    def sub(left, right):
        return (
            f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        )

    item = one(
        question(
            "matching", sub("Pers", "Media") + sub("Warga", "Publik") + sub("", "Kas & kas")
        ).replace("&", "&amp;")
    )

    assert item.type is ItemType.MATCHING
    rights = {row["id"]: row["text"] for row in item.body.content["right"]}
    lefts = {row["id"]: row["text"] for row in item.body.content["left"]}
    assert set(rights.values()) == {"Media", "Publik", "Kas &amp; kas"}
    pairs = item.body.key["pairs"]
    assert {lefts[left]: rights[right] for left, right in pairs.items()} == {
        "Pers": "Media",
        "Warga": "Publik",
    }


def test_ordering_is_right_in_the_order_of_the_file():
    item = one(question("ordering", "".join(answer(w, n) for n, w in enumerate("ZYX", 1))))

    rows = {row["id"]: row["text"] for row in item.body.content["rows"]}
    assert item.type is ItemType.ORDERING
    assert [rows[id_] for id_ in item.body.key["order"]] == ["Z", "Y", "X"]


def test_an_essay_gets_one_aspect_over_all_points_and_says_so():
    info = "<graderinfo format='html'><text><![CDATA[<p>Sebut tiga.</p>]]></text></graderinfo>"
    xml = question("essay", f"<defaultgrade>5</defaultgrade>{info}<maxwordlimit>300</maxwordlimit>")

    item = one(xml)
    assert item.type is ItemType.ESSAY
    assert item.body.content == {"max_words": 300}
    assert item.body.key["model_answer"] == "Sebut tiga."
    assert item.body.key["rubric"] == [{"aspect": "Isi jawaban", "points": "5"}]
    assert "Rubrik" in notes(xml)


def test_an_essay_of_nothing_but_files_is_an_upload():
    item = one(
        question(
            "essay",
            "<responseformat>noinline</responseformat><attachments>1</attachments>"
            "<maxbytes>5242880</maxbytes><filetypeslist>.pdf, image</filetypeslist>",
        )
    )

    assert item.type is ItemType.FILE_UPLOAD
    assert item.body.content == {"kinds": ["pdf", "jpg", "png"], "max_megabytes": 5}


@pytest.mark.parametrize("kind", ["calculated", "calculatedmulti", "ddimageortext", "coderunner"])
def test_types_without_a_place_keep_their_words_and_are_named(kind):
    xml = question(kind, stem="<p>Hitung {a} + {b}.</p>")

    assert one(xml).type is None
    assert one(xml).stem == "<p>Hitung {a} + {b}.</p>"
    assert "Soal" in notes(xml)


@pytest.mark.parametrize("kind", ["description", "random"])
def test_what_is_no_question_is_only_named(kind):
    reading = read(quiz(question(kind), question("truefalse", answer("true", 100))))

    assert len(reading.items) == 1
    assert [note.what for note in reading.not_carried] == ["Soal"]


def test_categories_become_tags_of_the_questions_after_them_at_every_level():
    def category(path, info=""):
        inner = f"<category><text>{path}</text></category><info><text>{info}</text></info>"
        return f'<question type="category">{inner}</question>'

    reading = read(
        quiz(
            category("$course$/top/Humas/Pers//Media", "Tentang pers"),
            question("truefalse", answer("true", 100), name="Satu"),
            category("$course$/Humas"),
            question("truefalse", answer("true", 100), name="Dua"),
        )
    )

    assert [item.tags for item in reading.items] == [("Humas", "Pers/Media"), ("Humas",)]
    assert "Tentang pers" in notes(reading)["Keterangan kategori"]


def test_tags_say_the_criterion_and_the_level():
    tags = "".join(
        f"<tag><text>{tag}</text></tag>" for tag in ("KOM.PR02.014.01 1.2", "C4", "krisis")
    )
    item = one(question("truefalse", f"<tags>{tags}</tags>{answer('true', 100)}"))

    assert (item.criterion, item.level) == ("KOM.PR02.014.01 1.2", CognitiveLevel.C4)
    assert item.tags == ("krisis",)


def test_the_idnumber_is_the_identifier_with_its_signs():
    item = one(question("truefalse", f"<idnumber>T &amp; F &lt; 3</idnumber>{answer('true', 100)}"))

    assert item.identifier == "T & F < 3"


def test_without_an_idnumber_the_title_is_the_identifier_while_it_is_the_only_one():
    statement = answer("true", 100)
    reading = read(
        quiz(
            *(question("truefalse", statement, name=name) for name in ("Kembar", "Kembar", "Lain"))
        )
    )

    assert [item.identifier for item in reading.items] == ["soal-1", "soal-2", "Lain"]


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("2.0000000", "2"), ("3.3333333", "3.25"), ("0", "0.25"), ("1e30", "100"), ("?", "1")],
)
def test_points_fit_the_steps_of_the_bank(grade, expected):
    xml = question("truefalse", f"<defaultgrade>{grade}</defaultgrade>{answer('true', 100)}")

    assert one(xml).max_score == Decimal(expected)


def test_the_general_feedback_is_the_rationale_in_plain_text():
    general = "<generalfeedback format='html'><text><![CDATA[<p>Karena <b>UU</b> 40.</p>]]></text></generalfeedback>"
    item = one(question("truefalse", general + answer("true", 100)))

    assert item.rationale == "Karena UU 40."


def test_a_question_all_in_plain_text_stays_plain():
    item = one(
        question(
            "multichoice",
            answer("a < b", 100, form="plain_text") + answer("a > b", 0, form="plain_text"),
            stem="Mana?\n\nPilih.",
            form="plain_text",
        )
    )

    assert item.markup is Markup.PLAIN
    assert item.stem == "Mana?\n\nPilih."
    assert item.body.content["choices"][0]["text"] == "a < b"


def test_plain_choices_beside_html_are_escaped():
    item = one(
        question("multichoice", answer("a < b", 100, form="plain_text") + answer("<i>b</i>", 0))
    )

    assert [row["text"] for row in item.body.content["choices"]] == ["a &lt; b", "<i>b</i>"]


def test_scripts_are_taken_out_and_named():
    xml = question(
        "truefalse", answer("true", 100), stem="<p onclick='x()'>Ya?<script>x()</script></p>"
    )

    assert one(xml).stem == "<p>Ya?</p>"
    assert "script" in notes(xml)["Bagian HTML"]


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(BadFile, match="questestinterop"):
        read(b"<questestinterop/>")
    with pytest.raises(BadFile, match="Tidak ada soal"):
        read(quiz())


def test_parts_of_a_file_that_are_no_questions_are_named():
    xml = quiz(question("truefalse", answer("true", 100))).replace(
        b"</quiz>", b"<gradebook>x</gradebook></quiz>"
    )
    assert [note.what for note in read(xml).not_carried][-1] == "<gradebook>"
