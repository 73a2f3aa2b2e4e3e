"""Blueprints, and papers drawn by them. A paper is drawn when a session is planned, never later."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lsp import audit
from lsp.exams.models import (
    Blueprint,
    BlueprintRow,
    Item,
    ItemRevision,
    Paper,
    PaperQuestion,
)
from lsp.exams.rules.drawing import Candidate, Row, draw
from lsp.exams.rules.kinds import ItemState, ItemType
from lsp.exams.services.browsing import newest_revision
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


@dataclass(frozen=True)
class PaperPart:
    """How many questions of a paper belong to a unit, and their points."""

    unit: Unit
    questions: int
    per_type: dict[ItemType, int]


def make_blueprint(
    session: Session,
    *,
    scheme_version_id: uuid.UUID,
    title: str,
    rows: Sequence[Row],
    now: datetime,
    actor_id: uuid.UUID | None = None,
) -> Blueprint:
    """State how many questions of which unit and type a paper has.

    Raises Refusal when a row is about a unit outside the scheme version, and when there is none.
    """
    allowed = set(
        session.scalars(
            sa.select(SchemeUnit.unit_id).where(SchemeUnit.scheme_version_id == scheme_version_id)
        )
    )
    if not rows:
        raise Refusal(N_("Isi jumlah soal untuk paling sedikit satu unit."))
    if any(row.unit_id not in allowed for row in rows):
        raise Refusal(N_("Kisi-kisi hanya memuat unit dari skemanya."))
    blueprint = Blueprint(
        scheme_version_id=scheme_version_id,
        title=title,
        length=sum(row.count for row in rows),
        created_at=now,
    )
    blueprint.rows = [
        BlueprintRow(
            position=n,
            unit_id=row.unit_id,
            type=row.type,
            minimum=row.count,
            maximum=row.count,
        )
        for n, row in enumerate(rows, 1)
    ]
    session.add(blueprint)
    session.flush()
    audit.record(
        session,
        action="blueprint.made",
        subject_type="blueprint",
        subject_id=blueprint.id,
        actor_id=actor_id,
        now=now,
        detail={"title": title, "questions": sum(row.count for row in rows)},
    )
    return blueprint


def list_blueprints(session: Session) -> Sequence[Blueprint]:
    """Blueprints of the schemes in force, with rows and scheme, newest first, at most 100."""
    return session.scalars(
        sa.select(Blueprint)
        .join(Blueprint.scheme_version)
        .where(SchemeVersion.state == SchemeState.ACTIVE, Blueprint.rows.any())
        .order_by(Blueprint.created_at.desc())
        .limit(100)
        .options(
            selectinload(Blueprint.rows),
            selectinload(Blueprint.scheme_version).selectinload(SchemeVersion.scheme),
        )
    ).all()


def draw_paper(session: Session, blueprint_id: uuid.UUID, seed: int, now: datetime) -> Paper:
    """Draw a paper from the active items; the same bank and seed give the same paper.

    Raises NotFound for an unknown blueprint and Refusal naming the first row that the bank cannot
    fill and how many questions it lacks.
    """
    blueprint = session.scalar(
        sa.select(Blueprint)
        .where(Blueprint.id == blueprint_id)
        .options(selectinload(Blueprint.rows).selectinload(BlueprintRow.unit))
    )
    if blueprint is None:
        raise NotFound
    revisions = _candidates(session, {row.unit_id for row in blueprint.rows if row.unit_id})
    drawn = draw(
        [Row(row.unit_id, row.type, row.minimum) for row in blueprint.rows if row.unit_id],
        list(revisions),
        seed,
    )
    if drawn.shortages:
        short = drawn.shortages[0]
        row = blueprint.rows[short.row]
        raise Refusal(
            N_(
                "Soal aktif belum cukup: baris %(row)s kisi-kisi (%(unit)s) kurang %(missing)s soal."
            ),
            row=row.position,
            unit=row.unit.label if row.unit else "",
            missing=sum(s.missing for s in drawn.shortages if s.row == short.row),
        )
    paper = Paper(blueprint_id=blueprint.id, seed=seed, created_at=now)
    paper.questions = [
        PaperQuestion(
            position=n,
            revision_id=revisions[candidate].id,
            max_score=revisions[candidate].max_score,
        )
        for n, candidate in enumerate(drawn.chosen, 1)
    ]
    session.add(paper)
    session.flush()
    return paper


def _candidates(session: Session, unit_ids: set[uuid.UUID]) -> dict[Candidate, ItemRevision]:
    """Newest revisions of the active items of these units."""
    rows = session.execute(
        sa.select(Item.identifier, Element.unit_id, Item.criterion_id, ItemRevision)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(Criterion, Criterion.id == Item.criterion_id)
        .join(Element, Element.id == Criterion.element_id)
        .where(Item.state == ItemState.ACTIVE, newest_revision(), Element.unit_id.in_(unit_ids))
    )
    return {
        Candidate(identifier, unit_id, criterion_id, revision.type): revision
        for identifier, unit_id, criterion_id, revision in rows
    }


def composition(session: Session, paper_id: uuid.UUID) -> list[PaperPart]:
    """Questions of a paper per unit and type, in the order of the paper."""
    rows = session.execute(
        sa.select(Unit, ItemRevision.type)
        .join(Element, Element.unit_id == Unit.id)
        .join(Criterion, Criterion.element_id == Element.id)
        .join(Item, Item.criterion_id == Criterion.id)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(PaperQuestion, PaperQuestion.revision_id == ItemRevision.id)
        .where(PaperQuestion.paper_id == paper_id)
        .order_by(PaperQuestion.position)
    )
    found: dict[uuid.UUID, PaperPart] = {}
    for unit, type_ in rows:
        count = found.get(unit.id, PaperPart(unit, 0, {}))
        per_type = {**count.per_type, type_: count.per_type.get(type_, 0) + 1}
        found[unit.id] = PaperPart(unit, count.questions + 1, per_type)
    return list(found.values())


def schemes_in_force(session: Session) -> Sequence[SchemeVersion]:
    """Scheme versions in force, with scheme and units, by the scheme's title."""
    return session.scalars(
        sa.select(SchemeVersion)
        .join(SchemeVersion.scheme)
        .where(SchemeVersion.state == SchemeState.ACTIVE)
        .order_by(Scheme.title)
        .options(
            selectinload(SchemeVersion.scheme),
            selectinload(SchemeVersion.units).selectinload(SchemeUnit.unit),
        )
    ).all()


def available(
    session: Session, unit_ids: Sequence[uuid.UUID]
) -> dict[tuple[uuid.UUID, ItemType], int]:
    """How many active items of each of these units and of each type there are."""
    counts: dict[tuple[uuid.UUID, ItemType], int] = {}
    for candidate in _candidates(session, set(unit_ids)):
        key = (candidate.unit_id, candidate.type)
        counts[key] = counts.get(key, 0) + 1
    return counts
