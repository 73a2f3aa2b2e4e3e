"""The catalogue of standards and units, as anybody may read it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from lsp.skkni.models import Element, Standard, Unit
from lsp.skkni.rules import GROUPS, Count, search_words
from lsp.texts import NotFound

#: Units shown of one search; who needs more narrows it, or opens the standard.
MOST_UNITS = 100


@dataclass(frozen=True)
class StandardListing:
    """A standard with the units to show of it, by group in the decree's order."""

    standard: Standard
    count: Count
    groups: list[tuple[str, list[Unit]]]
    #: Units loaded, of those announced, in each group the decree announces.
    group_counts: dict[str, Count]


@dataclass(frozen=True)
class Catalogue:
    """The answer to a search: every standard, and the units that match."""

    standards: list[StandardListing]
    found: int
    #: True when more units match than are shown.
    is_cut: bool


def search_catalogue(session: Session, query: str = "") -> Catalogue:
    """Units whose code, title or standard holds every word of the query; all without one.

    A standard is also found by its aliases: "269" leads to Kepmenaker 629/2016. Three statements,
    whatever is loaded.
    """
    standards = _standards(session)
    counts = _counts(session)
    statement = (
        sa.select(Unit)
        .options(
            load_only(Unit.standard_id, Unit.code, Unit.slug, Unit.title, Unit.group),
            load_only(Unit.completeness),
        )
        .order_by(Unit.standard_id, Unit.code, Unit.title)
        .limit(MOST_UNITS + 1)
    )
    for word in search_words(query):
        of_standard = [s.id for s in standards if word in _standard_text(s)]
        statement = statement.where(
            sa.or_(
                sa.func.lower(Unit.code).contains(word, autoescape=True),
                sa.func.lower(Unit.title).contains(word, autoescape=True),
                Unit.standard_id.in_(of_standard),
            )
        )
    units = list(session.scalars(statement))
    shown = units[:MOST_UNITS]
    listings = [
        _listing(standard, [unit for unit in shown if unit.standard_id == standard.id], counts)
        for standard in standards
    ]
    return Catalogue(listings, len(shown), len(units) > MOST_UNITS)


def get_standard(session: Session, slug: str) -> StandardListing:
    """One standard with all its units. Raises NotFound."""
    standard = session.scalar(
        sa.select(Standard).where(Standard.slug == slug).options(selectinload(Standard.units))
    )
    if standard is None:
        raise NotFound
    counts: dict[object, dict[str, int]] = {standard.id: {}}
    for unit in standard.units:
        if unit.code:
            by_group = counts[standard.id]
            by_group[unit.group] = by_group.get(unit.group, 0) + 1
    return _listing(standard, standard.units, counts)


def get_unit(session: Session, slug: str) -> Unit:
    """A unit with its standard, elements and criteria. Raises NotFound. Three statements."""
    unit = session.scalar(
        sa.select(Unit)
        .where(Unit.slug == slug)
        .options(
            joinedload(Unit.standard),
            selectinload(Unit.elements).selectinload(Element.criteria),
        )
    )
    if unit is None:
        raise NotFound
    return unit


def _standards(session: Session) -> list[Standard]:
    # The newest standard is the one in use, so it comes first.
    newest_first = sa.select(Standard).order_by(Standard.year.desc(), Standard.number)
    return list(session.scalars(newest_first))


def _counts(session: Session) -> dict[object, dict[str, int]]:
    """Units with a code, by standard and group. A unit without one is a draft and not counted."""
    rows = session.execute(
        sa.select(Unit.standard_id, Unit.group, sa.func.count())
        .where(Unit.code.is_not(None))
        .group_by(Unit.standard_id, Unit.group)
    )
    counts: dict[object, dict[str, int]] = {}
    for standard_id, group, number in rows:
        counts.setdefault(standard_id, {})[group] = number
    return counts


def _listing(
    standard: Standard, units: list[Unit], counts: dict[object, dict[str, int]]
) -> StandardListing:
    by_group = counts.get(standard.id, {})
    names = [group for group in (*GROUPS, "") if any(unit.group == group for unit in units)]
    return StandardListing(
        standard=standard,
        count=Count(sum(by_group.values()), standard.announced_units),
        groups=[(name, [unit for unit in units if unit.group == name]) for name in names],
        group_counts={
            group: Count(by_group.get(group, 0), standard.announced_groups[group])
            for group in GROUPS
            if group in standard.announced_groups
        },
    )


def _standard_text(standard: Standard) -> str:
    return " ".join([standard.number, *standard.aliases]).lower()
