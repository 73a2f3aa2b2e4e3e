from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lsp.credits.rules import Ladder, Rung, find_ladder, place_on_ladder
from tests.rules.credits.tables import SOURCE

LADDER = Ladder(
    "ahli",
    (
        Rung("Pertama", "III/a", Decimal(100)),
        Rung("Pertama", "III/b", Decimal(150)),
        Rung("Muda", "III/c", Decimal(200)),
    ),
    SOURCE,
)
OTHER = Ladder("terampil", (Rung("Pelaksana Lanjutan", "III/a", Decimal(100)),), SOURCE)


def test_a_rung_is_reached_at_its_minimum() -> None:
    place = place_on_ladder(LADDER, Decimal(150))
    assert place.reached == LADDER.rungs[1]
    assert place.next == LADDER.rungs[2]
    assert place.missing == Decimal(50)


def test_below_the_first_rung_nothing_is_reached() -> None:
    place = place_on_ladder(LADDER, Decimal("99.999"))
    assert place.reached is None
    assert place.missing == Decimal("0.001")


def test_on_the_last_rung_nothing_is_missing() -> None:
    place = place_on_ladder(LADDER, Decimal(1000))
    assert (place.reached, place.next, place.missing) == (LADDER.rungs[2], None, None)


def test_the_same_grade_on_two_ladders_is_told_apart_by_its_level() -> None:
    assert find_ladder([OTHER, LADDER], "Pertama", "III/a") is LADDER
    assert find_ladder([OTHER, LADDER], "Pelaksana Lanjutan", "III/a") is OTHER
    assert find_ladder([OTHER, LADDER], "Pertama", "III/c") is None


@given(st.decimals("0", "1000", places=3))
def test_what_is_missing_leads_exactly_to_the_next_rung(credits_: Decimal) -> None:
    place = place_on_ladder(LADDER, credits_)
    if place.next is not None and place.missing is not None:
        assert place.missing > 0
        assert place_on_ladder(LADDER, credits_ + place.missing).reached == place.next
