import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.skkni.rules import (
    MOST_WORDS,
    Count,
    UnitCode,
    confidence_name,
    read_code,
    search_words,
    slug_of,
    unit_slug,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("KOM.PR01.002.01", UnitCode(2008, "umum", 2, 1)),
        ("KOM.PR02.014.01", UnitCode(2008, "inti", 14, 1)),
        ("KOM.PR03.009.01", UnitCode(2008, "khusus", 9, 1)),
        ("S.941000.019.02", UnitCode(2016, "", 19, 2)),
        ("M.70HMS00.031.3", UnitCode(2022, "", 31, 3)),
        ("M.70HMS00.034.1", UnitCode(2022, "", 34, 1)),
    ],
)
def test_a_code_of_each_generation_is_taken_apart(code: str, expected: UnitCode) -> None:
    assert read_code(code) == expected


@pytest.mark.parametrize("code", ["", "KOM.PR04.001.01", "kom.pr02.014.01", "UNIT-7", "S.94100.1"])
def test_another_code_is_not_recognised_and_not_refused(code: str) -> None:
    assert read_code(code) is None


def test_a_unit_is_found_by_its_code_and_a_draft_by_its_title() -> None:
    assert unit_slug("KOM.PR02.014.01", "Melaksanakan Konferensi Pers") == "kom-pr02-014-01"
    assert (
        unit_slug(None, "Melaksanakan aktivitas protokoler") == "melaksanakan-aktivitas-protokoler"
    )


@given(st.text(max_size=80))
def test_a_slug_is_plain_or_refused(text: str) -> None:
    try:
        slug = slug_of(text)
    except ValueError:
        return
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert slug_of(slug) == slug


@given(st.text())
def test_a_search_is_a_few_short_words_in_lower_case(query: str) -> None:
    words = search_words(query)
    assert len(words) <= MOST_WORDS
    assert all(word and len(word) <= 60 for word in words)


def test_what_is_missing_is_known_only_when_the_decree_announces_a_number() -> None:
    assert Count(8, 71).missing == 63
    assert Count(71, 71).missing == 0
    assert Count(7, None).missing is None


def test_a_confidence_has_words_and_an_unknown_one_speaks_for_itself() -> None:
    assert confidence_name("high").startswith("Tinggi")
    assert confidence_name("menurut salinan LSP") == "menurut salinan LSP"
