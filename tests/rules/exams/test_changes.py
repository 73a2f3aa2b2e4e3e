from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules.changes import content_lines, word_changes

texts = st.text(st.sampled_from("ab \n"), max_size=40)


@given(texts, texts)
def test_the_pieces_give_back_both_texts(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert "".join(p.text for p in pieces if p.kind != "new") == old
    assert "".join(p.text for p in pieces if p.kind != "gone") == new


def test_long_texts_are_shown_whole() -> None:
    old, new = "kata " * 4000, "lain " * 4000
    assert [(p.kind, p.text) for p in word_changes(old, new)] == [("gone", old), ("new", new)]


def test_whatever_a_type_stores_has_lines() -> None:
    content = {
        "choices": [{"id": "a", "text": "Satu"}],
        "gaps": [{"id": "1", "kind": "choice", "choices": [{"id": "a", "text": "X"}]}],
        "kinds": ["pdf"],
        "unit": "jam",
    }
    assert content_lines(content) == ["A. Satu", "1: A. X", "pdf", "unit: jam"]
