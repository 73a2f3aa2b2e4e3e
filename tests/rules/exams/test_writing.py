from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules import writing
from lsp.exams.rules.bank_files import BadBank, read_entry
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import ItemType
from lsp.texts import Refusal

texts = st.text(alphabet="abcdefgh ", min_size=1).map(str.strip).filter(bool)


@given(st.lists(texts, min_size=2, max_size=8, unique_by=lambda t: " ".join(t.split())), st.data())
def test_whoever_picks_the_marked_choice_is_right(choices: list[str], data) -> None:
    right = data.draw(st.integers(0, len(choices) - 1))
    body = writing.choices([(t, n == right) for n, t in enumerate(choices)], single=True)
    rules = RULES[ItemType.SINGLE_CHOICE]
    for n, choice in enumerate(body.content["choices"]):
        score = rules.score(body.content, body.key, {"choice": choice["id"]}, Decimal(1))
        assert score == (1 if n == right else 0)


@given(
    st.lists(
        st.tuples(texts, texts), min_size=2, max_size=6, unique_by=lambda p: " ".join(p[0].split())
    ),
    st.lists(texts, max_size=3),
)
def test_matching_keeps_every_pair_and_hides_their_order(pairs, extra) -> None:
    try:
        body = writing.matching(pairs, extra)
    except Refusal:
        return  # two right-hand texts that differ in white space only
    right = {row["id"]: row["text"] for row in body.content["right"]}
    found = [(row["text"], right[body.key["pairs"][row["id"]]]) for row in body.content["left"]]
    assert found == pairs
    assert set(right.values()) == {r for _, r in pairs} | set(extra)
    assert [t.casefold() for t in right.values()] == sorted(t.casefold() for t in right.values())


@pytest.mark.parametrize(
    "rows",
    [
        [("Satu", True)],
        [("Satu", False), ("Dua", False)],
        [("Satu", True), ("Dua", True)],
        [("Sama", True), ("Sama ", False)],
        [("Satu", True), ("  ", False)],
    ],
)
def test_choices_that_cannot_be_marked_are_refused(rows) -> None:
    with pytest.raises(Refusal):
        writing.choices(rows, single=True)


def test_ticking_everything_must_not_be_right() -> None:
    with pytest.raises(Refusal):
        writing.choices([("Satu", True), ("Dua", True)], single=False)


def test_the_aspects_of_an_essay_add_up_to_its_points() -> None:
    rubric = [("Isi", Decimal(3)), ("Bahasa", Decimal(1))]
    assert writing.essay(rubric, "Contoh", 250, Decimal(4)).content == {"max_words": 250}
    with pytest.raises(Refusal, match="Jumlah nilai aspek"):
        writing.essay(rubric, "Contoh", 250, Decimal(5))


@pytest.mark.parametrize("value", ["", "abc", "NaN", "1e30", "0.0000001"])
def test_a_key_is_an_ordinary_number(value: str) -> None:
    with pytest.raises(Refusal):
        writing.numerical(value, 0, "")


ENTRY = {
    "identifier": "KP-001",
    "type": "numerical",
    "criterion": "1.2",
    "level": "C3",
    "title": "Kursi",
    "stem": "Berapa kursi?",
    "value": 55,
    "tolerance": 0,
    "unit": "kursi",
    "max_score": 2,
}


def test_a_bank_entry_becomes_a_draft() -> None:
    entry = read_entry(ENTRY)
    assert (entry.identifier, entry.criterion) == ("KP-001", "1.2")
    assert entry.draft.body.key == {"value": "55", "tolerance": "0"}


@pytest.mark.parametrize(
    "fault",
    [{"type": "puzzle"}, {"level": "C9"}, {"value": "lima"}, {"max_score": 0}, {"stem": " "}],
)
def test_a_faulty_bank_entry_names_its_question(fault: dict[str, object]) -> None:
    with pytest.raises(BadBank, match="KP-001"):
        read_entry({**ENTRY, **fault})


def test_a_bank_entry_says_what_is_missing() -> None:
    with pytest.raises(BadBank, match="'stem' is missing"):
        read_entry({key: value for key, value in ENTRY.items() if key != "stem"})
