"""Standings and performance periods."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.credits.models import CreditStanding, PerformancePeriod
from lsp.credits.rules import Predicate
from tests.conftest import NOW
from tests.factories.accounts import make_person


def make_standing(session: Session, person: Person | None = None, **values: Any) -> CreditStanding:
    """Ahli Pertama, III/a, 20 credits by the conversion, at the end of 2024."""
    standing = CreditStanding(
        **{
            "person_id": (person or make_person(session)).id,
            "regime": 2023,
            "level": "Ahli Pertama",
            "grade": "III/a",
            "credits": Decimal(20),
            "as_of": date(2024, 12, 31),
            "created_at": NOW,
            **values,
        }
    )
    session.add(standing)
    session.flush()
    return standing


def make_period(session: Session, person: Person | None = None, **values: Any) -> PerformancePeriod:
    """The whole of 2025 at Ahli Pertama with predicate baik."""
    period = PerformancePeriod(
        **{
            "person_id": (person or make_person(session)).id,
            "year": 2025,
            "first_month": 1,
            "last_month": 12,
            "level": "Ahli Pertama",
            "predicate": Predicate.GOOD,
            "created_at": NOW,
            **values,
        }
    )
    session.add(period)
    session.flush()
    return period
