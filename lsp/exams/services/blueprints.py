"""Blueprints: what the papers of a scheme version must contain, and how they count."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from lsp import audit
from lsp.exams.models import Blueprint, BlueprintRow, Item, ItemRevision
from lsp.exams.rules.assembling import Row, smallest_length
from lsp.exams.rules.items import DEFAULT_POLICY, ScoringPolicy
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType
from lsp.exams.rules.passing import PassRule
from lsp.exams.services.browsing import newest_revision
from lsp.exams.services.keys import may_be_asked
from lsp.skkni.models import (
    Criterion,
    Element,
    Scheme,
    SchemeState,
    SchemeUnit,
    SchemeVersion,
    Unit,
)
from lsp.texts import N_, NotFound, Refusal

#: Most questions of a paper that count, and most on trial.
LONGEST, MOST_PILOTS = 300, 50
#: Blueprints on the list.
LISTED = 100


@dataclass(frozen=True)
class BlueprintDraft:
    """What the manager states about the papers of a scheme version."""

    title: str
    rows: Sequence[Row]
    #: Questions that count; None for as many as the rows ask at least.
    length: int | None = None
    pilot_count: int = 0
    max_exposure: int | None = None
    scoring: ScoringPolicy = DEFAULT_POLICY
    pass_rule: PassRule | None = None
    shuffles_questions: bool = False
    shuffles_choices: bool = False


def make_blueprint(
    session: Session,
    *,
    scheme_version_id: uuid.UUID,
    draft: BlueprintDraft,
    now: datetime,
    actor_id: uuid.UUID | None = None,
) -> Blueprint:
    """State what papers of a scheme version are like; a blueprint never changes afterwards.

    Raises Refusal when there is no row, a row is about something outside the scheme version, or
    the rows ask for more questions than the paper has.
    """
    length = _checked_length(draft)
    _check_units(session, scheme_version_id, draft.rows)
    blueprint = Blueprint(
        scheme_version_id=scheme_version_id,
        title=draft.title,
        length=length,
        pilot_count=draft.pilot_count,
        max_exposure=draft.max_exposure,
        scoring=draft.scoring.as_json(),
        pass_rule=draft.pass_rule.as_json() if draft.pass_rule else {},
        shuffles_questions=draft.shuffles_questions,
        shuffles_choices=draft.shuffles_choices,
        created_at=now,
    )
    blueprint.rows = [_stored(row, n) for n, row in enumerate(draft.rows, 1)]
    session.add(blueprint)
    session.flush()
    audit.record(
        session,
        action="blueprint.made",
        subject_type="blueprint",
        subject_id=blueprint.id,
        actor_id=actor_id,
        now=now,
        detail={"title": draft.title, "questions": length},
    )
    return blueprint


def _stored(row: Row, position: int) -> BlueprintRow:
    return BlueprintRow(
        position=position,
        unit_id=row.unit_id,
        element_id=row.element_id,
        level=row.level,
        type=row.type,
        minimum=row.minimum,
        maximum=row.maximum,
    )


def _checked_length(draft: BlueprintDraft) -> int:
    if not draft.rows:
        raise Refusal(N_("Isi jumlah soal untuk paling sedikit satu unit."))
    if any(row.maximum is not None and row.maximum < row.minimum for row in draft.rows):
        raise Refusal(N_("Batas atas jumlah soal tidak boleh kurang dari batas bawahnya."))
    least = smallest_length(draft.rows)
    length = least if draft.length is None else draft.length
    if not 1 <= length <= LONGEST:
        raise Refusal(N_("Naskah memuat 1 sampai %(most)s soal."), most=LONGEST)
    if length < least:
        raise Refusal(
            N_("Kisi-kisi meminta paling sedikit %(least)s soal, naskahnya hanya %(length)s soal."),
            least=least,
            length=length,
        )
    if not 0 <= draft.pilot_count <= MOST_PILOTS:
        raise Refusal(N_("Isi 0 sampai %(most)s soal uji coba."), most=MOST_PILOTS)
    if draft.max_exposure is not None and draft.max_exposure < 1:
        raise Refusal(N_("Batas pakai paling sedikit 1 naskah."))
    return length


def _check_units(session: Session, version_id: uuid.UUID, rows: Sequence[Row]) -> None:
    places = session.execute(
        sa.select(SchemeUnit.unit_id, Element.id)
        .outerjoin(Element, Element.unit_id == SchemeUnit.unit_id)
        .where(SchemeUnit.scheme_version_id == version_id)
    ).all()
    units = {unit_id for unit_id, _ in places}
    elements = {element_id: unit_id for unit_id, element_id in places}
    for row in rows:
        if row.unit_id is not None and row.unit_id not in units:
            raise Refusal(N_("Kisi-kisi hanya memuat unit dari skemanya."))
        if row.element_id is not None and (
            row.element_id not in elements or row.unit_id not in (None, elements[row.element_id])
        ):
            raise Refusal(N_("Kisi-kisi hanya memuat elemen dari unitnya."))


def list_blueprints(session: Session) -> Sequence[Blueprint]:
    """Blueprints of the schemes in force, with their scheme, newest first, at most 100."""
    return session.scalars(
        sa.select(Blueprint)
        .join(Blueprint.scheme_version)
        .join(SchemeVersion.scheme)
        .where(SchemeVersion.state == SchemeState.ACTIVE, Blueprint.rows.any())
        .order_by(Blueprint.created_at.desc(), Blueprint.id)
        .limit(LISTED)
        .options(
            contains_eager(Blueprint.scheme_version).contains_eager(SchemeVersion.scheme),
        )
    ).all()


def all_blueprints(session: Session) -> Sequence[Blueprint]:
    """Blueprints to begin another with, of replaced scheme versions too, newest first, at most 100."""
    return session.scalars(
        sa.select(Blueprint)
        .join(Blueprint.scheme_version)
        .join(SchemeVersion.scheme)
        .where(Blueprint.rows.any())
        .order_by(Blueprint.created_at.desc(), Blueprint.id)
        .limit(LISTED)
        .options(
            contains_eager(Blueprint.scheme_version).contains_eager(SchemeVersion.scheme),
        )
    ).all()


def get_blueprint(session: Session, blueprint_id: uuid.UUID) -> Blueprint:
    """A blueprint with its rows and its scheme. Raises NotFound."""
    found = session.scalar(
        sa.select(Blueprint)
        .where(Blueprint.id == blueprint_id)
        .options(
            selectinload(Blueprint.scheme_version).selectinload(SchemeVersion.scheme),
            selectinload(Blueprint.rows).selectinload(BlueprintRow.unit),
            selectinload(Blueprint.rows).selectinload(BlueprintRow.element),
        )
    )
    if found is None:
        raise NotFound
    return found


def rows_of(blueprint: Blueprint) -> list[Row]:
    """The rows of a blueprint as the rules of assembling take them."""
    return [
        Row(row.minimum, row.maximum, row.unit_id, row.element_id, row.level, row.type)
        for row in blueprint.rows
    ]


def schemes_in_force(session: Session) -> Sequence[SchemeVersion]:
    """Scheme versions in force, with scheme, units and elements, by the scheme's title."""
    return session.scalars(
        sa.select(SchemeVersion)
        .join(SchemeVersion.scheme)
        .where(SchemeVersion.state == SchemeState.ACTIVE)
        .order_by(Scheme.title)
        .options(
            selectinload(SchemeVersion.scheme),
            selectinload(SchemeVersion.units)
            .selectinload(SchemeUnit.unit)
            .selectinload(Unit.elements),
        )
    ).all()


@dataclass(frozen=True)
class Available:
    """How many active items there are for each thing a blueprint can ask about."""

    types: dict[tuple[uuid.UUID, ItemType], int]
    levels: dict[tuple[uuid.UUID, CognitiveLevel], int]
    elements: dict[uuid.UUID, int]

    def of_unit(self, unit_id: uuid.UUID) -> int:
        """All active items of a unit."""
        return sum(count for (id_, _), count in self.types.items() if id_ == unit_id)


def available(session: Session, unit_ids: Sequence[uuid.UUID]) -> Available:
    """The active items of these units, counted in one statement."""
    rows = session.execute(
        sa.select(
            Element.unit_id, Element.id, ItemRevision.type, Item.level, sa.func.count(Item.id)
        )
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .where(
            Item.state == ItemState.ACTIVE,
            newest_revision(),
            may_be_asked(session),
            Element.unit_id.in_(unit_ids),
        )
        .group_by(Element.unit_id, Element.id, ItemRevision.type, Item.level)
    )
    found = Available({}, {}, {})
    for unit_id, element_id, type_, level, count in rows:
        found.types[unit_id, type_] = found.types.get((unit_id, type_), 0) + count
        found.levels[unit_id, level] = found.levels.get((unit_id, level), 0) + count
        found.elements[element_id] = found.elements.get(element_id, 0) + count
    return found
