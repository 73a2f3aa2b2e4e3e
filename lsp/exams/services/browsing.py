"""Reading the item bank: the list with its filters, coverage of the criteria, where items are used."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from lsp.accounts.models import Person
from lsp.exams.models import (
    ExamSession,
    Item,
    ItemRevision,
    KeyChange,
    PaperQuestion,
    SessionPaper,
)
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.kinds import CognitiveLevel, ItemState, ItemType
from lsp.exams.services.keys import (
    Corrected,
    Doubt,
    corrections_in_force,
    doubts,
    key_in_force,
    may_be_asked,
)
from lsp.exams.services.scoring import is_in_force
from lsp.skkni.models import Criterion, Element, SchemeUnit, Unit

#: Items on one page of the list, and those named that no key decides.
PAGE_SIZE, STRUCK_LISTED = 25, 100


@dataclass(frozen=True)
class ItemFilter:
    """What the list is narrowed to; None and "" do not narrow."""

    unit_id: uuid.UUID | None = None
    type: ItemType | None = None
    state: ItemState | None = None
    level: CognitiveLevel | None = None
    tag: str = ""
    search: str = ""


@dataclass(frozen=True)
class ItemRow:
    """An item of the list with its newest revision, and what became of that one's key."""

    item: Item
    revision: ItemRevision
    corrected: Corrected | None = None
    #: Why its key is in doubt, if it is.
    doubt: Doubt | None = None

    @property
    def key(self) -> dict[str, Any]:
        """The key in force."""
        return key_in_force(self.revision, self.corrected)

    @property
    def has_other_key(self) -> bool:
        """Whether the key in force is not the one the revision was written with."""
        return self.key != self.revision.key

    @property
    def is_struck(self) -> bool:
        """Whether no key decides any more: everybody gets the points, or nobody."""
        return self.corrected is not None and self.corrected.is_struck


@dataclass(frozen=True)
class ItemPage:
    """One page of the list, from 1, and how many items there are on all pages."""

    rows: list[ItemRow]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class CriterionCount:
    """A criterion and how many active items measure it."""

    criterion: Criterion
    active: int


@dataclass(frozen=True)
class UnitCount:
    """A unit, its criteria, and those among them that no active item measures."""

    unit: Unit
    criteria: list[CriterionCount]

    @property
    def active(self) -> int:
        return sum(row.active for row in self.criteria)

    @property
    def uncovered(self) -> list[Criterion]:
        return [row.criterion for row in self.criteria if not row.active]


def newest_revision() -> sa.ColumnElement[bool]:
    """Condition on ``ItemRevision``: it is the newest of its item."""
    other = aliased(ItemRevision)
    newest = sa.select(sa.func.max(other.number)).where(other.item_id == ItemRevision.item_id)
    return ItemRevision.number == newest.scalar_subquery()


def list_items(session: Session, wanted: ItemFilter, page: int = 1) -> ItemPage:
    """One page of the bank in the order of the identifiers, in four statements."""
    query = _wanted_items(session, wanted)
    total = session.scalar(query.with_only_columns(sa.func.count())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.execute(
        query.options(
            contains_eager(Item.criterion)
            .contains_eager(Criterion.element)
            .contains_eager(Element.unit)
        )
        .order_by(Item.identifier)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return ItemPage(_with_keys(session, rows), total, page, pages)


def choose_items(
    session: Session, wanted: ItemFilter, identifiers: Iterable[str] = (), limit: int | None = None
) -> list[ItemRow]:
    """All items of the filter, or those among them that are named, with unit and element.

    In three statements.
    """
    query = _wanted_items(session, wanted)
    if chosen := list(identifiers):
        query = query.where(Item.identifier.in_(chosen))
    rows = session.execute(
        query.options(
            contains_eager(Item.criterion)
            .contains_eager(Criterion.element)
            .contains_eager(Element.unit)
        )
        .order_by(Item.identifier)
        .limit(limit)
    )
    return _with_keys(session, rows)


def _with_keys(session: Session, rows: Iterable[Any]) -> list[ItemRow]:
    """Rows of items with their newest revisions."""
    found = [ItemRow(*row) for row in rows]
    corrected = corrections_in_force(session, [row.revision.id for row in found])
    doubted = doubts(session, [row.item.id for row in found])
    return [
        replace(row, corrected=corrected.get(row.revision.id), doubt=doubted.get(row.revision.id))
        for row in found
    ]


def count_states(session: Session) -> dict[ItemState, int]:
    """How many items of the whole bank stand in each state."""
    counts = session.execute(sa.select(Item.state, sa.func.count()).group_by(Item.state))
    found = {state: count for state, count in counts}  # noqa: C416 -- rows are no pairs to mypy
    return {state: found.get(state, 0) for state in ItemState}


def _wanted_items(session: Session, wanted: ItemFilter) -> sa.Select[Item, ItemRevision]:
    return (
        sa.select(Item, ItemRevision)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(Item.criterion)
        .join(Criterion.element)
        .join(Element.unit)
        .where(newest_revision(), *_conditions(session, wanted))
    )


def _has_tag(session: Session, tag: str) -> sa.ColumnElement[bool]:
    """Condition on ``Item``: one of its tags is this one, whatever its capitals."""
    if session.get_bind().dialect.name == "sqlite":
        tags = sa.func.json_each(Item.tags).table_valued("value")
    else:
        tags = sa.func.jsonb_array_elements_text(Item.tags).table_valued("value").render_derived()
    return sa.exists().select_from(tags).where(sa.func.lower(tags.c.value) == tag.lower())


def _conditions(session: Session, wanted: ItemFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.unit_id:
        conditions.append(Unit.id == wanted.unit_id)
    if wanted.type:
        conditions.append(ItemRevision.type == wanted.type)
    if wanted.state:
        conditions.append(Item.state == wanted.state)
    if wanted.level:
        conditions.append(Item.level == wanted.level)
    if wanted.tag:
        conditions.append(_has_tag(session, wanted.tag))
    if wanted.search:
        columns = (Item.identifier, ItemRevision.title, ItemRevision.stem)
        conditions.append(sa.or_(*(c.icontains(wanted.search, autoescape=True) for c in columns)))
    return conditions


def coverage(session: Session) -> list[UnitCount]:
    """How many active items measure each criterion, for every unit whose criteria are loaded.

    Without those no key decides (``struck_items``).
    """
    active = dict(
        session.execute(
            sa.select(Item.criterion_id, sa.func.count())
            .join(ItemRevision, ItemRevision.item_id == Item.id)
            .where(Item.state == ItemState.ACTIVE, newest_revision(), may_be_asked(session))
            .group_by(Item.criterion_id)
        ).all()
    )
    return [
        UnitCount(
            unit,
            [
                CriterionCount(criterion, active.get(criterion.id, 0))
                for element in unit.elements
                for criterion in element.criteria
            ],
        )
        for unit in units_with_criteria(session)
    ]


def units_with_criteria(session: Session) -> Sequence[Unit]:
    """Units that have criteria, with these, in the order of code and title."""
    return session.scalars(
        sa.select(Unit)
        .where(Unit.elements.any())
        .order_by(Unit.code.is_(None), Unit.code, Unit.title)
        .options(selectinload(Unit.elements).selectinload(Element.criteria))
    ).all()


@dataclass(frozen=True)
class StruckItem:
    """An item new papers pass over: its newest revision has no key any more, or one in doubt."""

    item_id: uuid.UUID
    identifier: str
    kind: Correction | None
    #: Of its newest revision's key.
    doubt: Doubt | None = None


def struck_items(
    session: Session, *, scheme_version_id: uuid.UUID | None = None
) -> list[StruckItem]:
    """Active items, and those on trial, that no key decides; of one scheme version where named.

    Also those whose key is in doubt. In the order of their identifiers, at most 100, in two
    statements.
    """
    doubted = doubts(session)
    query = (
        sa.select(Item.id, Item.identifier, KeyChange.kind, ItemRevision.id)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .outerjoin(KeyChange, (KeyChange.revision_id == ItemRevision.id) & is_in_force())
        .where(
            Item.state.in_([ItemState.ACTIVE, ItemState.PILOT]),
            newest_revision(),
            (KeyChange.kind != Correction.NEW_KEY) | ItemRevision.id.in_(list(doubted)),
        )
        .order_by(Item.identifier)
        .limit(STRUCK_LISTED)
    )
    if scheme_version_id is not None:
        query = (
            query.join(Criterion, Criterion.id == Item.criterion_id)
            .join(Element, Element.id == Criterion.element_id)
            .join(SchemeUnit, SchemeUnit.unit_id == Element.unit_id)
            .where(SchemeUnit.scheme_version_id == scheme_version_id)
        )
    return [
        StruckItem(item_id, identifier, kind, doubted.get(revision_id))
        for item_id, identifier, kind, revision_id in session.execute(query)
    ]


@dataclass(frozen=True)
class Use:
    """A session whose paper holds a revision of the item, and which revision."""

    session: ExamSession
    position: int
    revision_number: int


def uses_of(session: Session, item_id: uuid.UUID) -> list[Use]:
    """The sessions whose paper asks this item, newest first, at most 50."""
    rows = session.execute(
        sa.select(ExamSession, PaperQuestion.position, ItemRevision.number)
        .join(SessionPaper, SessionPaper.session_id == ExamSession.id)
        .join(PaperQuestion, PaperQuestion.paper_id == SessionPaper.paper_id)
        .join(ItemRevision, ItemRevision.id == PaperQuestion.revision_id)
        .where(ItemRevision.item_id == item_id)
        .order_by(ExamSession.opens_at.desc())
        .limit(50)
    )
    return [Use(*row) for row in rows]


def names_of(session: Session, person_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Full names by id, in one statement; for those who wrote revisions."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    rows = session.execute(sa.select(Person.id, Person.full_name).where(Person.id.in_(wanted)))
    return dict(rows.all())
