"""Whose rule counts in the exam is said, and counts; gaps that are filled by pairs among them."""

from decimal import Decimal

import pytest

from lsp.exams.formats.own_points import own_points
from lsp.exams.formats.own_rules import BY_PERSON, OTHER_SCORING
from lsp.exams.formats.qti import write
from lsp.exams.formats.qti.writing import OTHER_RULES
from lsp.exams.models import ItemRevision
from lsp.exams.services.scoring import qti_key, score_of
from tests.formats.exams.qti import (
    item,
    mapping,
    one,
    outcome,
    points,
    reasons,
    response,
    template,
)

GAPS = (
    '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="W" matchMax="1">w'
    '</gapText><gapText identifier="Sp" matchMax="1">sp</gapText><gapText identifier="Su" matchMax="1">'
    'su</gapText><p>a <gap identifier="G1"/> b <gap identifier="G2"/></p></gapMatchInteraction>'
)
WHOLE = item(
    GAPS, response("multiple", "directedPair", "W G1|Su G2") + outcome(), template("match_correct")
)
COSTLY = item(
    GAPS,
    response(
        "multiple",
        "directedPair",
        "W G1|Su G2",
        mapping({"W G1": 1, "Su G2": 2}, defaultValue=-1, lowerBound=0),
    )
    + outcome(),
    template("map_response"),
)


@pytest.mark.parametrize(
    ("xml", "gaps", "earned"),
    [
        (WHOLE, {"1": "a", "2": "c"}, 1),
        (WHOLE, {"1": "a", "2": "b"}, 0),
        (COSTLY, {"1": "a", "2": "c"}, 3),
        (COSTLY, {"1": "a", "2": "b"}, 0),
        (COSTLY, {"1": "a"}, 1),
    ],
)
def test_gaps_filled_by_pairs_earn_in_the_exam_what_the_file_gives(xml, gaps, earned):
    found = one(xml)
    assert OTHER_SCORING in reasons(xml)
    key = {**found.body.key, "qti": qti_key(found)}
    revision = ItemRevision(type=found.type, content=found.body.content, key=key)
    assert score_of(revision, {"gaps": gaps}, found.max_score) == earned
    texts = {"a": "w", "b": "sp", "c": "su"}
    assert points(found, **{gap: texts[id_] for gap, id_ in gaps.items()}) == earned
    assert points(found, RESPONSE={gap: texts[id_] for gap, id_ in gaps.items()}) == earned
    table = own_points(found.type, found.body.content, key, found.max_score)
    assert table is not None
    assert table.cases[-1].points == found.max_score


def test_rules_for_pairs_that_are_not_written_are_named():
    _, lost = write([one(WHOLE)], [])
    assert [note.why.text for note in lost] == [OTHER_RULES]


def test_what_a_person_marks_is_said_to_be_marked_by_one():
    xml = item(
        '<extendedTextInteraction responseIdentifier="RESPONSE"/>',
        response("single", "string", "x") + outcome(),
        template("match_correct"),
    )
    assert BY_PERSON in reasons(xml)
    assert one(xml).max_score == Decimal(1)
