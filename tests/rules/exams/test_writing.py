from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules import writing
from lsp.exams.rules.bank_files import BadBank, read_entry
from lsp.exams.rules.items import RULES, fold
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
    assert (entry.identifier, entry.criterion, entry.facility) == ("KP-001", "1.2", None)
    assert read_entry({**ENTRY, "facility": 0.65}).facility == Decimal("0.65")
    assert entry.draft.body.key == {"value": "55", "tolerance": "0"}


@pytest.mark.parametrize(
    "fault",
    [
        {"type": "puzzle"},
        {"level": "C9"},
        {"value": "lima"},
        {"max_score": 0},
        {"stem": " "},
        {"facility": 1.5},
        {"facility": "mudah"},
    ],
)
def test_a_faulty_bank_entry_names_its_question(fault: dict[str, object]) -> None:
    with pytest.raises(BadBank, match="KP-001"):
        read_entry({**ENTRY, **fault})


def test_a_bank_entry_says_what_is_missing() -> None:
    with pytest.raises(BadBank, match="'stem' is missing"):
        read_entry({key: value for key, value in ENTRY.items() if key != "stem"})


THREE = [("Satu", True), ("Dua", False), ("Semua di atas", False)]


@pytest.mark.parametrize(
    ("rows", "still"),
    [
        (THREE, "c"),
        ([*THREE[:2], ("Sisipan", False), THREE[2]], "d"),
        ([*THREE[:2], ("Semua di atas benar", False)], "c"),
        ([*THREE[:2], ("Semua di atas benar", False), ("Sisipan", False)], "c"),
        (THREE[:2], None),
    ],
)
def test_a_pinned_choice_takes_its_pin_along(
    rows: list[tuple[str, bool]], still: str | None
) -> None:
    before = writing.pinned(writing.choices(THREE, single=True), {"": ["c"]}).content
    after = writing.pinned_like(writing.choices(rows, single=True), before).content
    pinned = [row["id"] for row in after["choices"] if row.get("fixed")]
    assert pinned == ([] if still is None else [still])


def test_a_limit_leaves_all_right_choices_to_be_ticked() -> None:
    body = writing.choices([("A", True), ("B", True), ("C", False)], single=False)
    writing.check_limit(writing.limited(body, 2))
    with pytest.raises(Refusal):
        writing.check_limit(writing.limited(body, 1))


@given(st.lists(texts, min_size=2, max_size=6, unique_by=lambda t: " ".join(t.split())))
def test_an_order_is_kept_and_its_rows_tell_nothing_of_it(rows: list[str]) -> None:
    body = writing.ordering(rows)
    shown = {row["id"]: row["text"] for row in body.content["rows"]}
    assert [shown[id_] for id_ in body.key["order"]] == rows
    assert list(shown.values()) == sorted(shown.values(), key=lambda text: (fold(text), text))
    score = RULES[ItemType.ORDERING].score
    assert score(body.content, body.key, {"order": body.key["order"]}, Decimal(4)) == 4


def test_every_gap_stands_in_the_stem_once() -> None:
    gap = (writing.short_answer(["rilis"], case_sensitive=False), Decimal(1))
    assert writing.gap_fill([gap], "Kirim [[1]].").content["gaps"][0]["kind"] == "text"
    for stem in ("Kirim.", "[[1]] dan [[1]]"):
        with pytest.raises(Refusal, match="tepat satu kali"):
            writing.gap_fill([gap], stem)
    with pytest.raises(Refusal, match=r"memuat \[\[2\]\]"):
        writing.gap_fill([gap], "[[1]] dan [[2]]")
    with pytest.raises(Refusal, match="Bobot"):
        writing.gap_fill([(gap[0], Decimal(0))], "[[1]]")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"picture": ""}, "Pilih gambar"),
        ({"width": 0}, "Pilih gambar"),
        ({"alt": " "}, "tampak di gambar"),
        ({"areas": []}, "paling sedikit satu"),
        ({"areas": [("circle", [1, 2])]}, "belum lengkap"),
        ({"areas": [("poly", [1, 2, 3, 4])]}, "belum lengkap"),
        ({"areas": [("rect", [1, 2, 3, 4])] * 27}, "paling banyak"),
        ({"areas": [("rect", [9, 1, 12, 5])]}, "di dalam gambar"),
        ({"areas": [("rect", [5, 1, 1, 5])]}, "punya luas"),
        ({"areas": [("circle", [4, 4, 0])]}, "punya luas"),
        ({"areas": [("circle", [-5, 4, 2])]}, "di dalam gambar"),
        ({"areas": [("poly", [3, 3, 3, 3, 3, 3])]}, "punya luas"),
    ],
)
def test_a_picture_question_that_cannot_be_answered_is_refused(values: dict, message: str) -> None:
    good = {"picture": "a.png", "width": 9, "height": 9, "alt": "Denah"}
    good["areas"] = [("rect", [1, 1, 5, 5])]
    with pytest.raises(Refusal, match=message):
        writing.hotspot(**{**good, **values})


@pytest.mark.parametrize(("kinds", "size"), [([], 5), (["exe"], 5), (["pdf"], 0), (["pdf"], 99)])
def test_a_file_question_names_kinds_and_size(kinds: list[str], size: int) -> None:
    with pytest.raises(Refusal):
        writing.file_upload(kinds, size, [("Isi", Decimal(4))], "", Decimal(4))


def test_shares_lie_between_minus_one_and_one() -> None:
    rows = [("Satu", True), ("Dua", False)]
    body = writing.choices(rows, single=True, weights=[Decimal(1), Decimal("-0.5")])
    assert body.key["weights"] == {"a": "1", "b": "-0.5"}
    with pytest.raises(Refusal, match="bagian nilai"):
        writing.choices(rows, single=True, weights=[Decimal(1), Decimal(2)])
    with pytest.raises(Refusal, match="Beri nilai"):
        writing.choices(rows, single=True, weights=[Decimal(-1), Decimal(0)])


@given(st.permutations(["a", "A", "á", "Á", "b", "B"]))
def test_the_alphabet_puts_texts_in_one_order_however_they_came(texts: list[str]) -> None:
    lefts = [str(n) for n in range(len(texts))]
    body = writing.matching(list(zip(lefts, texts, strict=True)), [])
    rights = [row["text"] for row in body.content["right"]]
    assert rights == [row["text"] for row in writing.ordering(texts).content["rows"]]
    assert rights.index("A") < rights.index("a") < rights.index("B") < rights.index("b")
    assert rights == sorted(rights, key=lambda text: (fold(text), text))


WORDS = {"rubric": [{"aspect": "Isi", "points": 2}], "model_answer": "Contoh."}


@pytest.mark.parametrize(
    ("type_", "fields", "key"),
    [
        ("ordering", {"steps": ["Satu", "Dua"], "exact": True}, {"order": ["b", "a"], "exact": True}),
        (
            "gap_fill",
            {"stem": "[[1]] [[2]] [[3]]", "gaps": [
                {"accepted": ["rilis"], "weight": 2},
                {"choices": [{"text": "a", "correct": False}, {"text": "b", "correct": True}]},
                {"value": 14},
            ]},
            {"gaps": {
                "1": {"accepted": ["rilis"], "case_sensitive": False, "weight": "2"},
                "2": {"correct": ["b"], "weight": "1"},
                "3": {"value": "14", "tolerance": "0", "weight": "1"},
            }},
        ),
        ("oral", WORDS, {"rubric": [{"aspect": "Isi", "points": "2"}], "model_answer": "Contoh."}),
        (
            "file_upload",
            {**WORDS, "kinds": ["pdf"], "max_megabytes": 5},
            {"rubric": [{"aspect": "Isi", "points": "2"}], "model_answer": "Contoh."},
        ),
    ],
)  # fmt: skip
def test_a_bank_file_holds_the_newer_types(type_: str, fields: dict, key: dict) -> None:
    assert read_entry({**ENTRY, "type": type_, **fields}).draft.body.key == key


def test_a_bank_file_carries_no_pictures() -> None:
    with pytest.raises(BadBank, match="KP-001: a bank file carries no pictures"):
        read_entry({**ENTRY, "type": "hotspot"})
