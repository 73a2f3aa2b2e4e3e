"""Shares without an end, as thirds are, through the files: equal again."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp.exams.formats.package import ReadItem
from lsp.exams.formats.reading import FORMATS, function, read_file
from lsp.exams.rules import writing
from lsp.exams.rules.kinds import ItemType

ONE, STEM = Decimal(1), "[[1]] [[2]] [[3]]"
shares = st.one_of(
    st.sampled_from([ONE / 3, ONE * 2 / 3, ONE / 7]),
    st.builds(lambda part, of: Decimal(part) / of, st.integers(1, 30), st.integers(30, 90)),
)


def _bodies(share: Decimal) -> dict[ItemType, writing.Body]:
    rows = [("a", True), ("b", False), ("c", False)]
    choices = writing.choices(rows, single=True, weights=[ONE, share, -share])
    text = writing.short_answer(["York", "Yorkk"], case_sensitive=False, shares={"Yorkk": share})
    numbers = writing.number_ranges([("10", "10", ONE), ("11", "12", share)], "")
    return {
        ItemType.SINGLE_CHOICE: choices,
        ItemType.SHORT_ANSWER: text,
        ItemType.NUMERICAL: numbers,
        ItemType.GAP_FILL: writing.gap_fill([(choices, ONE), (text, ONE), (numbers, ONE)], STEM),
    }


@pytest.mark.parametrize("name", ["csv", "xlsx", "moodle-xml"])
@settings(max_examples=20, deadline=None)
@given(share=shares)
def test_a_share_comes_back_equal(name, share):
    share = share if share != 1 else ONE / 3
    items = [
        ReadItem(
            f"s-{kind}", kind, "Soal", STEM if kind is ItemType.GAP_FILL else "Apa?", body, ONE * 3
        )
        for kind, body in _bodies(share).items()
    ]
    content, _ = function(name, FORMATS[name].writer)(items, [])
    reading = read_file(content, "berkas")

    assert [item.body for item in reading.items] == [item.body for item in items]
