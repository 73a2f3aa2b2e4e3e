from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.kinds import ItemType
from lsp.exams.rules.ordering import own_choices, own_order

positions = st.lists(st.integers(1, 200), unique=True, max_size=80)
seeds = st.uuids().map(lambda id_: id_.hex)


def rows(*texts: str) -> list[dict]:
    return [{"id": id_, "text": text} for id_, text in zip("abcdefgh", texts, strict=False)]


@given(positions, seeds)
def test_an_own_order_has_every_question_once_and_is_stable(found: list[int], seed: str) -> None:
    assert sorted(own_order(found, seed)) == sorted(found)
    assert own_order(found, seed) == own_order(reversed(found), seed)


def test_candidates_get_different_orders() -> None:
    orders = {tuple(own_order(range(1, 31), str(seed))) for seed in range(50)}
    assert len(orders) == 50


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=8), seeds)
def test_choices_keep_their_ids_and_texts(texts: list[str], seed: str) -> None:
    content = {"choices": rows(*texts)}
    shown = own_choices(ItemType.SINGLE_CHOICE, content, seed, 3)["choices"]
    assert sorted(shown, key=lambda row: row["id"]) == content["choices"]
    assert shown == own_choices(ItemType.SINGLE_CHOICE, content, seed, 3)["choices"]


def test_two_questions_with_the_same_choices_get_orders_of_their_own() -> None:
    content = {"choices": rows("satu", "dua", "tiga", "empat", "lima")}
    orders = {
        tuple(r["id"] for r in own_choices(ItemType.SINGLE_CHOICE, content, "s", n)["choices"])
        for n in range(20)
    }
    assert len(orders) > 10


def ids_at(place: int, content: dict) -> set[str]:
    """Which choices stand at a place over many candidates."""
    return {
        own_choices(ItemType.SINGLE_CHOICE, content, str(seed), 1)["choices"][place]["id"]
        for seed in range(60)
    }


def test_a_choice_about_all_others_stays_last() -> None:
    assert ids_at(3, {"choices": rows("satu", "dua", "tiga", "Semua jawaban benar")}) == {"d"}
    assert ids_at(0, {"choices": rows("satu", "dua", "tiga", "Semua benar")}) == {"a", "b", "c"}
    marked = rows("satu", "dua", "tiga")
    marked[2]["fixed"] = True
    assert ids_at(2, {"choices": marked}) == {"c"}


def test_nothing_moves_where_letters_are_named_or_the_writer_says_so() -> None:
    for content in (
        {"choices": rows("satu", "dua", "A dan B benar")},
        {"choices": rows("satu", "dua", "tiga"), "fixed": True},
    ):
        assert [ids_at(place, content) for place in range(3)] == [{"a"}, {"b"}, {"c"}]


def test_only_what_tells_nothing_by_its_order_moves() -> None:
    matching = {"left": rows("x", "y", "z"), "right": rows("p", "q", "r", "s")}
    seen = [own_choices(ItemType.MATCHING, matching, str(seed), 1) for seed in range(20)]
    assert all(content["left"] == matching["left"] for content in seen)
    assert len({str(content["right"]) for content in seen}) > 5
    gaps = {
        "gaps": [
            {"id": "1", "kind": "choice", "choices": rows("p", "q", "r", "s")},
            {"id": "2", "kind": "text"},
        ]
    }
    seen = [own_choices(ItemType.GAP_FILL, gaps, str(seed), 1) for seed in range(20)]
    assert [gap["id"] for gap in seen[0]["gaps"]] == ["1", "2"]
    assert len({str(content["gaps"][0]["choices"]) for content in seen}) > 5
    assert own_choices(ItemType.TRUE_FALSE, {}, "s", 1) == {}
