"""Response processing: operators, NULL, mappings, templates, and bounds on what is worked through."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.formats.limits import safe_xml
from lsp.exams.formats.qti import score
from lsp.exams.formats.qti.evaluation import outcomes
from lsp.exams.formats.qti.patterns import BadPattern, check, matches
from lsp.exams.formats.qti.rules import (
    RuleReader,
    Unsupported,
    outcome_declaration,
    response_declaration,
    standard_template,
)
from tests.formats.exams.qti import mapping, response


def base(kind: str, value: object) -> str:
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def integer(*values: object) -> str:
    return "".join(base("integer", value) for value in values)


def floats(*values: object) -> str:
    return "".join(base("float", value) for value in values)


def texts(*values: str) -> str:
    return "".join(base("string", value) for value in values)


def names(*values: str) -> str:
    return "".join(base("identifier", value) for value in values)


def value_of(expression: str, responses: dict | None = None, declared: str = ""):
    """What an expression comes to: a number, text or truth, a tuple of several, or None."""
    root = safe_xml(
        f"<x>{declared}<responseProcessing>{expression}</responseProcessing></x>".encode()
    )
    declarations = {n.get("identifier"): response_declaration(n) for n in root[:-1]}
    reader = RuleReader(declarations, set(), lambda _: None)
    processing = {
        "responses": declarations,
        "outcomes": {},
        "rules": [["set", {"id": "HASIL"}, [reader.expression(root[-1][0])]]],
    }
    found = outcomes(processing, responses or {}, Decimal(1))["HASIL"]
    if found is None:
        return None
    return found.one if found.cardinality == "single" else found.items


NULL = "<null/>"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"<sum>{floats('1.5', 2, '-0.5')}</sum>", 3),
        (f"<sum><multiple>{integer(1, 2, 3)}</multiple>{integer(4)}</sum>", 10),
        (f"<subtract>{integer(7, 9)}</subtract>", -2),
        (f"<product>{floats('0.5', 4, 3)}</product>", 6),
        (f"<divide>{integer(7, 2)}</divide>", Decimal("3.5")),
        (f"<divide>{integer(7, 0)}</divide>", None),
        (f"<power>{integer(2, 10)}</power>", 1024),
        (f"<power>{floats(0, -1)}</power>", None),
        (f"<power>{floats(10, 300)}</power>", None),
        (f"<integerDivide>{integer(-7, 2)}</integerDivide>", -4),
        (f"<integerModulus>{integer(-7, 2)}</integerModulus>", 1),
        (f"<integerModulus>{integer(-7, 0)}</integerModulus>", None),
        (f"<round>{floats('2.5')}</round>", 3),
        (f"<round>{floats('-2.5')}</round>", -2),
        (f"<truncate>{floats('-2.9')}</truncate>", -2),
        (f"<integerToFloat>{integer(3)}</integerToFloat>", 3),
        (f"<min>{integer(3, 1, 2)}</min>", 1),
        (f"<max>{integer(3, 1, 2)}</max>", 3),
        (f"<gcd>{integer(12, 18)}</gcd>", 6),
        (f"<lcm>{integer(4, 6)}</lcm>", 12),
        (f'<roundTo roundingMode="decimalPlaces" figures="2">{floats("3.145")}</roundTo>', Decimal("3.15")),
        (f'<roundTo roundingMode="significantFigures" figures="2">{floats(1450)}</roundTo>', 1500),
        (f"<equal>{floats('1.0', 1)}</equal>", True),
        (f'<equal toleranceMode="absolute" tolerance="1">{floats(10, 11)}</equal>', True),
        (f'<equal toleranceMode="absolute" tolerance="1 2">{floats(10, 12)}</equal>', True),
        (f'<equal toleranceMode="absolute" tolerance="2 1">{floats(10, 12)}</equal>', False),
        (f'<equal toleranceMode="relative" tolerance="10">{floats(50, 45)}</equal>', True),
        (f'<equal toleranceMode="relative" tolerance="10">{floats(-50, "-55")}</equal>', True),
        (f'<equal toleranceMode="absolute" tolerance="1" includeUpperBound="false">{floats(1, 2)}</equal>', False),
        (f'<equalRounded roundingMode="significantFigures" figures="3">{floats("3.175", "3.183")}</equalRounded>', True),
        (f'<equalRounded roundingMode="decimalPlaces" figures="2">{floats("3.175", "3.183")}</equalRounded>', True),
        (f'<equalRounded roundingMode="decimalPlaces" figures="3">{floats("3.175", "3.183")}</equalRounded>', False),
        (f"<gt>{integer(2, 1)}</gt>", True),
        (f"<gte>{integer(1, 1)}</gte>", True),
        (f"<lt>{integer(1, 1)}</lt>", False),
        (f"<lte>{integer(1, 1)}</lte>", True),
        (f"<match>{names('A', 'A')}</match>", True),
        (f"<match><multiple>{names('A', 'B')}</multiple><multiple>{names('B', 'A')}</multiple></match>", True),
        (f"<match><ordered>{names('A', 'B')}</ordered><ordered>{names('B', 'A')}</ordered></match>", False),
        (f"<match>{base('pair', 'A B')}{base('pair', 'B A')}</match>", True),
        (f"<match>{base('directedPair', 'A B')}{base('directedPair', 'B A')}</match>", False),
        (f"<stringMatch caseSensitive='false'>{texts('Humas', 'HUMAS')}</stringMatch>", True),
        (f"<stringMatch caseSensitive='true'>{texts('Humas', 'HUMAS')}</stringMatch>", False),
        (f"<stringMatch caseSensitive='true' substring='true'>{texts('Humas', 'mas')}</stringMatch>", True),
        (f"<substring caseSensitive='false'>{texts('MAS', 'Humas')}</substring>", True),
        (f"<substring caseSensitive='true'>{texts('MAS', 'Humas')}</substring>", False),
        (f"<patternMatch pattern='[A-Z]{{2}}-[0-9]+'>{texts('KS-12')}</patternMatch>", True),
        (f"<member>{names('B')}<multiple>{names('A', 'B')}</multiple></member>", True),
        (f"<contains><multiple>{names('A', 'B', 'A')}</multiple><multiple>{names('A', 'A')}</multiple></contains>", True),
        (f"<contains><multiple>{names('A', 'B')}</multiple><multiple>{names('A', 'A')}</multiple></contains>", False),
        (f"<contains><ordered>{names('A', 'B', 'C')}</ordered><ordered>{names('B', 'C')}</ordered></contains>", True),
        (f"<contains><ordered>{names('A', 'B', 'C')}</ordered><ordered>{names('A', 'C')}</ordered></contains>", False),
        (f"<delete>{names('A')}<multiple>{names('A', 'B', 'A')}</multiple></delete>", ("B",)),
        (f"<delete>{names('A')}<multiple>{names('A')}</multiple></delete>", None),
        (f"<index n='2'><ordered>{names('A', 'B')}</ordered></index>", "B"),
        (f"<index n='3'><ordered>{names('A', 'B')}</ordered></index>", None),
        (f"<containerSize><multiple>{names('A', 'B')}</multiple></containerSize>", 2),
        (f"<containerSize>{NULL}</containerSize>", 0),
        (f"<multiple>{NULL}{names('A')}</multiple>", ("A",)),
        ("<multiple/>", None),
        (f"<inside shape='rect' coords='0,0,10,10'>{base('point', '10 3')}</inside>", True),
        (f"<inside shape='circle' coords='5,5,2'>{base('point', '7 6')}</inside>", False),
        (f"<inside shape='ellipse' coords='5,5,4,2'>{base('point', '9 5')}</inside>", True),
        (f"<inside shape='poly' coords='0,0,10,0,0,10'>{base('point', '2 2')}</inside>", True),
        (f"<inside shape='poly' coords='0,0,10,0,0,10'>{base('point', '9 9')}</inside>", False),
        (f"<inside shape='default'>{base('point', '999 9')}</inside>", True),
    ],
)  # fmt: skip
def test_an_operator_gives_what_the_standard_says(expression, expected):
    assert value_of(expression) == expected


YES, NO = base("boolean", "true"), base("boolean", "false")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"<and>{YES}{NULL}</and>", None),
        (f"<and>{NO}{NULL}</and>", False),
        (f"<or>{YES}{NULL}</or>", True),
        (f"<or>{NO}{NULL}</or>", None),
        (f"<not>{NULL}</not>", None),
        (f"<not>{NO}</not>", True),
        (f"<isNull>{NULL}</isNull>", True),
        (f"<isNull>{texts('')}</isNull>", True),
        (f"<match>{NULL}{NULL}</match>", None),
        (f"<sum>{integer(1)}{NULL}</sum>", None),
        (f"<anyN min='1' max='2'>{YES}{NO}{NULL}</anyN>", True),
        (f"<anyN min='2' max='3'>{YES}{NO}{NULL}</anyN>", None),
        (f"<anyN min='3' max='3'>{YES}{NO}{NULL}</anyN>", False),
        (f"<anyN min='0' max='0'>{YES}</anyN>", False),
        (f"<gt>{NULL}{integer(1)}</gt>", None),
        (f"<substring caseSensitive='true'>{NULL}{texts('a')}</substring>", None),
    ],
)
def test_null_means_unknown(expression, expected):
    assert value_of(expression) is expected


def test_a_number_as_a_record_knows_its_digits():
    declared = '<responseDeclaration identifier="R" cardinality="record"/>'
    fields = {"floatValue": Decimal("3.140"), "rightDigits": 3, "leftDigits": 1, "nsf": 4}

    for field, expected in fields.items():
        asked = f'<fieldValue fieldIdentifier="{field}"><variable identifier="R"/></fieldValue>'
        assert value_of(asked, {"R": "3.140"}, declared) == expected


def mapped(given: object, declared: str) -> object:
    return value_of('<mapResponse identifier="RESPONSE"/>', {"RESPONSE": given}, declared)


def test_a_mapping_adds_up_each_value_once_within_its_bounds():
    declared = response(
        "multiple",
        inner=mapping({"A": 2, "B": 2, "C": -1}, upperBound=3, lowerBound=0, defaultValue=-2),
    )

    assert mapped(["A"], declared) == 2
    assert mapped(["A", "A"], declared) == 2
    assert mapped(["A", "B"], declared) == 3
    assert mapped(["A", "C"], declared) == 1
    assert mapped(["C", "X"], declared) == 0
    assert mapped(None, declared) == 0


def test_a_mapping_of_texts_passes_over_case_only_where_it_says_so():
    inner = '<mapping defaultValue="0"><mapEntry mapKey="Rilis" mappedValue="1" {}/></mapping>'
    exact = response(base="string", inner=inner.format(""))
    free = response(base="string", inner=inner.format('caseSensitive="false"'))

    assert [mapped("rilis", exact), mapped("Rilis", exact), mapped("rilis", free)] == [0, 1, 1]


def test_points_are_mapped_by_area_each_area_once():
    inner = """<areaMapping defaultValue="-1"><areaMapEntry shape="rect" coords="0,0,9,9" mappedValue="2"/>
      <areaMapEntry shape="circle" coords="50,50,5" mappedValue="1"/></areaMapping>"""
    declared = response("multiple", "point", inner=inner)

    def earned(*points):
        given = {"RESPONSE": list(points)}
        return value_of('<mapResponsePoint identifier="RESPONSE"/>', given, declared)

    assert earned("1 1", "50 52") == 3
    assert earned("1 1", "2 2") == 2
    assert earned("1 1", "99 99") == 1


TEMPLATES = [
    "http://www.imsglobal.org/question/qti_v2p0/rptemplates/match_correct",
    "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct.xml",
    "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml",
    "https://www.imsglobal.org/question/qti_v3p0/rptemplates/CC2_match.xml",
]


@pytest.mark.parametrize("address", TEMPLATES)
def test_templates_are_known_by_all_their_addresses(address):
    processing = {
        "responses": {"R": {"cardinality": "single", "base": "identifier", "correct": ["A"]}},
        "outcomes": {},
        "rules": standard_template(address, "R"),
    }

    assert [score(processing, {"R": given}, Decimal(1)) for given in ("A", "B", None)] == [1, 0, 0]


def test_a_lookup_table_turns_a_count_into_points():
    table = safe_xml(b"""<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float">
      <interpolationTable defaultValue="0"><interpolationTableEntry sourceValue="3" targetValue="10"/>
      <interpolationTableEntry sourceValue="1" targetValue="4" includeBoundary="false"/>
      </interpolationTable></outcomeDeclaration>""")
    processing = {
        "responses": {"R": {"cardinality": "single", "base": "integer"}},
        "outcomes": {"SCORE": outcome_declaration(table)},
        "rules": [["lookup", {"id": "SCORE"}, [["variable", {"id": "R"}, []]]]],
    }

    found = [score(processing, {"R": n}, Decimal(10)) for n in (3, 2, 1, 0)]
    assert found == [10, 4, 0, 0]


def test_processing_ends_where_a_rule_says_so():
    first = ["set", {"id": "SCORE"}, [["base", {"base": "float", "value": "1"}, []]]]
    second = ["set", {"id": "SCORE"}, [["base", {"base": "float", "value": "9"}, []]]]
    rules = [["block", {}, [first]], ["exit", {}, []], second]

    assert score({"responses": {}, "outcomes": {}, "rules": rules}, {}, Decimal(1)) == 1


def test_a_score_below_zero_stays_below_zero():
    rules = [["set", {"id": "SCORE"}, [["base", {"base": "float", "value": "-2"}, []]]]]

    assert score({"responses": {}, "outcomes": {}, "rules": rules}, {}, Decimal(1)) == -2


@pytest.mark.parametrize(
    "expression",
    [
        "<random><multiple/></random>",
        "<customOperator/>",
        "<patternMatch pattern='[a-z-[aeiou]]'><null/></patternMatch>",
        "<sum/>",
        "<gt><null/></gt>",
        "<baseValue baseType='float'>NaN</baseValue>",
        "<baseValue baseType='float'>1e999999</baseValue>",
        "<equal tolerance='x'><null/><null/></equal>",
        "<inside shape='circle' coords='1e30,1,1'><null/></inside>",
        "<inside shape='circle' coords='1,1'><null/></inside>",
    ],
)
def test_what_is_not_evaluated_is_said(expression):
    with pytest.raises(Unsupported):
        value_of(expression)


def test_absurd_numbers_in_answers_are_no_answers():
    declared = response(base="float")

    for value in ("1e999999", "NaN", "Infinity", "9" * 500, [[1, 2]], {"a": 1}, True, "satu"):
        assert value_of('<variable identifier="RESPONSE"/>', {"RESPONSE": value}, declared) is None


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a|b+", "bbb", True),
        ("(ab){2,3}", "ababab", True),
        ("(ab){2,3}", "ab", False),
        (r"\d{4}-\d\d", "2026-11", True),
        (r"[^\s]+", "a b", False),
        (r"[a\-z]+", "a-z", True),
        (r"\$\.\*", "$.*", True),
        (".*humas.*", "pranata humas muda", True),
        ("", "", True),
        ("a?b{0}c", "ac", True),
    ],
)
def test_patterns_are_those_of_xml_schema(pattern, text, expected):
    assert matches(pattern, text) is expected


def test_a_pattern_made_to_take_for_ever_takes_no_time():
    assert not matches("(a+)+b", "a" * 3000)
    assert not matches("(a|a)*(a|a)*(a|a)*c", "a" * 3000)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a)",
        "[a",
        "*a",
        "a{2",
        "a{3,2}",
        "a{99999999}",
        r"\p{L}",
        "(" * 50,
        "((a{60}){60}){60}",
    ],
)
def test_a_pattern_that_is_wrong_or_too_large_is_refused(pattern):
    with pytest.raises(BadPattern):
        check(pattern)


@given(st.text("ab(|)*+?{1,2}[]^-\\d.", max_size=12), st.text("ab1-", max_size=8))
def test_no_pattern_does_harm(pattern, text):
    try:
        check(pattern)
    except BadPattern:
        return
    assert matches(pattern, text) in (True, False)
