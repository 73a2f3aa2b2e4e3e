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
