"""QTI 1.2 by the standard: what its conditions and its score give, worked out by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.formats.own_rules import OTHER_SCORING, differs
from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.qti.items import OTHER_MOST, OTHER_OUTCOMES, RUBRIC_LEFT
from lsp.exams.formats.qti.old_parts import FIELDS_LEFT, PART_LEFT
from lsp.exams.formats.telling import item_data
from lsp.exams.models import ItemRevision
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import CognitiveLevel, ItemType
from lsp.exams.services.scoring import qti_key, score_of
from tests.formats.exams.canvas import material
from tests.formats.exams.qti import one, points, reading, reasons

ON = 'continue="Yes"'


def old_item(places: str, rules: str, score: str = 'defaultval="0"', more: str = "") -> str:
    """An item of no dialect; ``more`` stands before what is shown."""
    return (
        f'<questestinterop><item ident="soal" title="Soal">{more}<presentation>'
        f"{material('Apa yang dikirim?')}{places}</presentation><resprocessing><outcomes>"
        f"<decvar {score}/></outcomes>{rules}</resprocessing></item></questestinterop>"
    )


def choose(cardinality: str = "Single") -> str:
    rows = "".join(
        f'<response_label ident="{name}">{material(f"Pilihan {name}")}</response_label>'
        for name in "ABC"
    )
    return (
        f'<response_lid ident="R" rcardinality="{cardinality}"><render_choice>{rows}'
        "</render_choice></response_lid>"
    )


def rule(condition: str, action: str, value: object, more: str = "") -> str:
    return (
        f"<respcondition {more}><conditionvar>{condition}</conditionvar>"
        f'<setvar action="{action}">{value}</setvar></respcondition>'
    )


def equal(value: str) -> str:
    return f'<varequal respident="R">{value}</varequal>'


A, B, C, OTHER = equal("A"), equal("B"), equal("C"), "<other/>"
ONE, SEVERAL = choose(), choose("Multiple")
TYPED = '<{0} ident="R" rcardinality="Single"><render_fib {1}/></{0}>'
BETWEEN = '<vargte respident="R">3</vargte><varlte respident="R">4</varlte>'
ABOVE = '<vargt respident="R">3</vargt><varlt respident="R">4</varlt>'


@dataclass(frozen=True)
class File:
    """A question, what answers to it earn, and the most it gives."""

    name: str
    xml: str
    earned: Mapping[str, object]
    most: object


FILES = [
    File(
        "a condition that adds ends the processing",
        old_item(ONE, rule(A, "Add", 2) + rule(OTHER, "Subtract", 1), 'maxvalue="2"'),
        {"A": 2, "B": -1, "C": -1},
        2,
    ),
    File(
        "nothing is set after it",
        old_item(ONE, rule(A, "Add", 1) + rule(OTHER, "Set", 0)),
        {"A": 1, "B": 0},
        1,
    ),
    File(
        "the first of two that add",
        old_item(ONE, rule(A, "Add", 2) + rule(f"<or>{A}{B}</or>", "Add", 1), 'maxvalue="2"'),
        {"A": 2, "B": 1, "C": 0},
        2,
    ),
    File(
        "both of two that go on",
        old_item(ONE, rule(A, "Add", 2, ON) + rule(f"<or>{A}{B}</or>", "Add", 1, ON)),
        {"A": 3, "B": 1, "C": 0},
        3,
    ),
    File(
        "the rest is what no condition before has taken care of",
        old_item(ONE, rule(A, "Set", 2, ON) + rule(B, "Set", 1, ON) + rule(OTHER, "Set", -1)),
        {"A": 2, "B": 1, "C": -1},
        2,
    ),
    File(
        "a score that does not begin with 0",
        old_item(ONE, rule(A, "Add", 1), 'defaultval="1" maxvalue="2"'),
        {"A": 2, "B": 1},
        2,
    ),
    File(
        "a score that does not fall below its bound",
        old_item(ONE, rule(A, "Set", 1) + rule(B, "Set", -1), 'minvalue="0" maxvalue="1"'),
        {"A": 1, "B": 0, "C": 0},
        1,
    ),
    File(
        "a score that does not fall below a bound of its own",
        old_item(ONE, rule(A, "Set", 4) + rule(B, "Set", -3), 'minvalue="-1" maxvalue="4"'),
        {"A": 4, "B": -1, "C": 0},
        4,
    ),
    File(
        "a score that does not rise above its bound",
        old_item(ONE, rule(A, "Add", 2, ON) + rule(A, "Add", 1, ON), 'maxvalue="2"'),
        {"A": 2, "B": 0},
        2,
    ),
    File(
        "each of two right choices adds",
        old_item(SEVERAL, rule(A, "Add", 1, ON) + rule(B, "Add", 1, ON), 'maxvalue="2"'),
        {"A": 1, "B": 1, "AB": 2, "ABC": 2, "C": 0},
        2,
    ),
    File(
        "a wrong choice costs, within the bounds",
        old_item(
            SEVERAL,
            rule(A, "Add", 1, ON) + rule(B, "Add", 1, ON) + rule(C, "Subtract", 1, ON),
            'minvalue="0" maxvalue="2"',
        ),
        {"AB": 2, "ABC": 1, "AC": 0, "A": 1, "C": 0},
        2,
    ),
    File(
        "a wrong choice costs, without bounds",
        old_item(
            SEVERAL, rule(A, "Add", 1, ON) + rule(B, "Add", 1, ON) + rule(C, "Subtract", 2, ON)
        ),
        {"AB": 2, "ABC": 0, "AC": -1, "C": -2},
        2,
    ),
    File(
        "any two of three",
        old_item(
            SEVERAL,
            rule(A, "Add", 1, ON) + rule(B, "Add", 1, ON) + rule(C, "Add", 1, ON),
            'maxvalue="2"',
        ),
        {"A": 1, "AB": 2, "BC": 2, "ABC": 2},
        2,
    ),
    File(
        "several choices, of which the first that is named ends it",
        old_item(SEVERAL, rule(A, "Add", 1) + rule(B, "Add", 1), 'maxvalue="1"'),
        {"A": 1, "B": 1, "AB": 1, "C": 0},
        1,
    ),
    File(
        "all together and nothing else",
        old_item(SEVERAL, rule(f"<and>{A}{B}<not>{C}</not></and>", "Set", 1)),
        {"A": 0, "AB": 1, "ABC": 0},
        1,
    ),
    File(
        "a number between two others",
        old_item(TYPED.format("response_num", ""), rule(BETWEEN, "Set", 1)),
        {"3": 1, "3.5": 1, "3,5": 1, "4": 1, "5": 0},
        1,
    ),
    File(
        "a number between two others that do not count",
        old_item(TYPED.format("response_num", 'fibtype="Integer"'), rule(ABOVE, "Set", 1)),
        {"3": 0, "3.5": 1, "4": 0},
        1,
    ),
    File(
        "a number, and half the points for one that is near",
        old_item(
            TYPED.format("response_num", ""), rule(equal("3.5"), "Set", 2) + rule(BETWEEN, "Set", 1)
        ),
        {"3.5": 2, "3.50": 2, "3": 1, "5": 0},
        2,
    ),
    File(
        "a text that is compared as a number",
        old_item(TYPED.format("response_str", ""), rule(BETWEEN, "Set", 1)),
        {"3.5": 1, "5": 0},
        1,
    ),
    File(
        "a score of another name",
        old_item(
            ONE,
            rule(A, "Set", 3).replace("<setvar", '<setvar varname="que_score"'),
            'varname="que_score" maxvalue="3"',
        ),
        {"A": 3, "B": 0},
        3,
    ),
]


def stored(found: ReadItem, answer: str) -> dict[str, Any]:
    """An answer as the bank keeps it."""
    if found.type is ItemType.SINGLE_CHOICE:
        return {"choice": answer.lower()}
    if found.type is ItemType.MULTIPLE_CHOICE:
        return {"choices": list(answer.lower())}
    return {"text": answer}


def in_the_bank(found: ReadItem, answer: str) -> Decimal | None:
    key = dict(found.body.key)
    if own := qti_key(found):
        key["qti"] = own
    revision = ItemRevision(type=found.type, content=found.body.content, key=key)
    policy = ScoringPolicy(below_zero=differs(found))
    return score_of(revision, stored(found, answer), found.max_score, policy)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_gives_what_the_standard_says(file):
    found = one(file.xml)
    is_several = found.type is ItemType.MULTIPLE_CHOICE

    assert found.max_score == file.most
    for answer, earned in file.earned.items():
        given = list(answer) if is_several else answer
        assert points(found, R=given) == earned, answer
        assert in_the_bank(found, answer) == earned, answer
    assert (OTHER_SCORING in reasons(file.xml)) == differs(found)


# --- Any conditions at all ----------------------------------------------------------------------

SETS = ("A", "B", "C", "AB", "AC", "BC", "ABC")
NUMBERS = st.sampled_from(("-1", "0", "0.5", "1", "2"))
BOUNDS = st.sampled_from((None, "-1", "0"))


@st.composite
def conditions(draw, depth: int = 1):
    """A condition, and what it says of the choices that were made, given what came before."""
    kind = draw(st.sampled_from(("is", "is", "is", "other", "and", "or", "not")[: 4 + 3 * depth]))
    if kind == "other":
        return OTHER, lambda _chosen, is_rest: is_rest
    if kind == "is":
        name = draw(st.sampled_from("ABC"))
        return equal(name), lambda chosen, _is_rest: name in chosen
    parts = [draw(conditions(0)) for _ in range(1 if kind == "not" else 2)]
    said = [part[1] for part in parts]
    combine = {"and": all, "or": any, "not": lambda found: not all(found)}[kind]
    xml = f"<{kind}>{''.join(part[0] for part in parts)}</{kind}>"
    return xml, lambda chosen, is_rest: combine([one_(chosen, is_rest) for one_ in said])


@st.composite
def old_files(draw):
    """A file with random conditions, and what a choice earns, reckoned one condition at a time."""
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        (asked, holds), points_ = draw(conditions()), draw(NUMBERS)
        action = draw(st.sampled_from(("Set", "Add", "Subtract")))
        goes_on = draw(st.booleans())
        rows.append((asked, holds, action, Decimal(points_), goes_on))
    begins, least, most = draw(NUMBERS), draw(BOUNDS), draw(st.sampled_from((None, "1", "2")))
    bounds = {"defaultval": begins, "minvalue": least, "maxvalue": most}
    score = " ".join(f'{name}="{value}"' for name, value in bounds.items() if value is not None)
    rules = "".join(
        rule(asked, action, points_, ON if goes_on else "")
        for asked, _, action, points_, goes_on in rows
    )
    places = draw(st.sampled_from((ONE, SEVERAL)))

    def earned(chosen: str) -> Decimal:
        total, is_rest = Decimal(begins), True
        for asked, holds, action, points_, goes_on in rows:
            if not holds(chosen, is_rest):
                continue
            change = {"Set": points_ - total, "Add": points_, "Subtract": -points_}
            total += change[action]
            is_rest = is_rest and OTHER in asked
            if not goes_on:
                break
        total = total if least is None else max(total, Decimal(least))
        return total if most is None else min(total, Decimal(most))

    return old_item(places, rules, score), earned


@settings(max_examples=150, deadline=None)
@given(old_files())
def test_whatever_the_conditions_are_the_file_and_the_bank_give_what_they_say(drawn):
    xml, earned = drawn
    found = one(xml)
    (declared,) = found.processing.get("responses", {"R": {"cardinality": "single"}}).values()
    is_several = declared["cardinality"] == "multiple"
    for chosen in SETS if is_several else "ABC":
        expected = earned(chosen)
        if found.processing:
            assert points(found, R=list(chosen) if is_several else chosen) == expected
        if found.type is not None:
            most = found.max_score
            assert in_the_bank(found, chosen) == min(max(expected, -most), most)


def test_the_key_has_every_choice_that_adds():
    added = {file.name: file for file in FILES}
    two = one(added["each of two right choices adds"].xml)
    costs = one(added["a wrong choice costs, within the bounds"].xml)

    assert item_data(two)["correct"] == item_data(costs)["correct"] == ["A", "B"]
    assert (costs.body.key, differs(costs)) == ({"correct": ["a", "b"]}, False)


def test_points_that_no_answer_reaches_are_named():
    xml = old_item(ONE, rule(A, "Set", 1), 'maxvalue="5"')

    assert reasons(xml) == [OTHER_MOST]


def test_parts_without_a_place_in_the_bank_are_named():
    def field(label: str, entry: str) -> str:
        return (
            f"<qtimetadatafield><fieldlabel>{label}</fieldlabel>"
            f"<fieldentry>{entry}</fieldentry></qtimetadatafield>"
        )

    fields = field("qmd_topic", "Siaran pers") + field("qmd_levelofdifficulty", "C4")
    fields += field("qmd_author", "Ani") + field("qmd_keywords", "media, rilis")
    more = (
        "<duration>PT5M</duration><itemmetadata><qtimetadata>"
        f"{fields}</qtimetadata><qmd_status>Normal</qmd_status></itemmetadata>"
        f"<objectives>{material('Menyusun rilis')}</objectives>"
        f"<rubric>{material('Baca dulu')}</rubric><itemcontrol hintswitch='No'/>"
    )
    second = '<setvar varname="BONUS" action="Set">3</setvar></respcondition>'
    xml = old_item(ONE, rule(A, "Set", 1).replace("</respcondition>", second), more=more)
    named = {note.what: note.why.text for note in reading(xml).not_carried}

    assert named == {
        "<duration> PT5M": PART_LEFT,
        "<objectives> Menyusun rilis": RUBRIC_LEFT,
        "<rubric> Baca dulu": RUBRIC_LEFT,
        "<itemcontrol> hintswitch=No": PART_LEFT,
        "qmd_author: Ani; qmd_status: Normal": FIELDS_LEFT,
        "<setvar> BONUS": OTHER_OUTCOMES,
    }
    found = one(xml)
    assert (found.level, found.tags) == (CognitiveLevel.C4, ("Siaran pers", "media", "rilis"))
    assert points(found, R="A") == 1
