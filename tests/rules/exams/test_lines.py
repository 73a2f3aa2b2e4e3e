from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.exams.rules import lines, writing
from lsp.texts import Refusal

words = st.text(alphabet="abc de", min_size=1).map(lambda t: " ".join(t.split())).filter(bool)
shares = st.none() | st.decimals(-1, 1, places=4).map(lambda d: f"{d.normalize():f}")


@given(words, shares)
def test_a_share_before_a_line_is_read_as_it_is_written(text: str, share: str | None) -> None:
    read, found = lines.shared(lines.with_share(text, share))
    assert (read, found) == (text, None if share is None else Decimal(share))


@given(
    st.integers(-999, 999),
    st.integers(0, 99),
    st.decimals("0.01", 1, places=2),
)
def test_a_range_is_read_as_it_is_written(low: int, width: int, share: Decimal) -> None:
    body = writing.number_ranges([(low, low + width, share)], "")
    (row,) = body.key["ranges"]
    read = lines.span(lines.span_line(row))
    assert (Decimal(read[0]), Decimal(read[1]), read[2]) == (low, low + width, share)


@pytest.mark.parametrize(
    "line",
    [
        "siaran pers | rilis pers",
        "(2) siaran pers",
        "*rilis | undangan | laporan",
        "# 12,5 ± 0,5 menit",
        "(0,5) # 15",
    ],
)
def test_a_gap_is_written_as_it_was_read(line: str) -> None:
    body, weight = lines.gap(line)
    made = writing.gap_fill([(body, weight)], "[[1]]")
    assert lines.gap_line(made.content["gaps"][0], made.key["gaps"]["1"]) == line


@pytest.mark.parametrize(
    "line", ["kotak 1, 2, 3, 4", "lingkaran 5, 6, 7", "poligon 1, 1, 5, 1, 3, 4"]
)
def test_an_area_is_written_as_it_was_read(line: str) -> None:
    shape, coords = lines.area(line)
    assert lines.area_line({"shape": shape, "coords": coords}) == line


@pytest.mark.parametrize(
    "line", ["bintang 1, 2", "kotak a, b", "kotak -1, 2, 3, 4", "", "kotak 999999"]
)
def test_what_is_no_area_is_refused(line: str) -> None:
    with pytest.raises(Refusal):
        lines.area(line)


@pytest.mark.parametrize("line", ["Isi", "Isi = banyak", "Isi = NaN", "Isi ="])
def test_an_aspect_needs_its_points(line: str) -> None:
    with pytest.raises(Refusal, match="aspek"):
        lines.aspect(line)


thirds = st.builds(
    lambda part, of: str(Decimal(part) / of), st.integers(1, 12), st.integers(12, 40)
)


@given(words, thirds)
def test_a_share_without_an_end_is_kept_while_its_line_shows_the_same(text: str, part: str) -> None:
    line = lines.with_share(text, part)
    assert len(line) <= len(text) + len("[100,00000%] ")
    assert lines.shared(line, [part]) == (text, Decimal(part))
    assert lines.shared(f"{line} lain", [part]) == (f"{text} lain", Decimal(part))


@pytest.mark.parametrize(
    "line", ["[33,33…%] rilis", "[1/3%] rilis", "[%] rilis", "[50,%] rilis", "[+5 %] rilis"]
)
def test_an_unreadable_share_is_refused_with_its_line(line: str) -> None:
    for read in (lines.shared, lines.span, lines.gap):
        with pytest.raises(Refusal) as refused:
            read(line)
        assert refused.value.values == {"written": line}


def test_a_bracket_that_is_no_share_is_text() -> None:
    for line in ("[sekitar 50%] rilis", "[50] rilis", "[a] rilis", "rilis [50%]"):
        assert lines.shared(line) == (line, None)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (
            writing.short_answer(
                ["rilis", "PR"], case_sensitive=False, shares={"PR": Decimal(1) / 3}
            ),
            "rilis | [33,33333%] PR",
        ),
        (
            writing.choices(
                [("a", True), ("b", False)], single=True, weights=[Decimal(1), Decimal(2) / 3]
            ),
            "*[100%] a | [66,66667%] b",
        ),
        (
            writing.number_ranges([("1", "2", Decimal(1)), ("3", "3", Decimal(1) / 7)], "orang"),
            "# 1 … 2 | [14,28571%] 3 orang",
        ),
    ],
)
def test_a_gap_shows_its_shares_and_keeps_them(body: writing.Body, line: str) -> None:
    made = writing.gap_fill([(body, Decimal(1))], "[[1]]")
    key = made.key["gaps"]["1"]
    assert lines.gap_line(made.content["gaps"][0], key) == line
    assert lines.gap(line, lines.shares_in(key)) == (body, Decimal(1))
