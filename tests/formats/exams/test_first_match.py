"""Programs of Moodle's kind take the first answer that fits; here the best counts.

Where that would make a difference the import gives the file's points, or names an answer.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.formats import accepting, gift, moodle
from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.scoring import score_item
from lsp.exams.rules import writing
from lsp.exams.rules.items.written import fits
from lsp.exams.rules.kinds import ItemType
from lsp.texts import Refusal
from tests.formats.exams.moodle import answer, notes, one, question, quiz

HALF = Decimal("0.5")
SHARES = st.sampled_from([Decimal(0), HALF, Decimal(1)])
#: Answers whose numbers have as many decimals as the bank keeps.
TRIED = [Decimal(n) / 2 for n in range(-2, 26)]


def _numbers(*rows: tuple[str, str, int]) -> str:
    return question(
        "numerical",
        "".join(answer(v, share, f"<tolerance>{off}</tolerance>") for v, off, share in rows),
    )


def _points(item: ReadItem, text: object) -> Decimal:
    return score_item(item, {"RESPONSE": str(text)})[0]


def test_a_number_that_an_earlier_row_takes_earns_what_that_row_gives():
    item = one(_numbers(("10", "5", 50), ("10", "6", 100)))

    earned = {n: _points(item, n) for n in ("10", "14", "15", "15.5", "4.5", "17")}
    assert earned == {
        "10": HALF, "14": HALF, "15": HALF, "15.5": 1, "4.5": 1, "17": 0,
    }  # fmt: skip


def test_a_number_no_row_of_the_file_would_reach_is_named():
    xml = _numbers(("10", "5", 50), ("10", "1", 100))

    assert _points(one(xml), 10) == HALF
    assert "10" in notes(xml)["Urutan jawaban"]


def test_a_wrong_number_before_a_range_stays_wrong():
    item = one(_numbers(("10", "0", 0), ("10", "2", 100)))

    assert [_points(item, n) for n in ("10", "9.5", "12")] == [0, 1, 1]


def test_gift_and_gaps_cut_their_numbers_in_the_same_way():
    (of_gift,) = gift.read(b"::N:: Q {#\n=%50%10:5\n=10:6\n}").items
    gap = question("cloze", stem="<p>{1:NUMERICAL:%50%10:5~=10:6} {1:SHORTANSWER:%50%a*~=b}</p>")

    assert [_points(of_gift, n) for n in ("10", "16")] == [HALF, 1]
    assert score_item(one(gap), {"1": "10", "2": "b"})[0] == Decimal("1.5")


@pytest.mark.parametrize(
    "rows",
    [
        answer("a*", 50) + answer("abc", 100),
        answer("a*", 50) + answer("Ab*", 100) + answer("b", 100),
        answer("*", 50) + answer("abc", 100),
    ],
)
def test_a_form_that_is_never_reached_is_left_out_and_named(rows):
    xml = question("shortanswer", rows)

    assert _points(one(xml), "abc") == HALF
    assert "tidak pernah dipakai" in notes(xml)["Urutan jawaban"]


def test_forms_that_overlap_are_named_with_an_answer_and_both_values():
    xml = question("shortanswer", answer("siaran*", 50) + answer("*pers", 100))

    said = notes(xml)["Urutan jawaban"]
    assert "50%" in said
    assert "100%" in said
    found = said.split("“")[1].split("”")[0]
    assert found.startswith("siaran")
    assert found.endswith("pers")


def test_an_order_that_makes_no_difference_is_not_named():
    for rows in (
        answer("abc", 100) + answer("a*", 50),
        answer("a*", 50) + answer("b*", 100),
        answer("abc", 100) + answer("abd", 50) + answer("xyz", 100),
    ):
        assert "Urutan jawaban" not in notes(question("shortanswer", rows))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4), SHARES), min_size=1, max_size=6))
def test_cut_ranges_give_what_the_first_row_that_fits_gives(rows):
    spans = [accepting.Span(Decimal(v - off), Decimal(v + off), s) for v, off, s in rows]
    left = accepting.first_spans(spans, lambda _what, _why: None)

    for n in TRIED:
        first = next((row.share for row in spans if row.low <= n <= row.high), Decimal(0))
        best = max((row.share for row in left if row.low <= n <= row.high), default=Decimal(0))
        assert best == first


_FORMS = st.lists(st.tuples(st.text("ab*", min_size=1, max_size=4), SHARES), min_size=1, max_size=5)


@given(_FORMS, st.lists(st.text("abx", min_size=1, max_size=6), min_size=5, max_size=20))
def test_a_text_that_would_earn_less_in_the_file_has_its_order_named(rows, tried):
    named: list[str] = []
    try:
        body = accepting.accepted(rows, exact=False, note=lambda what, _why: named.append(what))
    except Refusal:
        return
    if "Urutan jawaban" in named:
        return
    rules = {"wildcards": True}
    for text in tried:
        said = {"text": text}
        first = next((s for form, s in rows if fits(said, form, rules)), Decimal(0))
        shares = body.key.get("shares", {})
        best = max(
            (Decimal(shares.get(f, 1)) for f in body.key["accepted"] if fits(said, f, body.key)),
            default=Decimal(0),
        )
        assert best == first


def _item(kind: ItemType, body: writing.Body) -> ReadItem:
    stem = "Apa [[1]] itu?" if kind is ItemType.GAP_FILL else "Apa?"
    return ReadItem("S-1", kind, "Soal", stem, body, Decimal(1))


FORMS = writing.short_answer(
    ["a*", "abc"], case_sensitive=False, shares={"a*": HALF}, wildcards=True
)
RANGES = writing.number_ranges([("5", "15", HALF), ("9", "11", Decimal(1))], "")


@pytest.mark.parametrize("write", [moodle.write, gift.write])
@pytest.mark.parametrize(("kind", "body"), [("short_answer", FORMS), ("numerical", RANGES)])
def test_what_is_written_has_the_best_answer_first(write, kind, body):
    read = moodle.read if write is moodle.write else gift.read
    gap = writing.gap_fill([(body, Decimal(1))], "Apa [[1]] itu?")

    for item in (_item(ItemType(kind), body), _item(ItemType.GAP_FILL, gap)):
        content, lost = write([item], [])
        (found,) = read(content).items
        name = "1" if item.type is ItemType.GAP_FILL else "RESPONSE"
        best, other = ("abc", "abd") if kind == "short_answer" else ("10", "14")
        assert lost == []
        assert score_item(found, {name: best})[0] == 1
        assert score_item(found, {name: other})[0] == HALF


def test_ranges_that_were_cut_come_back_from_moodle_as_they_were():
    (item,) = moodle.read(quiz(_numbers(("10", "1", 50), ("10", "2", 100)))).items
    content, _ = moodle.write([item], [])
    (again,) = moodle.read(content).items

    assert sorted(again.body.key["ranges"], key=str) == sorted(item.body.key["ranges"], key=str)
