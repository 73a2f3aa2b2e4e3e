"""Items of QTI 2.x and 3.0: each interaction becomes the type that scores the same."""

from decimal import Decimal

import pytest

from lsp.exams.formats.own_rules import OTHER_SCORING, differs
from lsp.exams.formats.qti.built import NO_TYPE
from lsp.exams.formats.qti.items import ADAPTIVE, NO_RULES, OTHER_MOST, UNSUPPORTED
from lsp.exams.formats.telling import item_data
from lsp.exams.rules.kinds import ItemType, Markup
from tests.formats.exams.qti import (
    choices,
    item,
    mapping,
    one,
    outcome,
    points,
    reading,
    reasons,
    response,
    template,
)

MATCH, MAP = template("match_correct"), template("map_response")


def test_one_choice_by_its_right_answer():
    found = one(item(choices(), response(correct="A"), MATCH))

    assert (found.type, found.title, found.identifier) == (
        ItemType.SINGLE_CHOICE,
        "Soal humas",
        "humas-1",
    )
    assert found.stem == "Apa yang dikirim ke media?"
    assert found.body.content["choices"][0] == {"id": "a", "text": "Siaran pers"}
    assert found.body.key == {"correct": ["a"]}
    assert dict(found.names) == {"a": "A", "b": "B", "c": "C"}
    assert not differs(found)
    assert (points(found, RESPONSE="A"), points(found, RESPONSE="B")) == (1, 0)


def test_a_choice_with_a_mapping_has_weights_and_its_most_points():
    declared = response(correct="A", inner=mapping({"A": 4, "B": 1}, defaultValue=0))
    found = one(item(choices(), declared, MAP))

    assert found.max_score == 4
    assert found.body.key["weights"] == {"a": "1", "b": "0.25", "c": "0"}
    assert (points(found, RESPONSE="B"), differs(found)) == (1, False)


def test_several_choices_by_right_minus_wrong_need_no_rules_of_their_own():
    inner = mapping({"A": 1, "B": 1, "C": -1}, lowerBound=0, upperBound=2)
    found = one(item(choices(0), response("multiple", correct="A|B", inner=inner), MAP))

    assert (found.type, found.max_score) == (ItemType.MULTIPLE_CHOICE, 2)
    assert (found.body.key, differs(found)) == ({"correct": ["a", "b"]}, False)
    assert points(found, RESPONSE=["A", "C"]) == 0


def test_all_or_nothing_keeps_the_rules_of_the_file_and_says_so():
    xml = item(choices(0), response("multiple", correct="A|B"), MATCH)
    found = one(xml)

    assert reasons(xml) == [OTHER_SCORING]
    assert found.type is ItemType.MULTIPLE_CHOICE
    assert points(found, RESPONSE=["B", "A"]) == 1
    assert points(found, RESPONSE=["A"]) == 0


def test_two_choices_that_say_true_and_false_are_a_true_or_false():
    found = one(item(choices(1, "Benar|Salah"), response(correct="B"), MATCH))

    assert (found.type, found.body.key) == (ItemType.TRUE_FALSE, {"answer": False})
    assert (points(found, RESPONSE="B"), points(found, RESPONSE="A")) == (1, 0)


def test_the_same_item_in_the_names_of_3_0():
    found = one("""<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
      identifier="baru" title="Soal baru" adaptive="false" time-dependent="false">
      <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
        <qti-correct-response><qti-value>B</qti-value></qti-correct-response>
      </qti-response-declaration>
      <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
      <qti-item-body><p>Siapa juru bicara?</p>
        <qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
          <qti-simple-choice identifier="A">Sekretaris</qti-simple-choice>
          <qti-simple-choice identifier="B">Pranata Humas</qti-simple-choice>
        </qti-choice-interaction></qti-item-body>
      <qti-response-processing
        template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
    </qti-assessment-item>""")

    assert (found.type, found.body.key, differs(found)) == (
        ItemType.SINGLE_CHOICE,
        {"correct": ["b"]},
        False,
    )


def test_an_item_without_any_namespace_is_read_too():
    xml = item(choices(), response(correct="A"), MATCH).replace(
        ' xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"', ""
    )

    assert one(xml).type is ItemType.SINGLE_CHOICE


GAP = '<p>Humas menulis <textEntryInteraction responseIdentifier="RESPONSE"/> untuk media.</p>'


def test_a_text_with_a_mapping_is_a_short_answer_with_shares():
    inner = mapping({"siaran pers": 1, "rilis": 0.5}, defaultValue=0)
    found = one(item(GAP, response(base="string", correct="siaran pers", inner=inner), MAP))

    assert (found.type, found.stem) == (ItemType.SHORT_ANSWER, "Humas menulis _____ untuk media.")
    assert found.body.key == {
        "accepted": ["siaran pers", "rilis"],
        "case_sensitive": True,
        "shares": {"rilis": "0.5"},
    }
    assert points(found, RESPONSE="rilis") == Decimal("0.5")
    assert points(found, RESPONSE="Rilis") == 0


def test_a_mapping_that_passes_over_case_makes_an_answer_in_any_case():
    inner = '<mapping><mapEntry mapKey="rilis" mappedValue="1" caseSensitive="false"/></mapping>'
    found = one(item(GAP, response(base="string", inner=inner), MAP))

    assert not found.body.key["case_sensitive"]
    assert points(found, RESPONSE="RILIS") == 1


WITHIN = """<responseProcessing><responseCondition><responseIf>
  <equal toleranceMode="absolute" tolerance="0.5 0.5">
    <variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>
  <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
  </responseIf></responseCondition></responseProcessing>"""


def test_a_number_within_a_tolerance_is_a_numerical_question():
    found = one(item(GAP, response(base="float", correct="12.5"), WITHIN))

    assert (found.type, found.body.key) == (
        ItemType.NUMERICAL,
        {"value": "12.5", "tolerance": "0.5"},
    )
    assert not differs(found)
    assert (points(found, RESPONSE="13"), points(found, RESPONSE="13.1")) == (1, 0)


def test_a_number_between_two_bounds_is_one_too():
    rules = """<responseProcessing><responseCondition><responseIf><and>
      <gte><variable identifier="RESPONSE"/><baseValue baseType="float">10</baseValue></gte>
      <lte><variable identifier="RESPONSE"/><baseValue baseType="float">20</baseValue></lte></and>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">2</baseValue></setOutcomeValue>
      </responseIf></responseCondition></responseProcessing>"""
    most = outcome("MAXSCORE", inner="<defaultValue><value>2</value></defaultValue>")
    found = one(item(GAP, response(base="integer") + outcome() + most, rules))

    assert found.max_score == 2
    assert found.body.key == {"value": "15", "tolerance": "5"}


def test_gaps_to_type_and_to_choose_are_one_text_with_gaps():
    body = """<p>Pranata <textEntryInteraction responseIdentifier="R1"/> bekerja di
      <inlineChoiceInteraction responseIdentifier="R2"><inlineChoice identifier="X">pasar</inlineChoice>
      <inlineChoice identifier="Y">instansi</inlineChoice></inlineChoiceInteraction>.</p>"""
    declared = response(base="string", inner=mapping({"Humas": 1}), name="R1") + response(
        correct="Y", name="R2", inner=mapping({"Y": 1})
    )
    rules = """<responseProcessing><setOutcomeValue identifier="SCORE"><sum>
      <mapResponse identifier="R1"/><mapResponse identifier="R2"/></sum></setOutcomeValue>
      </responseProcessing>"""
    found = one(item(body, declared, rules))

    assert (found.type, found.stem) == (
        ItemType.GAP_FILL,
        "Pranata [[1]] bekerja di [[2]].",
    )
    assert found.body.key["gaps"]["2"] == {"correct": ["b"], "weight": "1"}
    assert found.max_score == 2
    assert points(found, R1="Humas", R2="Y") == 2
    assert points(found, R1="Humas", R2="X") == 1
    assert dict(found.names) == {"1": "R1", "2": "R2", "2:a": "X", "2:b": "Y"}


def test_texts_put_into_gaps_become_drop_downs_and_keep_scoring_pairs():
    body = """<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Lengkapi.</prompt>
      <gapText identifier="K" matchMax="1">krisis</gapText>
      <gapText identifier="P" matchMax="1">publik</gapText>
      <p>Humas <gap identifier="G1"/> dan opini <gap identifier="G2"/>.</p></gapMatchInteraction>"""
    inner = mapping({"K G1": 1, "P G2": 2}, defaultValue=0)
    xml = item(body, response("multiple", "directedPair", "K G1|P G2", inner), MAP)
    found = one(xml)

    assert found.type is ItemType.GAP_FILL
    assert found.stem.endswith("Humas [[1]] dan opini [[2]].")
    assert [gap["weight"] for gap in found.body.key["gaps"].values()] == ["1", "2"]
    assert points(found, RESPONSE=["P G2", "P G1"]) == 2
    assert reasons(xml) == []


def test_pairs_of_two_sets_are_a_matching():
    body = """<matchInteraction responseIdentifier="RESPONSE" maxAssociations="2">
      <prompt>Jodohkan.</prompt><simpleMatchSet>
      <simpleAssociableChoice identifier="S" matchMax="1">Siaran pers</simpleAssociableChoice>
      <simpleAssociableChoice identifier="N" matchMax="1">Notula</simpleAssociableChoice>
      </simpleMatchSet><simpleMatchSet>
      <simpleAssociableChoice identifier="M" matchMax="2">Media</simpleAssociableChoice>
      <simpleAssociableChoice identifier="R" matchMax="2">Rapat</simpleAssociableChoice>
      <simpleAssociableChoice identifier="P" matchMax="2">Pasar</simpleAssociableChoice>
      </simpleMatchSet></matchInteraction>"""
    inner = mapping({"S M": 1, "N R": 1}, defaultValue=0)
    found = one(item(body, response("multiple", "directedPair", "S M|N R", inner), MAP))

    assert (found.type, found.max_score, differs(found)) == (ItemType.MATCHING, 2, False)
    assert found.body.key == {"pairs": {"1": "a", "2": "c"}}
    assert points(found, RESPONSE=["S M", "N P"]) == 1


ORDER = """<orderInteraction responseIdentifier="RESPONSE"><prompt>Urutkan.</prompt>
  <simpleChoice identifier="T">Tulis</simpleChoice><simpleChoice identifier="R">Rencana</simpleChoice>
  <simpleChoice identifier="E">Evaluasi</simpleChoice></orderInteraction>"""


def test_an_order_that_counts_as_a_whole():
    found = one(item(ORDER, response("ordered", correct="R|T|E"), MATCH))

    assert (found.type, found.body.key["exact"], differs(found)) == (ItemType.ORDERING, True, False)
    assert points(found, RESPONSE=["R", "T", "E"]) == 1
    assert points(found, RESPONSE=["R", "E", "T"]) == 0


def test_an_order_with_points_for_a_near_miss_keeps_its_rules():
    right = "".join(f'<baseValue baseType="identifier">{n}</baseValue>' for n in "RET")
    rules = f"""<responseProcessing><responseCondition><responseIf>
      <match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="integer">2</baseValue></setOutcomeValue>
      </responseIf><responseElseIf><match><variable identifier="RESPONSE"/><ordered>{right}</ordered>
      </match><setOutcomeValue identifier="SCORE"><baseValue baseType="integer">1</baseValue>
      </setOutcomeValue></responseElseIf></responseCondition></responseProcessing>"""
    xml = item(ORDER, response("ordered", correct="R|T|E"), rules)
    found = one(xml)

    assert (found.type, found.max_score) == (ItemType.ORDERING, 2)
    assert points(found, RESPONSE=["R", "E", "T"]) == 1
    assert OTHER_SCORING in reasons(xml)


def test_an_essay_keeps_what_its_marker_is_told():
    body = """<rubricBlock view="scorer"><p>Perhatikan sasaran pesan.</p></rubricBlock>
      <extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Tulis rencana.</prompt>
      </extendedTextInteraction>"""
    found = one(item(body, response(base="string") + outcome(attributes='normalMaximum="5"')))

    assert (found.type, found.stem, found.max_score) == (ItemType.ESSAY, "Tulis rencana.", 5)
    assert found.body.key["model_answer"] == "Perhatikan sasaran pesan."
    assert found.body.key["rubric"] == [{"aspect": "Isi jawaban", "points": "5"}]


def test_an_upload_is_a_file_and_a_slider_a_number():
    upload = one(
        item(
            '<p>Unggah.</p><uploadInteraction responseIdentifier="RESPONSE"/>',
            response(base="file"),
        )
    )
    slider = one(
        item(
            '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"/><p>Berapa?</p>',
            response(base="integer", correct="7"),
            MATCH,
        )
    )

    assert upload.type is ItemType.FILE_UPLOAD
    assert (slider.type, slider.body.key["value"]) == (ItemType.NUMERICAL, "7")


def test_words_marked_in_a_text_are_choices():
    body = """<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1">
      <prompt>Mana yang salah?</prompt><p>Humas <hottext identifier="H1">menyembunyikan</hottext>
      informasi <hottext identifier="H2">publik</hottext>.</p></hottextInteraction>"""
    found = one(item(body, response(correct="H1"), MATCH))

    assert (found.type, found.markup) == (ItemType.SINGLE_CHOICE, Markup.HTML)
    assert "<u>menyembunyikan</u>" in found.stem
    assert points(found, RESPONSE="H1") == 1


def test_several_interactions_at_once_have_no_type_but_are_scored():
    body = choices() + GAP.replace("RESPONSE", "KEDUA")
    declared = response(correct="A") + response(base="string", correct="rilis", name="KEDUA")
    rules = """<responseProcessing><responseCondition><responseIf><and>
      <match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <match><variable identifier="KEDUA"/><correct identifier="KEDUA"/></match></and>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">3</baseValue></setOutcomeValue>
      </responseIf></responseCondition></responseProcessing>"""
    xml = item(body, declared, rules)
    found = one(xml)

    assert (found.type, found.max_score) == (None, 3)
    assert reasons(xml) == [NO_TYPE]
    assert points(found, RESPONSE="A", KEDUA="rilis") == 3
    assert points(found, RESPONSE="A") == 0


@pytest.mark.parametrize(
    ("kind", "base", "correct", "right", "wrong"),
    [
        ("associateInteraction", "pair", "P Q|R S", ["Q P", "R S"], ["P R"]),
        ("graphicAssociateInteraction", "pair", "P Q", ["Q P"], ["P R"]),
        ("graphicGapMatchInteraction", "directedPair", "P Q", ["P Q"], ["Q P"]),
    ],
)
def test_interactions_without_a_type_of_ours_are_scored_by_their_rules(
    kind, base, correct, right, wrong
):
    xml = item(
        f'<{kind} responseIdentifier="RESPONSE"/>', response("multiple", base, correct), MATCH
    )
    found = one(xml)

    assert (found.type, reasons(xml)[-1]) == (None, NO_TYPE)
    assert (points(found, RESPONSE=right), points(found, RESPONSE=wrong)) == (1, 0)


def test_an_order_of_places_on_a_picture_is_scored_in_order():
    xml = item(
        '<graphicOrderInteraction responseIdentifier="RESPONSE"/>',
        response("ordered", correct="P|Q|R"),
        MATCH,
    )

    assert points(one(xml), RESPONSE=["P", "Q", "R"]) == 1
    assert points(one(xml), RESPONSE=["Q", "P", "R"]) == 0


def test_a_point_counts_where_the_picture_is_missing_too():
    inner = """<areaMapping defaultValue="0">
      <areaMapEntry shape="circle" coords="50,40,10" mappedValue="1"/></areaMapping>"""
    body = """<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1">
      <object type="image/png" data="peta.png" width="90" height="60">Peta</object>
      </selectPointInteraction>"""
    xml = item(body, response(base="point", inner=inner), template("map_response_point"))

    assert one(xml).type is ItemType.HOTSPOT
    assert points(one(xml), RESPONSE="55 45") == 1
    assert points(one(xml), RESPONSE="5 5") == 0


@pytest.mark.parametrize("kind", ["drawingInteraction", "mediaInteraction", "customInteraction"])
def test_what_cannot_be_answered_here_is_named(kind):
    xml = item(f'<p>Apa?</p><{kind} responseIdentifier="RESPONSE"/>', response(base="file"))

    assert one(xml).type is None
    assert kind in reading(xml).not_carried[0].what


def test_feedback_templates_and_adaptive_steps_are_named():
    rest = """<templateDeclaration identifier="N" cardinality="single" baseType="integer"/>
      <templateProcessing/><modalFeedback outcomeIdentifier="F" identifier="ok">Bagus</modalFeedback>"""
    body = choices() + '<feedbackBlock outcomeIdentifier="F" identifier="ok">Ya</feedbackBlock>'
    xml = item(body, response(correct="A"), MATCH, rest=rest).replace(
        'adaptive="false"', 'adaptive="true"'
    )
    what = [note.what for note in reading(xml).not_carried]

    assert ADAPTIVE in reasons(xml)
    assert any("Bagus" in text for text in what)
    assert any("<feedbackBlock>" in text for text in what)
    assert any("<templateProcessing>" in text for text in what)


def test_rules_with_chance_in_them_are_named_and_the_right_answer_is_used():
    rules = """<responseProcessing><setOutcomeValue identifier="SCORE">
      <randomInteger min="0" max="5"/></setOutcomeValue></responseProcessing>"""
    xml = item(choices(), response(correct="A"), rules)
    found = one(xml)

    assert UNSUPPORTED in reasons(xml)
    assert "randomInteger" in [note.what for note in reading(xml).not_carried]
    assert (differs(found), points(found, RESPONSE="A")) == (False, 1)


def test_an_item_without_rules_is_scored_by_its_right_answer_and_says_so():
    xml = item(choices(), response(correct="C"))

    assert points(one(xml), RESPONSE="C") == 1
    assert reasons(xml) == [NO_RULES]


def test_rich_words_are_html_and_unsafe_ones_are_taken_out():
    body = "<p>Lihat <strong>tabel</strong><script>alert(1)</script>:</p>" + choices()
    xml = item(body, response(correct="A"), MATCH)
    found = one(xml)

    assert found.markup is Markup.HTML
    assert "<strong>tabel</strong>" in found.stem
    assert "script" not in found.stem
    assert any("script" in note.what for note in reading(xml).not_carried)


def test_formulas_in_mathml_stay():
    math = '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi></m:math>'
    found = one(item(f"<p>Berapa {math}?</p>{choices()}", response(correct="A"), MATCH))

    assert "<math><mi>x</mi></math>" in found.stem


def test_what_a_mapping_takes_for_any_other_choice_is_kept():
    """The example of the standard: water is made of hydrogen and oxygen."""
    inner = mapping({"A": 1, "B": 1, "C": -1}, lowerBound=0, upperBound=2, defaultValue=-2)
    texts = "H|O|Cl|He|C|N"
    found = one(item(choices(0, texts), response("multiple", correct="A|B", inner=inner), MAP))

    assert [row["score"] for row in item_data(found)["choices"]] == [1, 1, -1, -2, -2, -2]
    assert points(found, RESPONSE=["A", "B", "D"]) == 0
    assert points(found, RESPONSE=["A", "B", "C"]) == 1


def test_what_a_wrong_choice_costs_is_told_though_only_the_files_rules_take_it():
    rules = """<responseProcessing><responseCondition><responseIf><match>
      <variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">5</baseValue>
      </setOutcomeValue></responseIf><responseElse><setOutcomeValue identifier="SCORE">
      <baseValue baseType="float">-2</baseValue></setOutcomeValue></responseElse>
      </responseCondition></responseProcessing>"""
    xml = item(choices(), response(correct="A"), rules)

    assert [row["score"] for row in item_data(one(xml))["choices"]] == [5, -2, -2]
    assert reasons(xml) == [OTHER_SCORING]
    assert points(one(xml)) == -2


def test_a_pattern_takes_more_than_any_list_of_answers():
    rules = """<responseProcessing><responseCondition><responseIf>
      <patternMatch pattern="[a-z]+[0-9]"><variable identifier="RESPONSE"/></patternMatch>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>
      </setOutcomeValue></responseIf></responseCondition></responseProcessing>"""
    body = '<p>Kode? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    xml = item(body, response(base="string", correct="a1"), rules)

    assert reasons(xml) == [OTHER_SCORING]
    assert [points(one(xml), RESPONSE=given) for given in ("b2", "B2")] == [1, 0]


@pytest.mark.parametrize(
    ("mode", "sides", "right", "wrong"),
    [
        ("absolute' tolerance='1 2", "RC", ("8", "11"), ("7.9", "11.1")),
        ("absolute' tolerance='1 2", "CR", ("9", "12"), ("8.9", "12.1")),
        ("relative' tolerance='10", "CR", ("9", "11"), ("8.9", "11.1")),
    ],
)
def test_a_tolerance_belongs_to_the_operand_that_stands_first(mode, sides, right, wrong):
    operands = {"R": '<variable identifier="RESPONSE"/>', "C": '<correct identifier="RESPONSE"/>'}
    rules = f"""<responseProcessing><responseCondition><responseIf>
      <equal toleranceMode='{mode}'>{operands[sides[0]]}{operands[sides[1]]}</equal>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>
      </setOutcomeValue></responseIf></responseCondition></responseProcessing>"""
    body = '<p>Berapa? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    xml = item(body, response(base="float", correct="10"), rules)

    assert (one(xml).type, reasons(xml)) == (ItemType.NUMERICAL, [])
    assert [points(one(xml), RESPONSE=n) for n in right] == [1, 1]
    assert [points(one(xml), RESPONSE=n) for n in wrong] == [0, 0]


def test_a_question_without_a_type_still_tells_its_choices_and_what_is_right():
    body = """<associateInteraction responseIdentifier="RESPONSE" maxAssociations="1">
      <simpleAssociableChoice identifier="A" matchMax="1">media</simpleAssociableChoice>
      <simpleAssociableChoice identifier="B" matchMax="1">pers</simpleAssociableChoice>
      </associateInteraction>"""
    data = item_data(one(item(body, response("multiple", "pair", correct="A B"), MATCH)))

    assert (data["type"], data["correct"]) == (None, ["A B"])
    assert [(row["identifier"], row["text"]) for row in data["choices"]] == [
        ("A", "media"),
        ("B", "pers"),
    ]


def test_both_sides_of_a_matching_are_told():
    body = """<matchInteraction responseIdentifier="RESPONSE" maxAssociations="2">
      <simpleMatchSet><simpleAssociableChoice identifier="L" matchMax="1">kiri
      </simpleAssociableChoice></simpleMatchSet><simpleMatchSet>
      <simpleAssociableChoice identifier="R" matchMax="1">kanan</simpleAssociableChoice>
      <simpleAssociableChoice identifier="S" matchMax="1">lain</simpleAssociableChoice>
      </simpleMatchSet></matchInteraction>"""
    xml = item(body, response("multiple", "directedPair", correct="L R"), MATCH)
    data = item_data(one(xml))

    assert sorted(row["identifier"] for row in data["choices"]) == ["L", "R", "S"]
    assert data["correct"] == ["L R"]


def test_a_right_answer_that_does_not_give_the_most_points_is_named():
    most = outcome("MAXSCORE", inner="<defaultValue><value>5</value></defaultValue>")
    for declared in (outcome() + most, outcome(attributes='normalMaximum="5"')):
        xml = item(choices(), response(correct="A") + declared, MATCH)
        found = one(xml)
        assert (points(found, RESPONSE="A"), found.max_score) == (1, 5)
        assert reasons(xml) == [OTHER_MOST]


def test_rules_that_can_give_more_than_the_most_points_are_named():
    inner = mapping({"A": 1, "B": 2, "C": 3})
    most = outcome(attributes='normalMaximum="3"')
    for number, why in ((2, [OTHER_MOST]), (1, [])):
        xml = item(choices(number), response("multiple", inner=inner) + most, MAP)
        assert [reason for reason in reasons(xml) if reason == OTHER_MOST] == why


def test_parts_of_an_item_that_the_bank_has_no_place_for_are_named():
    rest = outcome() + outcome("PASSED") + '<stimulusRef href="bacaan.xml"/>'
    accessible = (
        '<apipAccessibility xmlns="http://www.imsglobal.org/xsd/apip">Lisan</apipAccessibility>'
    )
    xml = item(choices(), response(correct="A") + rest, MATCH, rest=accessible)
    assert {note.what for note in reading(xml).not_carried} == {
        "<outcomeDeclaration> PASSED",
        "<stimulusRef> bacaan.xml",
        "<apipAccessibility> Lisan",
    }
