"""QTI 1.2 in the dialect of Canvas: each type of question, its key and its points."""

import pytest

from lsp.exams.formats.own_rules import OTHER_SCORING
from lsp.exams.formats.qti.built import NO_TYPE
from lsp.exams.formats.qti.items import NO_RULES
from lsp.exams.formats.qti.old_items import MORE_FORMS, NO_FORMULAS, NO_POINTS, NO_QUESTION
from lsp.exams.formats.telling import item_data
from lsp.exams.models import ItemRevision
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.scoring import qti_key, score_of
from tests.formats.exams.canvas import blank, equal, labels, question, quiz, rule
from tests.formats.exams.qti import one, points, reading, reasons

LAST = 'continue="No"'


def test_one_choice_is_worth_the_points_of_the_question():
    found = one(
        quiz(
            question(
                "multiple_choice_question",
                "Apa?",
                labels({"2799": "Siaran pers", "9607": "Notula"}),
                [rule(equal("2799"), more=LAST)],
            )
        )
    )
    assert (found.type, found.max_score, found.identifier) == (ItemType.SINGLE_CHOICE, 2, "soal")
    assert item_data(found)["correct"] == ["2799"]
    assert (points(found, response1="2799"), points(found, response1="9607")) == (2, 0)


def test_a_statement_is_true_or_false():
    xml = quiz(
        question(
            "true_false_question",
            "Benarkah?",
            labels({"1": "True", "2": "False"}),
            [rule(equal("2"), more=LAST)],
        )
    )
    found = one(xml)
    assert (found.type, found.body.key) == (ItemType.TRUE_FALSE, {"answer": False})
    assert points(found, response1="2") == 2


def test_several_forms_of_a_short_answer_are_right_in_any_case():
    rules = [rule(equal("rilis") + equal("siaran pers"), more=LAST)]
    found = one(quiz(question("short_answer_question", "Apa?", blank(), rules)))
    assert found.body.key["accepted"] == ["rilis", "siaran pers"]
    assert points(found, response1="Siaran Pers") == 2


def test_several_answers_count_only_all_together_and_that_is_told():
    condition = f"<and>{equal('1')}<not>{equal('2')}</not>{equal('3')}</and>"
    xml = quiz(
        question(
            "multiple_answers_question",
            "Mana saja?",
            labels({"1": "a", "2": "b", "3": "c"}, cardinality='rcardinality="Multiple"'),
            [rule(condition, more=LAST)],
        )
    )
    found = one(xml)
    assert (found.type, reasons(xml)) == (ItemType.MULTIPLE_CHOICE, [OTHER_SCORING])
    assert item_data(found)["correct"] == ["1", "3"]
    assert points(found, response1=["3", "1"]) == 2
    assert points(found, response1=["1", "2", "3"]) == 0
    assert [row["score"] for row in item_data(found)["choices"]] == [None, None, None]


def test_conditions_that_only_add_go_on_to_the_next_one():
    """Canvas writes them without saying whether to continue."""
    rows = {"7": "satu", "8": "dua", "9": "tiga"}
    places = labels(rows, "response_1", "one", "") + labels(rows, "response_2", "two", "")
    rules = [
        rule(equal("7", "response_1"), "50.00", "Add"),
        rule(equal("8", "response_2"), "50.00", "Add"),
    ]
    xml = quiz(question("matching_question", "Jodohkan.", places, rules))
    found = one(xml)
    assert (found.type, reasons(xml)) == (ItemType.MATCHING, [])
    assert item_data(found)["correct"] == ["response_1 7", "response_2 8"]
    assert points(found, response_1="7", response_2="8") == 2
    assert points(found, response_1="7", response_2="7") == 1
    # Pairs are asked for all at once in the bank, so its own rules must score them.
    assert qti_key(found) == {}


@pytest.mark.parametrize(("more", "expected"), [("", (2, 1.6, 0.4)), (LAST, (1.6, 1.6, 0.4))])
def test_rows_of_unequal_worth_keep_the_rules_of_the_file(more, expected):
    places = labels({"7": "satu", "8": "dua"}, "response_1", "one", "") + labels(
        {"17": "satu", "18": "dua"}, "response_2", "two", ""
    )
    rules = [
        rule(equal("7", "response_1"), "80", "Add", more),
        rule(equal("18", "response_2"), "20", "Add", more),
    ]
    xml = quiz(question("matching_question", "Jodohkan.", places, rules))
    found = one(xml)
    one_, two = found.body.key["pairs"].values()
    answers = [{"1": one_, "2": two}, {"1": one_, "2": one_}, {"1": two, "2": two}]

    assert OTHER_SCORING in reasons(xml)
    for pairs, earned in zip(answers, expected, strict=True):
        key = {**found.body.key, "qti": qti_key(found)}
        revision = ItemRevision(type=found.type, content=found.body.content, key=key)
        assert float(score_of(revision, {"pairs": pairs}, found.max_score)) == float(earned)
    assert float(points(found, response_1="7", response_2="18")) == float(expected[0])


def test_where_it_says_no_nothing_is_added_after_it():
    places = labels({"7": "a", "8": "b"})
    rules = [
        rule(equal("7"), "50", "Add", LAST),
        rule(equal("7"), "50", "Add", LAST),
    ]
    found = one(quiz(question("multiple_choice_question", "Apa?", places, rules)))
    assert points(found, response1="7") == 1


def test_gaps_are_named_in_the_text_and_choices_keep_their_names():
    places = labels({"10": "merah", "11": "biru"}, "response_warna", "warna", "") + labels(
        {"20": "merah", "21": "biru"}, "response_langit", "langit", ""
    )
    rules = [
        rule(equal("10", "response_warna"), "50", "Add"),
        rule(equal("21", "response_langit"), "50", "Add"),
    ]
    xml = quiz(
        question("multiple_dropdowns_question", "Darah [warna], langit [langit].", places, rules)
    )
    found = one(xml)
    assert (found.type, reasons(xml)) == (ItemType.GAP_FILL, [])
    assert found.stem == "Darah [[1]], langit [[2]]."
    data = item_data(found)
    assert data["correct"] == {"response_warna": ["10"], "response_langit": ["21"]}
    assert [row["identifier"] for row in data["choices"]] == ["10", "11", "20", "21"]
    assert points(found, response_warna="10", response_langit="20") == 1


def test_typed_gaps_are_right_by_text_or_by_name():
    places = labels({"83": "merah", "84": "abang"}, "response_warna", "warna", "") + labels(
        {"90": "biru"}, "response_langit", "langit", ""
    )
    rules = [
        rule(equal("83", "response_warna"), "50", "Add"),
        rule(equal("90", "response_langit"), "50", "Add"),
    ]
    words = "Darah [warna], langit [langit]."
    found = one(quiz(question("fill_in_multiple_blanks_question", words, places, rules)))
    assert item_data(found)["correct"]["response_warna"] == ["merah", "abang"]
    assert points(found, response_warna="ABANG", response_langit="90") == 2


def typed_gaps(*rules: str) -> bytes:
    """Two gaps: red, which has two names, and blue."""
    places = labels({"83": "merah", "84": "abang"}, "response_warna", "warna", "") + labels(
        {"90": "biru", "91": "hijau"}, "response_langit", "langit", ""
    )
    words = "Darah [warna], langit [langit]."
    return quiz(question("fill_in_multiple_blanks_question", words, places, list(rules), "5"))


RED, OTHER_RED, BLUE = (
    equal("83", "response_warna"),
    equal("84", "response_warna"),
    equal("90", "response_langit"),
)


def test_typed_gaps_earn_what_their_conditions_add():
    xml = typed_gaps(rule(RED, "80", "Add"), rule(BLUE, "20", "Add"))
    found = one(xml)

    assert points(found, response_warna="merah") == 4
    assert points(found, response_langit="Biru") == 1
    assert points(found, response_warna="83", response_langit="90") == 5
    key = found.body.key["gaps"]
    assert (key["1"]["weight"], key["2"]["weight"], qti_key(found)) == ("0.8", "0.2", {})


def test_the_other_answers_canvas_lists_for_a_gap_are_right_and_named():
    xml = typed_gaps(rule(RED, "50", "Add"), rule(BLUE, "50", "Add"))
    notes = [(note.what, note.why.text) for note in reading(xml).not_carried]

    assert notes == [("[warna] abang", MORE_FORMS), ("[langit] hijau", MORE_FORMS)]
    assert points(one(xml), response_warna="abang", response_langit="hijau") == 5


def test_a_file_that_names_other_answers_of_a_gap_takes_only_those():
    xml = typed_gaps(rule(OTHER_RED, "50", "Add"), rule(BLUE, "50", "Add"))
    found = one(xml)

    assert item_data(found)["correct"]["response_warna"] == ["abang"]
    assert points(found, response_warna="abang") == 2.5
    assert points(found, response_warna="merah") == 0
    assert [note.what for note in reading(xml).not_carried] == ["[langit] hijau"]


@pytest.mark.parametrize(
    ("answers", "earned"),
    [
        ({"response_warna": "merah", "response_langit": "biru"}, 5),
        ({"response_warna": "merah"}, 0),
        ({"response_warna": "abang", "response_langit": "biru"}, 1),
    ],
)
def test_gaps_that_only_earn_together_keep_the_rules_of_the_file(answers, earned):
    both, other = rule(RED + BLUE, more=LAST), rule(OTHER_RED + BLUE, "20", more=LAST)
    xml = typed_gaps(both, other)
    found = one(xml)
    revision = ItemRevision(
        type=found.type,
        content=found.body.content,
        key={**found.body.key, "qti": qti_key(found)},
    )
    ids = {"response_warna": "1", "response_langit": "2"}
    given = {"gaps": {ids[name]: text for name, text in answers.items()}}

    assert OTHER_SCORING in reasons(xml)
    assert points(found, **answers) == earned
    assert score_of(revision, given, found.max_score) == earned


def test_typed_gaps_without_rules_are_worth_the_same_and_that_is_named():
    xml = typed_gaps()
    assert reasons(xml) == [NO_RULES]
    assert points(one(xml), response_warna="abang") == 2.5


def test_numbers_are_exact_or_in_ranges():
    exact = (
        f"<or>{equal('4.0')}<and><vargte respident='response1'>3.5</vargte>"
        "<varlte respident='response1'>4.5</varlte></and></or>"
    )
    range_ = "<vargte respident='response1'>10</vargte><varlte respident='response1'>12</varlte>"
    rules = [rule(exact, more=LAST), rule(range_, more=LAST)]
    xml = quiz(question("numerical_question", "Berapa?", blank('fibtype="Decimal"'), rules))
    found = one(xml)
    assert (found.type, reasons(xml)) == (ItemType.NUMERICAL, [])
    assert item_data(found)["correct"] == ["3.5 … 4.5", "10 … 12"]
    assert [points(found, response1=n) for n in ("3.5", "4,6", "11")] == [2, 0, 2]


def test_rows_named_one_after_the_other_are_an_order():
    rows = labels({"a": "satu", "b": "dua", "c": "tiga"}, cardinality='rcardinality="Ordered"')
    xml = quiz(
        question(
            "ordering_question",
            "Urutkan.",
            rows,
            [rule(equal("b") + equal("a") + equal("c"), more=LAST)],
        )
    ).replace(b"</outcomes>", b'<decvar varname="ORDERSCORE" defaultval="1"/></outcomes>')
    found = one(xml)

    assert (found.type, reasons(xml)) == (ItemType.ORDERING, [])
    assert item_data(found)["correct"] == ["b", "a", "c"]
    assert points(found, response1=["b", "a", "c"]) == 2
    assert points(found, response1=["a", "b", "c"]) == 0


def test_a_formula_is_named_and_no_answer_to_it_is_right():
    rules = [rule("<other/>")]
    xml = quiz(question("calculated_question", "Berapa [x]?", blank('fibtype="Decimal"'), rules))
    found = one(xml)
    assert (found.type, reasons(xml)) == (None, [NO_FORMULAS, NO_TYPE])
    assert points(found, response1="8") is None


@pytest.mark.parametrize(
    ("type_", "expected"),
    [("essay_question", ItemType.ESSAY), ("file_upload_question", ItemType.FILE_UPLOAD)],
)
def test_what_a_person_marks_has_no_points_yet(type_, expected):
    places = blank() if expected is ItemType.ESSAY else ""
    found = one(quiz(question(type_, "Jelaskan.", places, [], "5.0")))
    assert (found.type, found.max_score) == (expected, 5)
    assert points(found) is None


def test_a_text_without_a_question_is_named():
    xml = quiz(question("text_only_question", "Bacalah."))
    assert (reading(xml).items, reasons(xml)) == ([], [NO_QUESTION])


def test_a_question_without_points_is_worth_one_and_says_so():
    places, rules = labels({"1": "a", "2": "b"}), [rule(equal("1"), more=LAST)]
    xml = quiz(question("multiple_choice_question", "Apa?", places, rules, "0.0"))
    assert (one(xml).max_score, points(one(xml), response1="1")) == (1, 1)
    assert reasons(xml) == [NO_POINTS]
