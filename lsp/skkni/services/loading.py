"""Load the standards, units and schemes that come with the program.

Rows are found by their stable names (slug, number) and brought to the packaged text; nothing is
ever deleted, so what the LSP has added stays. A second run changes nothing.
"""

import csv
from datetime import datetime
from importlib.resources import files
from typing import Any, TypeVar

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session, selectinload

from lsp import audit
from lsp.db import Base
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
from lsp.skkni.rules import unit_slug

DATA = files("lsp.skkni") / "data"

Row = TypeVar("Row", bound=Base)


def load_standards(session: Session, now: datetime) -> int:
    """Bring the packaged standards with their units into the database; return the rows changed."""
    standards = {row.slug: row for row in session.scalars(sa.select(Standard))}
    changed = 0
    for values in _read_yaml("standards.yaml"):
        changed += _upsert(session, Standard, standards, values["slug"], values)
    session.flush()
    changed += _load_units(session, standards)
    session.flush()
    if changed:
        _record(session, "standards.loaded", "standards.yaml", changed, now)
    return changed


def _load_units(session: Session, standards: dict[str, Standard]) -> int:
    known = {
        row.slug: row
        for row in session.scalars(
            sa.select(Unit).options(selectinload(Unit.elements).selectinload(Element.criteria))
        )
    }
    details = {unit_slug(d["code"], d["title"]): d for d in _read_yaml("unit-details.yaml")}
    changed = 0
    for line in csv.DictReader((DATA / "units.csv").read_text("utf-8").splitlines()):
        code = line["code"] or None
        slug = unit_slug(code, line["title"])
        detail = details.get(slug, {})
        values = {
            "slug": slug,
            "standard_id": standards[line["standard"]].id,
            "code": code,
            "title": line["title"],
            "group": line["group"],
            "description": detail.get("description", ""),
            "completeness": Completeness(detail.get("completeness", "title")),
            "completeness_note": detail.get("completeness_note", ""),
            "range_statement": detail.get("range_statement", []),
            "knowledge": detail.get("knowledge", []),
            "source": line["source"],
            "confidence": line["confidence"],
        }
        changed += _upsert(session, Unit, known, slug, values)
        changed += _load_elements(session, known[slug], detail.get("elements", []))
    return changed


def _load_elements(session: Session, unit: Unit, elements: list[dict[str, Any]]) -> int:
    known = {row.number: row for row in unit.elements}
    changed = 0
    for element in elements:
        number = element["number"]
        values = {"number": number, "title": element["title"], "unit": unit}
        changed += _upsert(session, Element, known, number, values)
        criteria = {row.number: row for row in known[number].criteria}
        for place, text in enumerate(element["criteria"], 1):
            values = {"number": place, "text": text, "element": known[number]}
            changed += _upsert(session, Criterion, criteria, place, values)
    return changed


def load_schemes(session: Session, now: datetime) -> int:
    """Bring the packaged schemes into the database; return the rows changed.

    Needs the standards. A version that is there already keeps its units and its state: people may
    have applied under it, and a change of contents is a new version.
    """
    schemes = {row.slug: row for row in session.scalars(sa.select(Scheme))}
    versions = {
        (row.scheme_id, row.number): row for row in session.scalars(sa.select(SchemeVersion))
    }
    units = {
        row.code: row for row in session.scalars(sa.select(Unit).where(Unit.code.is_not(None)))
    }
    own = ("slug", "number", "title", "title_en", "kind", "is_demonstration", "source")
    changed = 0
    for given in _read_yaml("schemes.yaml"):
        values = {name: given[name] for name in own}
        changed += _upsert(session, Scheme, schemes, given["slug"], values)
        session.flush()
        scheme = schemes[given["slug"]]
        if (scheme.id, given["version"]) not in versions:
            session.add(_new_version(scheme, given, units, now))
            changed += 1
    session.flush()
    if changed:
        _record(session, "schemes.loaded", "schemes.yaml", changed, now)
    return changed


def _new_version(
    scheme: Scheme, given: dict[str, Any], units: dict[str | None, Unit], now: datetime
) -> SchemeVersion:
    version = SchemeVersion(
        scheme=scheme,
        number=given["version"],
        state=SchemeState.ACTIVE if given["open"] else SchemeState.DRAFT,
        effective_on=now.date() if given["open"] else None,
        validity_reason=given["validity_reason"],
        prerequisites=given["prerequisites"],
        created_at=now,
    )
    version.units = [
        SchemeUnit(unit=units[code], position=place) for place, code in enumerate(given["units"], 1)
    ]
    return version


def _upsert(
    session: Session, model: type[Row], known: dict[Any, Row], key: object, values: dict[str, Any]
) -> int:
    """Give the row these values, making it when it is not there; 1 if that changed anything."""
    row = known.get(key)
    if row is None:
        row = known[key] = model(**values)
        session.add(row)
        return 1
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return 1 if different else 0


def _record(session: Session, action: str, file: str, rows: int, now: datetime) -> None:
    audit.record(
        session,
        action=action,
        subject_type="packaged_data",
        subject_id=file,
        actor_id=None,
        now=now,
        detail={"rows": rows},
    )


def _read_yaml(name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = yaml.safe_load((DATA / name).read_text("utf-8"))
    return content
