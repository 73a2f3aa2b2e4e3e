"""Keeping what is known of the difficulty of items."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Item
from lsp.exams.rules.measures import Measures, check_measures
from lsp.texts import N_, NotFound, Refusal


def measures_of(item: Item) -> Measures:
    """What is known of an item."""
    return Measures(item.facility, item.discrimination, item.location)


def measure_item(
    session: Session,
    item_id: uuid.UUID,
    measures: Measures,
    *,
    actor_id: uuid.UUID,
    now: datetime,
) -> Item:
    """Set what is known of an item; nothing is recorded when nothing changed.

    Raises NotFound, and Refusal for numbers no item has.
    """
    check_measures(measures)
    item = session.get(Item, item_id, with_for_update=True)
    if item is None:
        raise NotFound
    if _set(item, measures):
        session.flush()
        audit.record(
            session,
            action="item.measured",
            subject_type="item",
            subject_id=item.id,
            actor_id=actor_id,
            now=now,
            detail={"identifier": item.identifier},
        )
    return item


def measure_items(
    session: Session, table: Mapping[str, Measures], *, actor_id: uuid.UUID, now: datetime
) -> int:
    """Set what a table says of many items; return how many changed.

    Raises Refusal that names identifiers the bank does not have; nothing is changed then.
    """
    items = {
        item.identifier: item
        for item in session.scalars(
            sa.select(Item).where(Item.identifier.in_(table)).with_for_update()
        )
    }
    unknown = [identifier for identifier in table if identifier not in items]
    if unknown:
        raise Refusal(
            N_("Tidak ada di bank soal: %(identifiers)s."),
            identifiers=", ".join(unknown[:10]) + (" …" if len(unknown) > 10 else ""),
        )
    changed = [name for name, measures in table.items() if _set(items[name], measures)]
    if changed:
        session.flush()
        audit.record(
            session,
            action="items.measured",
            subject_type="item_bank",
            subject_id="all",
            actor_id=actor_id,
            now=now,
            detail={"count": len(changed)},
        )
    return len(changed)


def _set(item: Item, measures: Measures) -> bool:
    """Whether that changed anything."""
    before = (item.facility, item.discrimination, item.location)
    item.facility = measures.facility
    item.discrimination = measures.discrimination
    item.location = measures.location
    return before != (item.facility, item.discrimination, item.location)
