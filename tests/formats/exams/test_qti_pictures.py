"""Areas of a picture that have names in the file: a point in the bank earns what its area does."""

from decimal import Decimal

import pytest

from lsp.exams.formats.own_rules import OTHER_SCORING, differs
from lsp.exams.formats.package import ReadItem
from lsp.exams.models import ItemRevision
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import ItemType
from lsp.exams.services.scoring import qti_key, score_of
from tests.formats.exams.qti import item, mapping, one, outcome, points, reasons, response, template

#: A circle around 20, 20, and a square from 50 to 80.
AREAS = (
    '<hotspotChoice identifier="A" shape="circle" coords="20,20,10"/>',
    '<hotspotChoice identifier="B" shape="rect" coords="50,50,80,80"/>',
)
#: Lies upon the circle where it is listed before it.
COVER = '<hotspotChoice identifier="C" shape="rect" coords="10,10,30,20"/>'
IN_A, IN_B, OUTSIDE = [20, 20], [60, 60], [5, 95]
VALUE = '<baseValue baseType="{}">{}</baseValue>'


def place(declared: str, rules: str, *areas: str) -> str:
    body = (
        '<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Di mana?</prompt>'
        '<object type="image/png" data="peta.png" width="100" height="100">Peta</object>'
        f"{''.join(areas or AREAS)}</hotspotInteraction>"
    )
    return item(body, declared + outcome(), rules)


def mapped(**worth: object) -> str:
    declared = response(correct="A", inner=mapping(worth))
    return place(declared, template("map_response"))


def chosen(name: str, earned: int) -> str:
    asked = f'<match><variable identifier="RESPONSE"/>{VALUE.format("identifier", name)}</match>'
    value = VALUE.format("float", earned)
    return f'{asked}<setOutcomeValue identifier="SCORE">{value}</setOutcomeValue>'


CONDITIONS = (
    "<responseProcessing><responseCondition>"
    f"<responseIf>{chosen('A', 2)}</responseIf><responseElseIf>{chosen('B', 1)}</responseElseIf>"
    "</responseCondition></responseProcessing>"
)


def in_the_bank(found: ReadItem, point: list[int]) -> Decimal | None:
    key = dict(found.body.key)
    if own := qti_key(found):
        key["qti"] = own
    revision = ItemRevision(type=found.type, content=found.body.content, key=key)
    policy = ScoringPolicy(below_zero=True)
    return score_of(revision, {"point": point}, found.max_score, policy)


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (mapped(A=2, B=1), (2, 1, 0)),
        (mapped(A=1, B=-1), (1, -1, 0)),
        (place(response(correct="A"), CONDITIONS), (2, 1, 0)),
        (place(response(correct="A"), template("match_correct"), COVER, *AREAS), (0, 0, 0)),
    ],
    ids=["a part for another area", "a cost of another area", "branches", "hidden by another area"],
)
def test_a_point_earns_what_the_rules_of_the_file_give_its_area(xml, expected):
    found = one(xml)

    assert (found.type, differs(found)) == (ItemType.HOTSPOT, True)
    assert OTHER_SCORING in reasons(xml)
    for point, earned in zip((IN_A, IN_B, OUTSIDE), expected, strict=True):
        assert in_the_bank(found, point) == earned
        assert points(found, RESPONSE=point) == earned
        assert points(found, RESPONSE=f"{point[0]} {point[1]}") == earned


def test_an_area_that_is_right_or_wrong_needs_no_rules_of_its_own():
    xml = place(response(correct="A"), template("match_correct"))
    found = one(xml)

    assert (differs(found), qti_key(found), OTHER_SCORING in reasons(xml)) == (False, {}, False)
    assert [in_the_bank(found, point) for point in (IN_A, IN_B, OUTSIDE)] == [1, 0, 0]
    assert [points(found, RESPONSE=name) for name in ("A", "B", ["A"])] == [1, 0, 1]
