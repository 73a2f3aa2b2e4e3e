"""What a file's rules give, in a table, and which edits they outlive."""

from decimal import Decimal

import pytest

from lsp.exams.formats import own_rules
from lsp.exams.formats.own_points import Counting, counting, own_points
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.writing import Body
from lsp.exams.services.scoring import qti_key
from tests.formats.exams.qti import choices, item, mapping, one, outcome, response, template


def with_rules(body: Body) -> Body:
    return Body(body.content, {**body.key, "qti": {"processing": {}}})


def test_a_word_in_a_step_keeps_its_identifier_though_the_alphabet_moves_it():
    old = with_rules(writing.ordering(["Cari", "Baca", "Ambil"]))
    new = own_rules.kept(old, writing.ordering(["Cari", "Dalami", "Ambil"]))
    assert new is not None
    texts = {row["id"]: row["text"] for row in new.content["rows"]}
    assert new.key == old.key
    assert [texts[id_] for id_ in new.key["order"]] == ["Cari", "Dalami", "Ambil"]
    assert own_rules.kept(old, writing.ordering(["Baca", "Cari", "Ambil"])) is None
    assert own_rules.kept(old, writing.ordering(["Cari", "Ambil"])) is None


def test_a_word_in_a_pair_keeps_its_identifier_too():
    old = with_rules(writing.matching([("1", "Baca"), ("2", "Ambil")], ["Cari"]))
    new = own_rules.kept(old, writing.matching([("1", "Tulis"), ("2", "Ambil")], ["Cari"]))
    assert new is not None
    assert new.key == old.key
    assert [row["text"] for row in new.content["right"]] == ["Ambil", "Tulis", "Cari"]
    assert own_rules.kept(old, writing.matching([("1", "Baca"), ("2", "Cari")], ["Ambil"])) is None


@pytest.mark.parametrize(
    ("text", "is_kept"), [("rilis", True), ("siaran", False)], ids=["same", "other"]
)
def test_another_typed_answer_is_another_key(text: str, is_kept: bool):
    old = with_rules(writing.short_answer(["rilis"], case_sensitive=False))
    new = writing.short_answer([text], case_sensitive=False)
    assert (own_rules.kept(old, new) is not None) is is_kept


def bank_key(xml: str):
    found = one(xml)
    assert found.type is not None
    return found, {**found.body.key, "qti": qti_key(found)}


def test_a_number_shows_what_its_file_asks_about():
    found, key = bank_key(
        item(
            '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>',
            response("single", "float", "5") + outcome(),
            '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/>'
            '<correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE">'
            '<baseValue baseType="float">2</baseValue></setOutcomeValue></responseIf><responseElseIf>'
            '<gt><variable identifier="RESPONSE"/><baseValue baseType="float">9</baseValue></gt>'
            '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">-1</baseValue>'
            "</setOutcomeValue></responseElseIf></responseCondition></responseProcessing>",
        )
    )
    table = own_points(found.type, found.body.content, key, Decimal(4))
    assert table is not None
    assert table.template == "responseProcessing"
    assert [(case.what, case.points) for case in table.cases] == [("5", 4), ("9", 0)]


def test_many_choices_are_told_by_their_mapping_alone():
    texts = "|".join(f"Pilihan {n}" for n in range(8))
    worth = {"A": 1, "B": 1, "H": -1}
    found, key = bank_key(
        item(
            choices(0, texts),
            response("multiple", "identifier", "A|B", mapping(worth, lowerBound=-1)) + outcome(),
            template("map_response"),
        )
    )
    found_ = counting(ItemType.MULTIPLE_CHOICE, found.body.content, key, below_zero=False)
    assert found_ is Counting.COSTS
