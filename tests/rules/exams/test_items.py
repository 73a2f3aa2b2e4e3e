from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.items import (
    LONGEST_TEXT,
    RULES,
    BadResponse,
    MultipleScoring,
    ScoringPolicy,
    count_words,
    fold,
    numbers,
)
from lsp.exams.rules.kinds import ItemType
from tests.factories.exams import RIGHT, SAMPLES

ONE, FOUR = Decimal(1), Decimal(4)
types = pytest.mark.parametrize("type_", ItemType)
answered = pytest.mark.parametrize("type_", RIGHT)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from("abcde12"),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
raws = st.dictionaries(
    st.sampled_from(
        "choice choices value text pairs pairs-1 order order-a order-b gaps gaps-1 gaps-3 point"
        " point-x point-y file name x".split()
    ),
    json_values,
)
#: Every rule that says how choices count.
policies = st.builds(
    ScoringPolicy,
    multiple=st.sampled_from(MultipleScoring),
    wrong_penalty=st.decimals(0, 1, places=2),
    below_zero=st.booleans(),
)


def test_every_type_has_its_rules() -> None:
    assert set(RULES) == set(ItemType)


@types
@given(raw=raws, policy=policies)
def test_whatever_arrives_is_read_as_itself_or_refused(
    type_: ItemType, raw: dict, policy: ScoringPolicy
) -> None:
    content, key = SAMPLES[type_]
    try:
        response = RULES[type_].read(content, raw)
    except BadResponse:
        return
    if response is not None:
        assert RULES[type_].read(content, response) == response
    score = RULES[type_].score(content, key, response, FOUR, policy)
    assert score is None or (-FOUR if policy.below_zero else 0) <= score <= FOUR
    assert bool(RULES[type_].describe(content, response)) == (response is not None)


@answered
def test_no_answer_earns_nothing_and_the_right_one_everything(type_: ItemType) -> None:
    content, key = SAMPLES[type_]
    response = RULES[type_].read(content, RIGHT[type_])
    assert RULES[type_].score(content, key, None, FOUR) == 0
    expected = None if RULES[type_].needs_person else FOUR
    assert RULES[type_].score(content, key, response, FOUR) == expected


@types
def test_an_answer_taken_back_is_none(type_: ItemType) -> None:
    assert RULES[type_].read(SAMPLES[type_][0], {}) is None


@types
def test_the_key_is_told_in_words(type_: ItemType) -> None:
    assert all(RULES[type_].describe_key(*SAMPLES[type_]))


def test_a_choice_that_is_not_in_the_question_is_refused() -> None:
    content = SAMPLES[ItemType.SINGLE_CHOICE][0]
    with pytest.raises(BadResponse):
        RULES[ItemType.SINGLE_CHOICE].read(content, {"choice": "z"})


@given(
    chosen=st.sets(st.sampled_from("abcde")), correct=st.sets(st.sampled_from("abcde"), min_size=1)
)
def test_wrong_choices_cost_what_right_ones_earn(chosen: set[str], correct: set[str]) -> None:
    rules, content = RULES[ItemType.MULTIPLE_CHOICE], SAMPLES[ItemType.MULTIPLE_CHOICE][0]
    response = rules.read(content, {"choices": sorted(chosen)})
    score = rules.score(content, {"correct": sorted(correct)}, response, FOUR)
    exact = max(
        Fraction(0), Fraction(len(chosen & correct) - len(chosen - correct), len(correct)) * 4
    )
    assert score is not None
    assert abs(Fraction(score) - exact) <= Fraction(1, 20000)


def test_choices_are_kept_once_and_in_the_order_of_the_question() -> None:
    content = SAMPLES[ItemType.MULTIPLE_CHOICE][0]
    read = RULES[ItemType.MULTIPLE_CHOICE].read
    assert read(content, {"choices": ["c", "a", "c"]}) == {"choices": ["a", "c"]}
    assert read(content, {"choices": []}) is None
    with pytest.raises(BadResponse):
        read(content, {"choices": ["a"] * 6})


@pytest.mark.parametrize(("raw", "value"), [(True, True), ("true", True), ("false", False)])
def test_true_and_false_come_from_script_and_from_forms(raw: object, value: bool) -> None:
    assert RULES[ItemType.TRUE_FALSE].read({}, {"value": raw}) == {"value": value}


@given(value=st.integers() | st.text(min_size=1) | st.lists(st.booleans()))
def test_nothing_else_is_a_truth_value(value: object) -> None:
    if value not in ("true", "false"):
        with pytest.raises(BadResponse):
            RULES[ItemType.TRUE_FALSE].read({}, {"value": value})


@given(
    text=st.sampled_from(["siaran pers", "SIARAN PERS", "Siaran Pers"]),
    spaces=st.text(alphabet=" \t\n", min_size=1, max_size=3),
)
def test_white_space_and_case_do_not_matter_in_a_short_answer(text: str, spaces: str) -> None:
    content, key = SAMPLES[ItemType.SHORT_ANSWER]
    response = {"text": spaces + text.replace(" ", spaces) + spaces}
    assert RULES[ItemType.SHORT_ANSWER].score(content, key, response, ONE) == 1


def test_case_matters_where_the_writer_says_so() -> None:
    key = {"accepted": ["PPID"], "case_sensitive": True}
    rules = RULES[ItemType.SHORT_ANSWER]
    assert rules.score({}, key, {"text": "PPID"}, ONE) == 1
    assert rules.score({}, key, {"text": "ppid"}, ONE) == 0


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_composed_and_decomposed_letters_are_the_same_answer() -> None:
    assert fold("cafe\u0301") == fold("CAFÉ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,5", {"1234.5"}),
        ("1,234.5", {"1234.5"}),
        ("1234.5", {"1234.5"}),
        ("12,5", {"12.5"}),
        ("12.500.000", {"12500000"}),
        ("1.234", {"1234", "1.234"}),
        ("0,125", {"0.125"}),
        (",5", {"0.5"}),
        ("12,", {"12"}),
        ("−3", {"-3"}),
        ("Rp7.770.000", {"7770000"}),
        ("Rp. 7.770.000,-", {"7770000"}),
        ("7770000 rupiah", {"7770000"}),
        ("1.23.456", set()),
        ("1,2,3", set()),
        ("25 orang", set()),
        ("dua puluh", set()),
        ("1e9", set()),
        ("", set()),
    ],
)
def test_numbers_are_read_in_both_notations(text: str, expected: set[str]) -> None:
    assert numbers(text, "rupiah") == {Decimal(n) for n in expected}


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.booleans(),
)
def test_a_number_written_out_in_either_notation_is_understood(
    n: Decimal, indonesian: bool
) -> None:
    text = f"{n:,.2f}"
    if indonesian:
        text = text.translate(str.maketrans(",.", ".,"))
    assert n in numbers(text)


@given(off=st.decimals(min_value=-2, max_value=2, places=2))
def test_the_tolerance_is_inclusive(off: Decimal) -> None:
    key = {"value": "50", "tolerance": "0.5"}
    response = {"text": f"{50 + off} orang"}
    score = RULES[ItemType.NUMERICAL].score({"unit": "orang"}, key, response, ONE)
    assert score == (1 if abs(off) <= Decimal("0.5") else 0)


def test_words_instead_of_a_number_get_a_clear_message() -> None:
    with pytest.raises(BadResponse, match="angka"):
        RULES[ItemType.NUMERICAL].read({"unit": "orang"}, {"text": "dua puluh lima"})


@given(pairs=st.dictionaries(st.sampled_from("12"), st.sampled_from("abc")))
def test_matching_earns_the_share_that_is_right(pairs: dict[str, str]) -> None:
    content, key = SAMPLES[ItemType.MATCHING]
    rules = RULES[ItemType.MATCHING]
    response = rules.read(content, {"pairs": pairs})
    right = sum(pairs.get(left) == choice for left, choice in key["pairs"].items())
    assert rules.score(content, key, response, FOUR) == right * 2


def test_a_form_without_script_sends_a_field_a_row() -> None:
    content = SAMPLES[ItemType.MATCHING][0]
    read = RULES[ItemType.MATCHING].read
    assert read(content, {"pairs-1": "b", "pairs-2": ""}) == {"pairs": {"1": "b"}}
    with pytest.raises(BadResponse):
        read(content, {"pairs-9": "b"})


def test_a_text_may_be_long_but_not_endless() -> None:
    read = RULES[ItemType.ESSAY].read
    assert read({}, {"text": "a" * LONGEST_TEXT}) is not None
    with pytest.raises(BadResponse) as refused:
        read({}, {"text": "a" * (LONGEST_TEXT + 1)})
    assert refused.value.values == {"limit": 10_000, "length": 10_001}


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_characters_no_database_keeps_are_refused(text: str) -> None:
    with pytest.raises(BadResponse):
        RULES[ItemType.ESSAY].read({}, {"text": text})


def test_words_are_counted() -> None:
    assert count_words("Tujuan  belum\ntercapai.") == 3
