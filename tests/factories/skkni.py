"""Standards, units and schemes."""

from typing import Any

from sqlalchemy.orm import Session

from lsp.skkni.models import (
    Completeness,
    Criterion,
    Element,
    Scheme,
    SchemeState,
    SchemeUnit,
    SchemeVersion,
    Standard,
    Unit,
)
from tests.conftest import NOW
from tests.factories import number


def make_standard(session: Session, **values: Any) -> Standard:
    """A standard without units."""
    n = number()
    standard = Standard(
        **{
            "slug": f"standar-uji-{n}",
            "number": f"STANDAR UJI {n}",
            "title": "Standar untuk pengujian",
            "year": 2026,
            "announced_units": None,
            "status": "untuk pengujian",
            "source": "tests",
            **values,
        }
    )
    session.add(standard)
    session.flush()
    return standard


def make_unit(session: Session, *, elements: int = 2, criteria: int = 2, **values: Any) -> Unit:
    """A unit with so many elements of so many criteria each."""
    n = number()
    if "standard" not in values and "standard_id" not in values:
        values["standard"] = make_standard(session)
    unit = Unit(
        **{
            "code": f"UJI.{n:04}",
            "slug": f"uji-{n:04}",
            "title": f"Unit uji {n}",
            "completeness": Completeness.CRITERIA,
            "source": "tests",
            "confidence": "high",
            **values,
        }
    )
    for e in range(1, elements + 1):
        element = Element(number=e, title=f"Elemen {e} unit {n}")
        element.criteria = [
            Criterion(number=c, text=f"Kriteria {e}.{c} unit {n}") for c in range(1, criteria + 1)
        ]
        unit.elements.append(element)
    session.add(unit)
    session.flush()
    return unit


def make_scheme_version(
    session: Session, *, units: list[Unit] | None = None, **values: Any
) -> SchemeVersion:
    """An active version of a new scheme on these units (two new ones by default)."""
    n = number()
    units = units if units is not None else [make_unit(session), make_unit(session)]
    scheme = Scheme(
        slug=f"skema-uji-{n}",
        number=f"SKM/UJI/{n:04}",
        title=f"Skema Uji {n}",
        title_en=f"Test Scheme {n}",
        kind="Klaster",
        source="tests",
    )
    version = SchemeVersion(
        **{
            "scheme": scheme,
            "number": 1,
            "state": SchemeState.ACTIVE,
            "effective_on": NOW.date(),
            "validity_reason": "Skema uji",
            "prerequisites": ["Surat keterangan bekerja di unit humas"],
            "created_at": NOW,
            **values,
        }
    )
    version.units = [SchemeUnit(unit=unit, position=i) for i, unit in enumerate(units, 1)]
    session.add(version)
    session.flush()
    return version
