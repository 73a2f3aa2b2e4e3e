"""Looking an upload through: page by page, with what its writer chose kept."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lsp.exams.formats.package import ReadItem
from lsp.exams.models import ImportDraft, ImportRow, Item, ItemMedia, ItemRevision
from lsp.exams.rules.kinds import CognitiveLevel
from lsp.exams.services.importing.plain import (
    draft_of,
    from_data,
    other_type,
    with_free_names,
)
from lsp.skkni.models import Criterion, Element, Unit
from lsp.texts import Refusal

#: Questions on one page of the review.
PAGE_SIZE = 20


@dataclass(frozen=True)
class Choice:
    """What becomes of one question."""

    is_taken: bool
    criterion_id: uuid.UUID | None
    level: CognitiveLevel | None


@dataclass(frozen=True)
class ReviewRow:
    """A read question under review, and the item of the bank that has its name, if any."""

    row: ImportRow
    item: ReadItem
    known: Item | None
    #: What keeps it out of the bank.
    obstacle: Refusal | None
    #: Whether the bank's newest revision says the same already.
    is_same: bool

    @property
    def next_revision(self) -> int:
        """The number it would get as a revision of the known item."""
        return self.known.revisions[-1].number + 1 if self.known else 1


@dataclass(frozen=True)
class ReviewPage:
    """One page of an upload, from 1."""

    rows: list[ReviewRow]
    page: int
    pages: int


@dataclass(frozen=True)
class Counts:
    """How many questions were read, are taken, cannot be taken, and still lack something."""

    read: int
    taken: int
    impossible: int
    lacking: int
    #: Questions the file does not name.
    nameless: int


def count_rows(session: Session, draft: ImportDraft) -> Counts:
    """The numbers of an upload, in one statement."""
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(ImportRow.is_taken),
            sa.func.count().filter(ImportRow.obstacle.is_not(None)),
            sa.func.count().filter(_lacks(draft)),
            sa.func.count().filter(ImportRow.identifier == ""),
        ).where(ImportRow.draft_id == draft.id)
    ).one()
    return Counts(*row)


def _lacks(draft: ImportDraft) -> sa.ColumnElement[bool]:
    """Condition on ``ImportRow``: taken as a new item, without a criterion or a level."""
    lacks = []
    if draft.criterion_id is None:
        lacks.append(ImportRow.criterion_id.is_(None))
    if draft.level is None:
        lacks.append(ImportRow.level.is_(None))
    if not lacks:
        return sa.false()
    is_new: sa.ColumnElement[bool] = sa.true()
    if not draft.prefix:
        is_new = ~sa.exists().where(Item.identifier == ImportRow.identifier)
    return sa.and_(ImportRow.is_taken, is_new, sa.or_(*lacks))


def review_page(
    session: Session, draft: ImportDraft, page: int = 1, *, only_open: bool = False
) -> ReviewPage:
    """One page of what was read; with ``only_open`` the questions that need somebody's eye."""
    condition = ImportRow.draft_id == draft.id
    if only_open:
        condition = sa.and_(condition, sa.or_(ImportRow.obstacle.is_not(None), _lacks(draft)))
    total = session.scalar(sa.select(sa.func.count()).select_from(ImportRow).where(condition)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        sa.select(ImportRow)
        .where(condition)
        .order_by(ImportRow.position)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return ReviewPage(_reviewed(session, draft, rows), page, pages)


def rows_at(session: Session, draft: ImportDraft, positions: Iterable[int]) -> list[ReviewRow]:
    """The questions at these places of the file, in order."""
    rows = session.scalars(
        sa.select(ImportRow)
        .where(ImportRow.draft_id == draft.id, ImportRow.position.in_(positions))
        .order_by(ImportRow.position)
    ).all()
    return _reviewed(session, draft, rows)


def _reviewed(session: Session, draft: ImportDraft, rows: Sequence[ImportRow]) -> list[ReviewRow]:
    known = known_items(session, draft, [row.identifier for row in rows])
    has = pictures_by_item(session, known.values())
    reviewed = []
    for row in rows:
        item = from_data(row.read)
        found = known.get(row.identifier)
        obstacle = Refusal(row.obstacle["why"], **row.obstacle["values"]) if row.obstacle else None
        if obstacle is None and found is not None and found.revisions[-1].type is not item.type:
            obstacle = other_type(row.identifier)
        is_same = (
            found is not None
            and obstacle is None
            and says_the_same(found, with_free_names(item, draft.media, has.get(found.id, {})))
        )
        reviewed.append(ReviewRow(row, item, found, obstacle, is_same))
    return reviewed


def known_items(
    session: Session, draft: ImportDraft, identifiers: Sequence[str], *, lock: bool = False
) -> dict[str, Item]:
    """The bank's items of these names, with their revisions; none where new names are given."""
    if draft.prefix:
        return {}
    query = (
        sa.select(Item)
        .where(Item.identifier.in_(identifiers))
        .order_by(Item.id)
        .options(selectinload(Item.revisions))
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {item.identifier: item for item in session.scalars(query)}


def pictures_by_item(session: Session, items: Iterable[Item]) -> dict[uuid.UUID, dict[str, str]]:
    """SHA-256 of the pictures that items have, by item and name."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    rows = session.execute(
        sa.select(ItemMedia.item_id, ItemMedia.name, ItemMedia.sha256).where(
            ItemMedia.item_id.in_([item.id for item in items])
        )
    )
    for item_id, name, sha256 in rows:
        found.setdefault(item_id, {})[name] = sha256
    return found


def says_the_same(known: Item, item: ReadItem) -> bool:
    """Whether a read question is the newest revision of the item, word for word."""
    newest: ItemRevision = known.revisions[-1]
    draft = draft_of(item, known.level)
    return (
        newest.type is draft.type
        and newest.title == draft.title
        and newest.stem == draft.stem
        and newest.content == draft.body.content
        and newest.key == draft.body.key
        and newest.max_score == draft.max_score
        and newest.rationale == draft.rationale
        and newest.markup is draft.markup
        and list(known.tags) == list(draft.tags)
    )


def keep_choices(session: Session, draft: ImportDraft, choices: Mapping[int, Choice]) -> None:
    """Keep what the writer chose for these questions; what cannot be taken stays left."""
    rows = session.scalars(
        sa.select(ImportRow).where(ImportRow.draft_id == draft.id, ImportRow.position.in_(choices))
    )
    for row in rows:
        choice = choices[row.position]
        row.is_taken = choice.is_taken and row.obstacle is None
        row.criterion_id, row.level = choice.criterion_id, choice.level
    session.flush()


def criterion_labels(session: Session) -> dict[uuid.UUID, tuple[str, str]]:
    """Every criterion with the label a file would give it, ``KOM.PR02.014.01 1.2``, and its text."""
    rows = session.execute(
        sa.select(
            Criterion.id, Unit.code, Unit.slug, Element.number, Criterion.number, Criterion.text
        )
        .join(Element, Element.id == Criterion.element_id)
        .join(Unit, Unit.id == Element.unit_id)
        .order_by(Unit.code.is_(None), Unit.code, Unit.slug, Element.number, Criterion.number)
    )
    return {
        id_: (f"{code or slug} {element}.{criterion}", text)
        for id_, code, slug, element, criterion, text in rows
    }
