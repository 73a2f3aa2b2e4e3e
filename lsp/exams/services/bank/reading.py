"""Finding items of the bank, one by one."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from lsp.exams.models import Item
from lsp.skkni.models import Criterion, Element, Unit
from lsp.texts import NotFound


def get_item(session: Session, item_id: uuid.UUID) -> Item:
    """An item with its criterion and all its revisions. Raises NotFound."""
    item = session.scalar(
        sa.select(Item)
        .where(Item.id == item_id)
        .join(Item.criterion)
        .join(Criterion.element)
        .join(Element.unit)
        .options(
            contains_eager(Item.criterion)
            .contains_eager(Criterion.element)
            .contains_eager(Element.unit),
            selectinload(Item.revisions),
        )
    )
    if item is None:
        raise NotFound
    return item


def lock_item(session: Session, item_id: uuid.UUID) -> Item:
    """An item with its revisions, as it stands now, kept from others until the commit.

    Raises NotFound.
    """
    item = session.scalar(
        sa.select(Item)
        .where(Item.id == item_id)
        .options(selectinload(Item.revisions))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if item is None:
        raise NotFound
    return item


def criteria_by_label(session: Session) -> dict[tuple[str, str], uuid.UUID]:
    """Criteria by unit (code or slug) and number, ``("KOM.PR02.014.01", "1.2")``."""
    rows = session.execute(
        sa.select(Unit.code, Unit.slug, Element.number, Criterion.number, Criterion.id)
        .join(Element, Element.unit_id == Unit.id)
        .join(Criterion, Criterion.element_id == Element.id)
    )
    found: dict[tuple[str, str], uuid.UUID] = {}
    for code, slug, element, number, criterion_id in rows:
        for name in (code, slug):
            if name:
                found[name, f"{element}.{number}"] = criterion_id
    return found
