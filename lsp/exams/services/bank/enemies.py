"""Items that must not stand in one paper: one gives the other away, or asks the same."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Item, ItemEnemy, ItemRevision
from lsp.exams.services.browsing import newest_revision
from lsp.texts import N_, NotFound, Refusal


@dataclass(frozen=True)
class Enemy:
    """An item that must not stand beside another, by its newest title, and why."""

    item_id: uuid.UUID
    identifier: str
    title: str
    reason: str


def enemies_of(session: Session, item_id: uuid.UUID) -> list[Enemy]:
    """The enemies of an item in the order of their identifiers, in one statement."""
    other = sa.case((ItemEnemy.item_id == item_id, ItemEnemy.enemy_id), else_=ItemEnemy.item_id)
    rows = session.execute(
        sa.select(Item.id, Item.identifier, ItemRevision.title, ItemEnemy.reason)
        .select_from(ItemEnemy)
        .join(Item, Item.id == other)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .where(newest_revision(), (ItemEnemy.item_id == item_id) | (ItemEnemy.enemy_id == item_id))
        .order_by(Item.identifier)
    )
    return [Enemy(*row) for row in rows]


def add_enemy(
    session: Session,
    item_id: uuid.UUID,
    *,
    identifier: str,
    reason: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Keep this item and the one of that identifier out of the same papers; twice does no harm.

    Raises NotFound for an unknown item, Refusal for an unknown identifier, for the item itself and
    without a reason.
    """
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound
    enemy = session.scalar(sa.select(Item).where(Item.identifier == identifier.strip()))
    if enemy is None:
        raise Refusal(N_("Tidak ada soal berkode %(identifier)s."), identifier=identifier.strip())
    if enemy.id == item_id:
        raise Refusal(N_("Isi kode soal lain, bukan kode soal ini."))
    if not reason.strip():
        raise Refusal(N_("Tulis mengapa kedua soal tidak boleh bersama."))
    low, high = sorted((item_id, enemy.id))
    if session.get(ItemEnemy, (low, high)) is not None:
        return
    session.add(
        ItemEnemy(
            item_id=low,
            enemy_id=high,
            reason=reason.strip(),
            created_by_id=actor_id,
            created_at=now,
        )
    )
    _record(session, "item.enemy_added", (item, enemy), actor_id, now)


def remove_enemy(
    session: Session,
    item_id: uuid.UUID,
    enemy_id: uuid.UUID,
    *,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Let two items stand in one paper again. Raises NotFound when they were no enemies."""
    pair = session.get(ItemEnemy, tuple(sorted((item_id, enemy_id))))
    items = (session.get(Item, item_id), session.get(Item, enemy_id))
    if pair is None or items[0] is None or items[1] is None:
        raise NotFound
    session.delete(pair)
    _record(session, "item.enemy_removed", (items[0], items[1]), actor_id, now)


def _record(
    session: Session, action: str, pair: tuple[Item, Item], actor_id: uuid.UUID, now: datetime
) -> None:
    session.flush()
    audit.record(
        session,
        action=action,
        subject_type="item",
        subject_id=pair[0].id,
        actor_id=actor_id,
        now=now,
        detail={"identifier": pair[0].identifier, "other": pair[1].identifier},
    )
