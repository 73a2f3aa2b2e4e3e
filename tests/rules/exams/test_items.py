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
    in_plain_words,
    numbers,
)
from lsp.exams.rules.kinds import ItemType, Markup
from lsp.texts import Refusal
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
        [
            "choice",
            "choices",
            "value",
            "text",
            "pairs",
            "pairs-1",
            "order",
            "order-a",
            "order-b",
            "gaps",
            "gaps-1",
            "gaps-3",
            "point",
            "point-x",
            "point-y",
            "file",
            "name",
            "x",
        ]
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
        ("1.5e-3", {"0.0015"}),
        ("1,25x10^1", {"12.5"}),
        ("-2 × 10^(-2)", {"-0.02"}),
        ("3 * 10**2 rupiah", {"300"}),
        ("12 500", {"12500"}),
        ("Rp 1 250 000,5", {"1250000.5"}),
        ("1e999", set()),
        ("12 50", set()),
        ("5e", set()),
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
        ("1e9", {"1000000000"}),
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


# --- Policies --------------------------------------------------------------------------------

MULTIPLE = RULES[ItemType.MULTIPLE_CHOICE]
BELOW = ScoringPolicy(below_zero=True)


@pytest.mark.parametrize(
    ("rule", "chosen", "share"),
    [
        (MultipleScoring.RIGHT_MINUS_WRONG, "ab", "0"),
        (MultipleScoring.RIGHT_MINUS_WRONG, "a", "0.5"),
        (MultipleScoring.ALL_OR_NOTHING, "ac", "1"),
        (MultipleScoring.ALL_OR_NOTHING, "a", "0"),
        (MultipleScoring.ALL_OR_NOTHING, "acd", "0"),
        (MultipleScoring.RIGHT_ONLY, "ab", "0.5"),
        (MultipleScoring.RIGHT_ONLY, "abcde", "1"),
    ],
)
def test_a_paper_says_how_ticks_count(rule: MultipleScoring, chosen: str, share: str) -> None:
    content, key = SAMPLES[ItemType.MULTIPLE_CHOICE]
    response = MULTIPLE.read(content, {"choices": list(chosen)})
    score = MULTIPLE.score(content, key, response, FOUR, ScoringPolicy(multiple=rule))
    assert score == 4 * Decimal(share)


def test_below_zero_only_where_the_policy_allows_it() -> None:
    content, key = SAMPLES[ItemType.MULTIPLE_CHOICE]
    wrong = {"choices": ["b", "d"]}
    assert MULTIPLE.score(content, key, wrong, FOUR) == 0
    assert MULTIPLE.score(content, key, wrong, FOUR, BELOW) == -4


@pytest.mark.parametrize(
    ("type_", "wrong"),
    [
        (ItemType.SINGLE_CHOICE, {"choice": "a"}),
        (ItemType.TRUE_FALSE, {"value": False}),
        (ItemType.HOTSPOT, {"point": [399, 0]}),
    ],
)
def test_a_wrong_choice_costs_its_penalty_and_no_answer_nothing(type_, wrong) -> None:
    content, key = SAMPLES[type_]
    policy = ScoringPolicy(wrong_penalty=Decimal("0.25"), below_zero=True)
    assert RULES[type_].score(content, key, wrong, FOUR, policy) == -1
    assert RULES[type_].score(content, key, None, FOUR, policy) == 0
    assert RULES[type_].score(content, key, wrong, FOUR) == 0


@given(policies.filter(lambda policy: policy.below_zero or not policy.wrong_penalty))
def test_a_policy_is_stored_and_read_back(policy: ScoringPolicy) -> None:
    assert ScoringPolicy.read(policy.as_json()) == policy


@pytest.mark.parametrize(
    "stored",
    [
        {"multiple": "harsh"},
        {"wrong_penalty": "x", "below_zero": True},
        {"wrong_penalty": "NaN", "below_zero": True},
        {"wrong_penalty": "1.5", "below_zero": True},
        {"wrong_penalty": "0.5"},
    ],
)
def test_a_policy_that_cannot_be_is_refused(stored: dict) -> None:
    with pytest.raises(Refusal):
        ScoringPolicy.read(stored)


def test_no_policy_is_the_default() -> None:
    assert ScoringPolicy.read({}) == ScoringPolicy()


# --- Shares of the points --------------------------------------------------------------------


def test_choices_with_shares_of_their_own() -> None:
    content = SAMPLES[ItemType.SINGLE_CHOICE][0]
    key = {"correct": ["b"], "weights": {"a": "0.5", "b": "1", "c": "-0.5"}}
    single, multiple = RULES[ItemType.SINGLE_CHOICE], MULTIPLE
    assert [single.score(content, key, {"choice": c}, FOUR, BELOW) for c in "abcd"] == [2, 4, -2, 0]
    assert single.score(content, key, {"choice": "c"}, FOUR) == 0
    assert multiple.score(content, key, {"choices": ["a", "c"]}, FOUR) == 0
    assert multiple.score(content, key, {"choices": ["a", "b"]}, FOUR) == 4
    assert single.describe_key(content, key) == [
        "A. Pilihan a (50%)", "B. Pilihan b (100%)", "C. Pilihan c (-50%)"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "points"),
    [("siaran pers", 4), ("rilis", 2), ("tata   tertib", 4), ("tatatertib", 0), ("lain", 0)],
)
def test_the_best_form_that_fits_counts(text: str, points: int) -> None:
    key = {
        "accepted": ["siaran pers", "rilis", "tata tertib"],
        "shares": {"rilis": "0.5"},
        "case_sensitive": False,
    }
    assert RULES[ItemType.SHORT_ANSWER].score({}, key, {"text": text}, FOUR) == points


def test_spaces_may_not_matter_at_all() -> None:
    key = {"accepted": ["tata tertib"], "ignore_spaces": True}
    assert RULES[ItemType.SHORT_ANSWER].score({}, key, {"text": "Tata\ttertib"}, ONE) == 1
    assert RULES[ItemType.SHORT_ANSWER].score({}, key, {"text": "tatatertib"}, ONE) == 1


@pytest.mark.parametrize(
    ("form", "text", "fits"),
    [
        ("siaran*", "siaran pers", True),
        ("siaran*", "siaran", True),
        ("*pers", "siaran pers", True),
        ("s*n p*s", "Siaran Pers", True),
        ("s*n*n", "siaran", False),
        ("5 \\* 2", "5 * 2", True),
        ("5 \\* 2", "5 kali 2", False),
        ("a*a", "a", False),
        ("*", "apa saja", True),
    ],
)
def test_a_star_stands_for_any_text(form: str, text: str, fits: bool) -> None:
    key = {"accepted": [form], "wildcards": True}
    assert RULES[ItemType.SHORT_ANSWER].score({}, key, {"text": text}, ONE) == int(fits)


@given(
    st.lists(st.text(alphabet="ab", max_size=4), min_size=1, max_size=6), st.text("ab", max_size=4)
)
def test_a_form_with_stars_fits_what_it_was_made_of(parts: list[str], between: str) -> None:
    key = {"accepted": ["*".join(parts)], "wildcards": True, "case_sensitive": True}
    text = between.join(parts)
    if text:
        assert RULES[ItemType.SHORT_ANSWER].score({}, key, {"text": text}, ONE) == 1


def test_ranges_of_numbers_have_shares() -> None:
    key = {
        "ranges": [
            {"low": "9.5", "high": "10.5", "share": "1"},
            {"low": "5", "high": "15", "share": "0.5"},
        ]
    }
    score = RULES[ItemType.NUMERICAL].score
    texts = ["10", "10,5", "15", "15,1", "5"]
    assert [score({}, key, {"text": t}, FOUR) for t in texts] == [4, 4, 2, 0, 2]


# --- Orders, gaps, points, files -------------------------------------------------------------

ORDERING, GAPS = RULES[ItemType.ORDERING], RULES[ItemType.GAP_FILL]
HOTSPOT, FILE = RULES[ItemType.HOTSPOT], RULES[ItemType.FILE_UPLOAD]


@given(st.permutations("abcd"))
def test_each_row_in_its_place_earns_its_share(order: list[str]) -> None:
    content, key = SAMPLES[ItemType.ORDERING]
    response = ORDERING.read(content, {"order": order})
    right = sum(ours == theirs for ours, theirs in zip(order, key["order"], strict=True))
    assert ORDERING.score(content, key, response, FOUR) == right
    exact = ORDERING.score(content, {**key, "exact": True}, response, FOUR)
    assert exact == (4 if order == key["order"] else 0)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 4).map(str)))
def test_half_an_order_is_kept_and_a_place_given_twice_is_refused(places: dict[str, str]) -> None:
    content = SAMPLES[ItemType.ORDERING][0]
    if len(set(places.values())) < len(places):
        with pytest.raises(BadResponse, match="dua kali"):
            ORDERING.read(content, {"places": places})
        return
    response = ORDERING.read(content, {"places": places})
    kept = {id_: str(n) for n, id_ in enumerate((response or {"order": []})["order"], 1) if id_}
    assert kept == places


@pytest.mark.parametrize(
    "order", [["a"], ["a", "a", "b", "c"], ["a", "b", "c", "x"], "abcd", [1, 2, 3, 4], {"a": 1}]
)
def test_what_is_no_order_is_refused(order: object) -> None:
    with pytest.raises(BadResponse):
        ORDERING.read(SAMPLES[ItemType.ORDERING][0], {"order": order})


@given(
    st.dictionaries(
        st.sampled_from("123"), st.sampled_from(["siaran pers", "c", "a", "12", "99", ""])
    )
)
def test_gaps_earn_their_weights(gaps: dict[str, str]) -> None:
    content, key = SAMPLES[ItemType.GAP_FILL]
    try:
        response = GAPS.read(content, {"gaps": gaps})
    except BadResponse:
        return
    right = 2 * (gaps.get("1") == "siaran pers") + (gaps.get("2") == "c") + (gaps.get("3") == "12")
    assert GAPS.score(content, key, response, FOUR) == right


@pytest.mark.parametrize("gaps", [{"9": "x"}, {"2": "z"}, {"3": "banyak"}, {"1": "a" * 201}, [1]])
def test_what_fits_no_gap_is_refused(gaps: object) -> None:
    with pytest.raises(BadResponse):
        GAPS.read(SAMPLES[ItemType.GAP_FILL][0], {"gaps": gaps})


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ((10, 20), True), ((60, 80), True), ((61, 80), False), ((9, 20), False),
        ((225, 150), True), ((226, 150), False), ((217, 167), True), ((218, 168), False),
        ((300, 200), True), ((340, 280), True), ((340, 240), True), ((310, 260), False),
        ((340, 199), False), ((320, 240), True), ((319, 241), False),
    ],
)  # fmt: skip
def test_a_point_is_in_an_area_or_on_its_edge(point: tuple[int, int], inside: bool) -> None:
    content, key = SAMPLES[ItemType.HOTSPOT]
    assert HOTSPOT.score(content, key, {"point": list(point)}, ONE) == int(inside)


@pytest.mark.parametrize(
    "raw",
    [
        {"point": [400, 0]}, {"point": [0, 300]}, {"point": [-1, 0]}, {"point": ["x", "1"]},
        {"point": [float("nan"), 1]}, {"point": [float("inf"), 1]}, {"point": [True, 1]},
        {"point": [1]}, {"point": "12"}, {"point": ["12", ""]}, {"point": ["9" * 5000, "1"]},
        {"point-x": "1"},
    ],
)  # fmt: skip
def test_what_is_no_point_of_the_picture_is_refused(raw: dict) -> None:
    with pytest.raises(BadResponse):
        HOTSPOT.read(SAMPLES[ItemType.HOTSPOT][0], raw)


def test_a_form_sends_the_point_in_two_fields() -> None:
    content = SAMPLES[ItemType.HOTSPOT][0]
    assert HOTSPOT.read(content, {"point": ["12", " 7 "]}) == {"point": [12, 7]}
    assert HOTSPOT.read(content, {"point": ["", None]}) is None


@pytest.mark.parametrize("raw", [{"file": "x", "name": "a"}, {"file": 1}, {"file": "", "name": 1}])
def test_a_file_is_named_by_its_id(raw: dict) -> None:
    if raw["file"] == "":
        assert FILE.read({}, raw) is None
    else:
        with pytest.raises(BadResponse):
            FILE.read({}, raw)


def test_an_oral_question_waits_for_its_assessor() -> None:
    content, key = SAMPLES[ItemType.ORAL]
    assert RULES[ItemType.ORAL].read(content, {"text": "x"}) is None
    assert RULES[ItemType.ORAL].score(content, key, None, FOUR) is None


def test_staff_read_quoted_choices_without_their_tags() -> None:
    content = {"choices": [{"id": "a", "text": "<p>satu <b>dua</b></p>"}]}
    lines = RULES[ItemType.SINGLE_CHOICE].describe(content, {"choice": "a"})
    assert in_plain_words(ItemType.SINGLE_CHOICE, lines, Markup.HTML) == ["A. satu dua"]
    assert in_plain_words(ItemType.SHORT_ANSWER, ["<b>"], Markup.HTML) == ["<b>"]
