import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.audit import AuditEntry
from lsp.credits.models import CreditStanding
from lsp.credits.rules import NotCounted, Period, Predicate, Standing
from lsp.credits.services import record
from lsp.credits.services.overview import overview
from lsp.texts import NotFound, Refusal
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.factories.credits import make_period, make_standing

TODAY = date(2026, 11, 23)
AHLI = Standing("Ahli Pertama", "III/a", Decimal("20.125"), date(2024, 12, 31))


def enter(
    session: Session, person_id: uuid.UUID, given: Standing = AHLI, regime: int = 2023
) -> CreditStanding:
    return record.enter_standing(
        session,
        person_id=person_id,
        regime=regime,
        given=given,
        document="PAK/12/2024",
        today=TODAY,
        now=NOW,
    )


def enter_period(session: Session, person_id: uuid.UUID, **values: object) -> None:
    period = Period(
        **{
            "year": 2025,
            "first_month": 1,
            "last_month": 12,
            "level": "Ahli Pertama",
            "predicate": Predicate.GOOD,
            **values,
        }  # type: ignore[arg-type]
    )
    record.enter_period(session, person_id=person_id, period=period, today=TODAY, now=NOW)


def test_a_standing_keeps_every_decimal_and_leaves_a_trace_without_the_number(
    session: Session,
) -> None:
    person = make_person(session)
    standing = enter(session, person.id)
    session.expire_all()
    assert standing.credits == Decimal("20.125")
    entry = session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("credit.standing_entered", person.id)
    assert entry.detail == {}


@pytest.mark.parametrize(
    ("regime", "given"),
    [
        (2023, Standing("Ahli Utama", "IV/d", Decimal(1), date(2024, 12, 31))),
        (2023, Standing("Ahli Pertama", "III/c", Decimal(1), date(2024, 12, 31))),
        (2023, Standing("Pranata Humas Pertama", "III/a", Decimal(1), date(2024, 12, 31))),
        (2005, Standing("Ahli Pertama", "III/a", Decimal(1), date(2012, 12, 31))),
        (2023, Standing("Ahli Pertama", "III/a", Decimal(1), TODAY + timedelta(days=1))),
    ],
)
def test_a_standing_the_regime_does_not_know_is_refused(
    session: Session, regime: int, given: Standing
) -> None:
    person = make_person(session)
    with pytest.raises(Refusal):
        enter(session, person.id, given, regime)
    assert record.own_standings(session, person.id) == []


def test_one_standing_a_regime_and_day(session: Session) -> None:
    person, other = make_person(session), make_person(session)
    standing = enter(session, person.id)
    enter(session, other.id)
    with pytest.raises(Refusal, match="Sudah ada catatan"):
        enter(session, person.id)
    record.change_standing(session, standing, given=AHLI, document="", today=TODAY, now=NOW)
    assert standing.document == ""


def test_the_number_of_standings_is_bounded(session: Session) -> None:
    person = make_person(session)
    for n in range(record.MOST_STANDINGS):
        make_standing(session, person, as_of=date(2020, 1, 1) + timedelta(days=n))
    with pytest.raises(Refusal, match=str(record.MOST_STANDINGS)):
        enter(session, person.id)


@pytest.mark.parametrize(
    "values",
    [
        {"year": 2022},
        {"year": 2026},
        {"year": 2026, "last_month": 11},
        {"first_month": 6, "last_month": 5},
        {"level": "Ahli Utama"},
        {"first_month": 12},
    ],
)
def test_a_period_that_cannot_be_is_refused(session: Session, values: dict[str, object]) -> None:
    person = make_person(session)
    make_period(session, person, first_month=12)
    with pytest.raises(Refusal):
        enter_period(session, person.id, **values)
    assert len(record.own_periods(session, person.id)) == 1


def test_months_may_touch_and_another_person_s_do_not_count(session: Session) -> None:
    person = make_person(session)
    make_period(session)
    make_period(session, person, first_month=7)
    enter_period(session, person.id, last_month=6)
    enter_period(session, person.id, year=2026, last_month=10)
    assert [p.first_month for p in record.own_periods(session, person.id)] == [1, 7, 1]


def test_a_period_may_be_mended_over_its_own_months(session: Session) -> None:
    person = make_person(session)
    row = make_period(session, person)
    period = Period(2025, 2, 12, "Ahli Pertama", Predicate.VERY_GOOD)
    record.change_period(session, row, period=period, today=TODAY, now=NOW)
    assert record.period_of(row) == period


def test_another_person_s_record_does_not_exist(session: Session) -> None:
    stranger = make_person(session)
    standing, period = make_standing(session), make_period(session)
    with pytest.raises(NotFound):
        record.get_own_standing(session, stranger.id, standing.id)
    with pytest.raises(NotFound):
        record.get_own_period(session, stranger.id, period.id)
    assert record.get_own_period(session, period.person_id, period.id) is period


def test_removing_leaves_a_trace(session: Session) -> None:
    person = make_person(session)
    record.remove_standing(session, make_standing(session, person), now=NOW)
    record.remove_period(session, make_period(session, person), now=NOW)
    assert (record.own_standings(session, person.id), record.own_periods(session, person.id)) == (
        [],
        [],
    )
    assert session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)).all() == [
        "credit.standing_removed",
        "credit.period_removed",
    ]


def test_the_overview_sums_from_the_newest_standing(session: Session) -> None:
    person = make_person(session)
    make_standing(session, person, as_of=date(2023, 12, 31), credits=Decimal(5))
    make_standing(session, person)
    make_standing(
        session,
        person,
        regime=2005,
        level="Pranata Humas Pertama",
        as_of=date(2018, 12, 31),
        credits=Decimal(130),
    )
    make_period(session, person, predicate=Predicate.VERY_GOOD)
    make_period(session, person, year=2024)
    make_period(session, person, year=2026, last_month=10)
    seen = overview(session, person.id, TODAY)
    assert seen.conversion.total == Decimal("38.75")
    assert [converted.not_counted for _, converted in seen.conversion.periods] == [
        NotCounted.SHORT,
        None,
        NotCounted.INCLUDED,
    ]
    assert seen.conversion.grade is not None
    assert (seen.conversion.grade.name, seen.conversion.grade.missing) == (
        "III/b",
        Decimal("11.25"),
    )
    assert seen.conversion.level is not None
    assert seen.conversion.level.missing == Decimal("61.25")
    assert seen.ladder is not None
    assert seen.ladder.missing == Decimal(20)


def test_without_a_standing_nothing_is_summed(session: Session) -> None:
    row = make_period(session)
    seen = overview(session, row.person_id, TODAY)
    assert (seen.conversion.total, seen.conversion.grade, seen.ladder) == (None, None, None)
    [(_, converted)] = seen.conversion.periods
    assert (converted.credits, converted.not_counted) == (Decimal("12.5"), NotCounted.NO_STANDING)


def test_the_overview_costs_two_statements_whatever_is_recorded(
    session: Session, statements: list[str]
) -> None:
    person = make_person(session)
    make_standing(session, person)
    for year in (2023, 2024, 2025):
        make_period(session, person, year=year)
    person_id = person.id
    session.expunge_all()
    statements.clear()
    overview(session, person_id, TODAY)
    assert len(statements) == 2
