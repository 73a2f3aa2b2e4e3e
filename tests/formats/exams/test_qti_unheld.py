"""What a QTI item asks of an answer that the bank does not hold: carried, or named."""

import pytest

from lsp.exams.formats.own_rules import BY_PERSON
from lsp.exams.formats.qti import unheld
from lsp.exams.rules.kinds import ItemType
from tests.formats.exams.qti import choices, item, one, outcome, reasons, response, template

UPLOAD = item(
    '<uploadInteraction responseIdentifier="RESPONSE" type="{}"><prompt>Unggah</prompt>'
    "</uploadInteraction>",
    response("single", "file") + outcome(),
    "<responseProcessing><responseCondition><responseIf><isNull>"
    '<variable identifier="RESPONSE"/></isNull><setOutcomeValue identifier="SCORE">'
    '<baseValue baseType="float">0</baseValue></setOutcomeValue></responseIf><responseElse>'
    '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">3</baseValue>'
    "</setOutcomeValue></responseElse></responseCondition></responseProcessing>",
)


def test_an_upload_asks_for_the_files_kind_and_its_points():
    xml = UPLOAD.replace("{}", "application/pdf")
    found = one(xml)
    assert (found.type, found.body.content["kinds"]) == (ItemType.FILE_UPLOAD, ["pdf"])
    assert found.max_score == 3
    assert reasons(xml) == [BY_PERSON]
    assert unheld.FILE_TYPE in reasons(UPLOAD.replace("{}", "video/mp4"))
    assert one(UPLOAD.replace("{}", "image/*")).body.content["kinds"] == ["jpg", "png"]


@pytest.mark.parametrize(
    ("body", "declared", "why"),
    [
        (
            '<p><textEntryInteraction responseIdentifier="RESPONSE" patternMask="[A-Z]+"/></p>',
            response("single", "string", "RILIS"),
            unheld.PATTERN,
        ),
        (
            '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="10" step="2"/>',
            response("single", "integer", "4"),
            unheld.SLIDER,
        ),
        (
            '<extendedTextInteraction responseIdentifier="RESPONSE" format="xhtml" minStrings="1"/>',
            response("single", "string"),
            unheld.ESSAY,
        ),
        (
            choices(),
            response(correct="A").replace(
                "<correctResponse>", '<correctResponse interpretation="x">'
            ),
            unheld.INTERPRETATION,
        ),
        (choices(), response(correct="A|B"), unheld.SECOND),
    ],
    ids=["pattern", "slider", "essay", "interpretation", "second"],
)
def test_what_is_not_held_is_named(body: str, declared: str, why: str):
    assert why in reasons(item(body, declared + outcome(), template("match_correct")))
