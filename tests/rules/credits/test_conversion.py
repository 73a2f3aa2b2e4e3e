from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.credits.rules import (
    NotCounted,
    Period,
    Predicate,
    Standing,
    convert,
    printed,
    share,
    total_credits,
)
from tests.rules.credits.tables import TABLES

STANDING = Standing("Bawah", "a", Decimal("20.125"), date(2024, 12, 31))

amounts = st.decimals("0", "2000", places=3)
periods = st.builds(
    lambda year, months, level, predicate: Period(year, min(months), max(months), level, predicate),
    st.integers(2023, 2030),
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    st.sampled_from(["Bawah", "Atas"]),
    st.sampled_from(list(Predicate)),
)


def period(first: int = 1, last: int = 12, year: int = 2025, **values: object) -> Period:
    return Period(
        **{
            "year": year,
            "first_month": first,
            "last_month": last,
            "level": "Bawah",
            "predicate": Predicate.GOOD,
            **values,
        }  # type: ignore[arg-type]
    )


def test_a_full_year_is_coefficient_times_percent_and_stays_exact() -> None:
    converted = convert(TABLES, period(predicate=Predicate.NEEDS_IMPROVEMENT), STANDING)
    assert converted.credits == Decimal("9.375")
    assert printed(Decimal("9.375")) == Decimal("9.38")
    assert converted.not_counted is None


def test_less_than_a_year_is_not_guessed() -> None:
    converted = convert(TABLES, period(1, 11), STANDING)
    assert converted.credits is None
    assert converted.not_counted is NotCounted.SHORT


@pytest.mark.parametrize(
    ("given_period", "standing", "reason"),
    [
        (period(), None, NotCounted.NO_STANDING),
        (period(year=2024), STANDING, NotCounted.INCLUDED),
        (period(1, 3, year=2024), STANDING, NotCounted.INCLUDED),
        (period(level="Atas"), STANDING, NotCounted.OTHER_LEVEL),
        (
            period(),
            Standing("Bawah", "a", Decimal(0), date(2025, 6, 30)),
            NotCounted.STRADDLES,
        ),
        (
            period(),
            Standing("Bawah", "a", Decimal(0), date(2025, 12, 30)),
            NotCounted.STRADDLES,
        ),
        (
            period(),
            Standing("Bawah", "a", Decimal(0), date(2025, 12, 31)),
            NotCounted.INCLUDED,
        ),
        (period(), STANDING, None),
    ],
)
def test_a_period_counts_once_and_only_after_the_standing(
    given_period: Period, standing: Standing | None, reason: NotCounted | None
) -> None:
    assert convert(TABLES, given_period, standing).not_counted is reason


@given(st.lists(periods, max_size=8), amounts)
def test_the_sum_is_the_standing_and_exactly_what_counts(
    entered: list[Period], credits_: Decimal
) -> None:
    standing = Standing("Bawah", "a", credits_, date(2024, 12, 31))
    converted = [convert(TABLES, p, standing) for p in entered]
    counted = [c for c in converted if c.not_counted is None]
    assert all(c.period.months == 12 and c.period.year >= 2025 for c in counted)
    assert total_credits(standing, converted) - credits_ == sum(
        c.coefficient.amount * c.percent.amount / 100 for c in counted
    )


@given(periods, periods)
def test_overlap_is_mutual_and_means_a_shared_month(a: Period, b: Period) -> None:
    months_of = lambda p: {(p.year, m) for m in range(p.first_month, p.last_month + 1)}  # noqa: E731
    assert a.overlaps(b) == b.overlaps(a) == bool(months_of(a) & months_of(b))


@given(amounts, amounts)
def test_a_share_fits_its_bar(amount: Decimal, whole: Decimal) -> None:
    assert 0 <= share(amount, whole) <= 100
    if whole and amount >= whole:
        assert share(amount, whole) == 100
    if amount < whole:
        assert share(amount, whole) < 100


@given(amounts)
def test_printing_rounds_half_up_to_the_nearest_hundredth(amount: Decimal) -> None:
    assert abs(printed(amount) - amount) <= Decimal("0.005")
    assert printed(Decimal("2.8125")) == Decimal("2.81")
    assert printed(Decimal("1.875")) == Decimal("1.88")
