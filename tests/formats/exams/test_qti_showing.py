"""How many choices a QTI question takes, and which of them keep their place."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.qti import write
from lsp.exams.formats.qti.items import LIMIT_LOST, OTHER_MOST, OTHER_ORDER
from lsp.exams.formats.reading import FORMATS, function
from lsp.exams.rules.items import RULES, BadResponse
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.ordering import own_choices
from tests.formats.exams.qti import (
    choices,
    item,
    mapping,
    one,
    outcome,
    reading,
    reasons,
    response,
    template,
)

TWO_OF_THREE = item(
    choices(2, "Satu|Dua|Tiga|Empat").replace('shuffle="false"', ""),
    response("multiple", "identifier", "A|B", mapping({"A": 1, "B": 1, "C": 1})) + outcome(),
    template("map_response"),
)


def again(xml: str):
    """The question after it was written and read."""
    content, lost = write([one(xml)], [])
    assert not lost
    (found,) = reading(content).items
    return found


def test_no_more_choices_are_taken_than_the_file_allows():
    found = one(TWO_OF_THREE)
    assert (found.max_score, found.body.content["most"], differs(found)) == (2, 2, False)
    rules = RULES[ItemType.MULTIPLE_CHOICE]
    body = found.body
    taken = rules.read(body.content, {"choices": ["a", "c"]})
    assert rules.score(body.content, body.key, taken, Decimal(2)) == 2
    with pytest.raises(BadResponse):
        rules.read(body.content, {"choices": ["a", "b", "c"]})
    assert OTHER_MOST not in reasons(TWO_OF_THREE)
    back = again(TWO_OF_THREE)
    assert (back.body, back.max_score) == (found.body, found.max_score)


@pytest.mark.parametrize("most", [0, 3, 9])
def test_a_limit_that_limits_nothing_is_none(most: int):
    xml = item(choices(most), response("multiple", "identifier", "A|B"), template("match_correct"))
    assert "most" not in one(xml).body.content


@pytest.mark.parametrize("template_name", ["map_response", "match_correct"])
def test_who_says_no_limit_lets_all_the_right_ones_be_chosen(template_name: str):
    points = mapping({"A": 1, "B": 1}) if template_name == "map_response" else ""
    answer = response("multiple", "identifier", "A|B", points)
    silent = re.sub(r' maxChoices="\d+"', "", choices(1))
    found = one(item(silent, answer, template(template_name)))
    rules = RULES[ItemType.MULTIPLE_CHOICE]
    taken = rules.read(found.body.content, {"choices": ["a", "b"]})
    assert rules.score(found.body.content, found.body.key, taken, found.max_score) == (
        found.max_score
    )


def test_a_limit_below_the_right_answer_is_left_out_and_named():
    answer = response("multiple", "identifier", "A|B")
    xml = item(choices(1), answer, template("match_correct"))
    assert "most" not in one(xml).body.content
    assert LIMIT_LOST in reasons(xml)


def shuffled(xml: str, name: str = "choices") -> set[tuple[str, ...]]:
    """The orders in which candidates see the choices."""
    found = one(xml)
    assert found.type is not None
    seen = (own_choices(found.type, found.body.content, str(n), 1) for n in range(30))
    return {tuple(row["id"] for row in content[name]) for content in seen}


def test_what_the_file_does_not_shuffle_stays_as_it_is():
    body = choices().replace('shuffle="false"', 'shuffle="{}"')
    declared = response(correct="A")
    kept = item(body.format("false"), declared, template("match_correct"))
    assert shuffled(kept) == {("a", "b", "c")}
    assert again(kept).body == one(kept).body
    free = item(body.format("true"), declared, template("match_correct"))
    assert len(shuffled(free)) > 3


def test_a_single_choice_keeps_its_place_among_the_others():
    body = choices().replace('shuffle="false"', 'shuffle="true"')
    body = body.replace('identifier="C"', 'identifier="C" fixed="true"')
    xml = item(body, response(correct="A"), template("match_correct"))
    assert shuffled(xml) == {("a", "b", "c"), ("b", "a", "c")}
    assert again(xml).body == one(xml).body


def test_the_choices_of_a_gap_keep_their_places():
    inline = (
        '<p>Ke <inlineChoiceInteraction responseIdentifier="RESPONSE" shuffle="false">'
        '<inlineChoice identifier="A">pers</inlineChoice><inlineChoice identifier="B">arsip'
        "</inlineChoice></inlineChoiceInteraction></p>"
    )
    found = one(item(inline, response(correct="A"), template("match_correct")))
    rows = found.body.content["gaps"][0]["choices"]
    assert [row["fixed"] for row in rows] == [True, True]


def test_an_order_of_steps_that_is_not_kept_is_named():
    rows = "".join(f'<simpleChoice identifier="{c}">Baris {c}</simpleChoice>' for c in "ABC")
    body = (
        f'<orderInteraction responseIdentifier="RESPONSE" shuffle="false">{rows}</orderInteraction>'
    )
    xml = item(body, response("ordered", "identifier", "B|A|C"), template("match_correct"))
    assert reasons(xml) == [OTHER_ORDER]
    assert reasons(re.sub('shuffle="false"', 'shuffle="true"', xml)) == []


@pytest.mark.parametrize("format_name", ["moodle-xml", "gift", "csv"])
def test_files_without_a_limit_and_places_of_choices_name_them(format_name: str):
    xml = TWO_OF_THREE.replace('maxChoices="2"', 'maxChoices="2" shuffle="false"')
    write_ = function(format_name, FORMATS[format_name].writer)
    _, lost = write_([replace(one(xml), processing={})], [])
    assert {"paling banyak 2 pilihan", "urutan pilihan tetap"} <= {note.what for note in lost}


def old(shuffle: str, last: str) -> str:
    """A single choice of QTI 1.2."""
    labels = "".join(
        f'<response_label ident="{c}" rshuffle="{last if c == "C" else "Yes"}"><material><mattext>'
        f"Pilihan {c}</mattext></material></response_label>"
        for c in "ABC"
    )
    return (
        '<questestinterop><item ident="i1" title="Soal"><presentation><material><mattext>Yang mana?'
        '</mattext></material><response_lid ident="R" rcardinality="Single"><render_choice'
        f' shuffle="{shuffle}">{labels}</render_choice></response_lid></presentation><resprocessing>'
        '<outcomes><decvar varname="SCORE" vartype="Integer" maxvalue="1"/></outcomes><respcondition>'
        '<conditionvar><varequal respident="R">A</varequal></conditionvar><setvar varname="SCORE"'
        ' action="Set">1</setvar></respcondition></resprocessing></item></questestinterop>'
    )


def test_qti_1_2_says_it_in_its_own_words():
    assert shuffled(old("No", "Yes")) == {("a", "b", "c")}
    assert shuffled(old("Yes", "No")) == {("a", "b", "c"), ("b", "a", "c")}
    assert len(shuffled(old("Yes", "Yes"))) > 3
