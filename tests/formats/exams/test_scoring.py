"""Scoring answers given in a file's own words."""

from decimal import Decimal

import pytest

from lsp.exams.formats import aiken, gift
from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.scoring import score_item
from lsp.exams.formats.tables.examples import examples
from lsp.exams.rules.items import BadResponse


def item(text: str) -> ReadItem:
    return gift.read(text.encode()).items[0]


CASES = [
    ("A?{=Humas ~Tamu}", "a", "1"),
    ("A?{=Humas ~Tamu}", "A", "1"),
    ("A?{=Humas ~Tamu}", ["humas"], "1"),
    ("A?{=Humas ~Tamu}", "b", "0"),
    ("A?{~%50%x ~%50%y ~%-50%z}", ["a", "b"], "1"),
    ("A?{~%50%x ~%50%y ~%-50%z}", ["a", "c"], "0"),
    ("A?{~%50%x ~%50%y ~%-50%z}", "a", "0.5"),
    ("A?{~%50%x ~%50%y ~%-50%z}", "c", "0"),
    ("A?{=x ~%-33.33333%y ~z}", "b", "-0.3333"),
    ("A?{=x ~%-33.33333%y ~z}", "c", "0"),
    ("A?{T}", True, "1"),
    ("A?{T}", "benar", "1"),
    ("A?{F}", "true", "0"),
    ("A?{=siaran* =%50%rilis}", "Siaran pers", "1"),
    ("A?{=siaran* =%50%rilis}", "rilis", "0.5"),
    ("A?{#25:1}", 25.5, "1"),
    ("A?{#25:1}", "27", "0"),
    ("A?{=k->x =l->y}", ["1 a", "2 b"], "1"),
    ("A?{=k->x =l->y}", {"k": "x", "l": "x"}, "0.5"),
    ("A?{=k->x =l->y}", ["k -> x"], "0.5"),
    ("// [jenis:rumpang]\nA {~b =c} d", "c", "1"),
    ("// [jenis:rumpang]\nA {~b =c} d", {"1": "b"}, "1"),
    ("// [jenis:rumpang]\nA {~b =c} d", {"1": "a"}, "0"),
]


@pytest.mark.parametrize(("text", "value", "points"), CASES)
def test_an_answer_is_read_liberally_and_scored(text, value, points):
    assert score_item(item(text), {"RESPONSE": value}) == (Decimal(points), Decimal(1))


def test_no_answer_scores_nothing():
    assert score_item(item("A?{T}"), {}) == (Decimal(0), Decimal(1))


def test_an_essay_is_for_a_person():
    assert score_item(item("A?{}"), {"RESPONSE": "x"}) == (None, Decimal(1))


def test_an_order_and_a_point_are_scored():
    by_type = {example.type.value: example for example in examples()}
    order = by_type["ordering"].body.key["order"]
    assert score_item(by_type["ordering"], {"RESPONSE": order})[0] == 1
    assert score_item(by_type["hotspot"], {"RESPONSE": "20 20"})[0] == 1
    assert score_item(by_type["hotspot"], {"RESPONSE": [200, 200]})[0] == 0


def test_the_letters_of_the_file_are_known():
    read = aiken.read(b"A?\nA. x\nB. y\nANSWER: B\n").items[0]
    assert score_item(read, {"RESPONSE": "B"})[0] == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("A?{=x ~y}", {"RESPONSE": "z"}),
        ("A?{=x ~y}", {"OTHER": "a"}),
        ("A?{=x ~y}", {"RESPONSE": "a", "OTHER": "b"}),
        ("A?{=x ~y}", {"RESPONSE": ["a", "b"]}),
        ("A?{=x ~y}", {"RESPONSE": {"a": 1}}),
        ("A?{T}", {"RESPONSE": "mungkin"}),
        ("A?{#5}", {"RESPONSE": "lima"}),
        ("A?{=k->x =l->y}", {"RESPONSE": ["1 z"]}),
        ("// [jenis:rumpang]\nA {~b =c} d", {"2": "b"}),
    ],
)
def test_what_cannot_be_an_answer_is_refused(text, answer):
    with pytest.raises(BadResponse):
        score_item(item(text), answer)
