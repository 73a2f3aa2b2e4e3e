from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp.credits.rules import Met, Period, Predicate, Standing, next_grade, next_level
from lsp.credits.rules.outlook import (
    LEVEL_FIRST,
    MIDDLE_BY_FAMILY,
    MIDDLE_UNKNOWN,
    NO_NEXT_GRADE,
    TOP_OF_LEVELS,
    predicates_met,
)
from tests.rules.credits.tables import FAMILY, TABLES

TODAY = date(2026, 11, 23)


def standing(level: str, grade: str) -> Standing:
    return Standing(level, grade, Decimal(0), date(2024, 12, 31))


def year(number: int, predicate: Predicate = Predicate.GOOD, last: int = 12) -> Period:
    return Period(number, 1, last, "Bawah", predicate)


@pytest.mark.parametrize(
    ("level", "grade", "name", "needed", "note"),
    [
        ("Bawah", "a", "b", "50", ""),
        ("Bawah", "b", "c", None, MIDDLE_UNKNOWN),
        ("Bawah", "c", "d", "150", LEVEL_FIRST),
        ("Atas", "d", "e", "150", ""),
        ("Atas", "e", "f", "300", MIDDLE_BY_FAMILY),
        ("Atas", "g", None, None, NO_NEXT_GRADE),
    ],
)
def test_the_next_grade_asks_for_what_the_tables_print_and_nothing_else(
    level: str, grade: str, name: str | None, needed: str | None, note: str
) -> None:
    outlook = next_grade(TABLES, standing(level, grade), Decimal(10), [], TODAY)
    assert (outlook.name, outlook.note) == (name, note)
    assert (outlook.needed and outlook.needed.amount) == (Decimal(needed) if needed else None)


def test_a_number_seen_only_for_another_position_says_so() -> None:
    outlook = next_grade(TABLES, standing("Atas", "e"), Decimal(10), [], TODAY)
    assert outlook.needed is not None
    assert outlook.needed.source is FAMILY
    assert outlook.needed.source.is_family


def test_credits_are_met_at_the_number_itself() -> None:
    for total, met, missing in (("49.999", Met.NO, "0.001"), ("50", Met.YES, "0")):
        outlook = next_grade(TABLES, standing("Bawah", "a"), Decimal(total), [], TODAY)
        assert outlook.conditions[0].met is met
        assert outlook.missing == Decimal(missing)


def test_credits_without_an_established_number_are_unknown() -> None:
    outlook = next_grade(TABLES, standing("Bawah", "b"), Decimal(1000), [], TODAY)
    assert outlook.conditions[0].met is Met.UNKNOWN
    assert outlook.missing is None


def test_what_the_record_does_not_hold_stays_unknown() -> None:
    outlook = next_level(TABLES, standing("Bawah", "a"), Decimal(200), [year(2025)], TODAY)
    met = [condition.met for condition in outlook.conditions]
    assert met == [Met.YES, Met.UNKNOWN, Met.YES, Met.UNKNOWN]


def test_above_the_last_level_nothing_is_made_up() -> None:
    outlook = next_level(TABLES, standing("Atas", "d"), Decimal(999), [], TODAY)
    assert (outlook.name, outlook.needed, outlook.conditions) == (None, None, ())
    assert outlook.note == TOP_OF_LEVELS


@pytest.mark.parametrize(
    ("periods", "met"),
    [
        ([], Met.UNKNOWN),
        ([year(2025)], Met.UNKNOWN),
        ([year(2025), year(2024, last=11)], Met.UNKNOWN),
        ([year(2025), year(2024)], Met.YES),
        ([year(2025), year(2024, Predicate.VERY_GOOD)], Met.YES),
        ([year(2025, Predicate.POOR)], Met.NO),
        ([year(2025), year(2024), year(2023, Predicate.POOR)], Met.YES),
    ],
)
def test_predicates_are_met_only_when_every_month_is_on_record(
    periods: list[Period], met: Met
) -> None:
    assert predicates_met(periods, (2024, 2025)) is met


@given(
    st.sampled_from([(level.name, g) for level in TABLES.levels.values() for g in level.grades]),
    st.decimals("0", "2000", places=3),
)
def test_what_is_missing_is_never_negative_and_agrees_with_the_condition(
    place: tuple[str, str], total: Decimal
) -> None:
    for outlook in (
        next_grade(TABLES, standing(*place), total, [], TODAY),
        next_level(TABLES, standing(*place), total, [], TODAY),
    ):
        if outlook.missing is None:
            continue
        assert outlook.missing >= 0
        assert (outlook.missing == 0) == (outlook.conditions[0].met is Met.YES)
