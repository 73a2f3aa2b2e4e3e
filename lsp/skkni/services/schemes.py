"""Certification schemes and their versions."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from lsp.skkni.models import (
    Element,
    Scheme,
    SchemeState,
    SchemeUnit,
    SchemeVersion,
    Unit,
)
from lsp.texts import NotFound

_UNITS = selectinload(SchemeVersion.units).joinedload(SchemeUnit.unit)


def list_schemes(session: Session) -> list[Scheme]:
    """Every scheme with its versions and their units, by title. Three statements."""
    return list(
        session.scalars(
            sa.select(Scheme)
            .options(selectinload(Scheme.versions).options(selectinload(SchemeVersion.units)))
            .order_by(Scheme.is_demonstration, Scheme.title)
        )
    )


def get_scheme(session: Session, slug: str) -> Scheme:
    """A scheme with its versions, their units and the units' standards. Raises NotFound."""
    scheme = session.scalar(
        sa.select(Scheme)
        .where(Scheme.slug == slug)
        .options(
            selectinload(Scheme.versions)
            .selectinload(SchemeVersion.units)
            .joinedload(SchemeUnit.unit)
            .joinedload(Unit.standard)
        )
    )
    if scheme is None:
        raise NotFound
    return scheme


def active_scheme_versions(session: Session) -> list[SchemeVersion]:
    """Versions that may be applied for, with scheme and units, by the scheme's title."""
    return list(
        session.scalars(
            sa.select(SchemeVersion)
            .join(SchemeVersion.scheme)
            .where(SchemeVersion.state == SchemeState.ACTIVE)
            .options(joinedload(SchemeVersion.scheme), _UNITS)
            .order_by(Scheme.title)
        )
    )


def get_scheme_version(session: Session, version_id: uuid.UUID) -> SchemeVersion:
    """A version with its scheme, units, elements and criteria. Raises NotFound."""
    version = session.scalar(
        sa.select(SchemeVersion)
        .where(SchemeVersion.id == version_id)
        .options(
            joinedload(SchemeVersion.scheme),
            _UNITS.selectinload(Unit.elements).selectinload(Element.criteria),
        )
    )
    if version is None:
        raise NotFound
    return version


def schemes_with_unit(session: Session, unit_id: uuid.UUID) -> list[Scheme]:
    """Schemes that have this unit in a version not yet replaced, by title."""
    return list(
        session.scalars(
            sa.select(Scheme)
            .where(
                Scheme.versions.any(
                    sa.and_(
                        SchemeVersion.state != SchemeState.REPLACED,
                        SchemeVersion.units.any(SchemeUnit.unit_id == unit_id),
                    )
                )
            )
            .order_by(Scheme.title)
        )
    )
