"""The life of an item: its steps, who may take them, and what was said."""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lsp import audit
from lsp.exams.models import Item, ItemMove
from lsp.exams.rules.kinds import ITEM_GUARDS, ITEM_STEPS, ItemGuard, ItemState
from lsp.exams.services.bank.reading import lock_item
from lsp.texts import N_, Refusal


def move_item(
    session: Session,
    item_id: uuid.UUID,
    *,
    to: ItemState,
    actor_id: uuid.UUID,
    now: datetime,
    note: str = "",
) -> Item:
    """Take an item to its next state; ``note`` is what the person says about it.

    Raises Refusal when that state does not follow, when somebody means to release what they had
    a part in writing (a question is released by a second pair of eyes), and when a step that needs
    a remark comes without one.
    """
    item = lock_item(session, item_id)
    if to not in ITEM_STEPS[item.state]:
        raise Refusal(N_("Soal ini sudah berpindah keadaan. Muat ulang halamannya."))
    guards = ITEM_GUARDS.get((item.state, to), ())
    if ItemGuard.OTHER_PERSON in guards:
        _check_no_part(session, item, actor_id)
    if ItemGuard.REMARK_GIVEN in guards and not note.strip():
        if (item.state, to) == (ItemState.REVIEW, ItemState.ACTIVE):
            raise Refusal(N_("Tulis alasannya: mengapa soal ini diaktifkan tanpa uji coba."))
        raise Refusal(N_("Tulis catatannya: apa yang perlu diketahui penyusun dan penelaah."))
    _move(session, item, to=to, actor_id=actor_id, now=now, note=note.strip())
    session.flush()
    audit.record(
        session,
        action=f"item.{to.value}",
        subject_type="item",
        subject_id=item.id,
        actor_id=actor_id,
        now=now,
        detail={"identifier": item.identifier, "revision": item.revisions[-1].number},
    )
    return item


def _check_no_part(session: Session, item: Item, actor_id: uuid.UUID) -> None:
    """Raise Refusal for who wrote any of the revisions that nobody has released before.

    Not the newest alone: it may change one letter of what somebody else wrote. A trial is no
    release, since nothing counts in it.
    """
    newest = item.revisions[-1].number
    released = session.scalar(
        sa.select(sa.func.max(ItemMove.revision)).where(
            ItemMove.item_id == item.id,
            ItemMove.to == ItemState.ACTIVE,
            # The newest may have been released and laid aside; its words are under review again.
            ItemMove.revision < newest,
        )
    )
    own = [
        str(revision.number)
        for revision in item.revisions
        if revision.number > (released or 0) and revision.created_by_id == actor_id
    ]
    if own:
        raise Refusal(
            N_(
                "Penyusun tidak menelaah soalnya sendiri; Anda menulis revisi %(numbers)s. Minta"
                " rekan yang tidak ikut menulis melepasnya."
            ),
            numbers=", ".join(own),
        )


def restrict_overexposed(
    session: Session, item_ids: Collection[uuid.UUID], now: datetime
) -> list[Item]:
    """Keep active items that have been seen too often out of new papers; return those restricted.

    Items that are not active stay as they are, so it does no harm to name one twice.
    """
    items = session.scalars(
        sa.select(Item)
        .where(Item.id.in_(item_ids), Item.state == ItemState.ACTIVE)
        .order_by(Item.id)
        .options(selectinload(Item.revisions))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for item in items:
        _move(session, item, to=ItemState.RESTRICTED, actor_id=None, now=now)
    session.flush()
    for item in items:
        audit.record(
            session,
            action="item.restricted",
            subject_type="item",
            subject_id=item.id,
            actor_id=None,
            now=now,
            detail={"identifier": item.identifier, "revision": item.revisions[-1].number},
        )
    return list(items)


def moves_of(session: Session, item_id: uuid.UUID) -> list[ItemMove]:
    """The steps of an item's life, newest first, at most 200."""
    return list(
        session.scalars(
            sa.select(ItemMove)
            .where(ItemMove.item_id == item_id)
            .order_by(ItemMove.at.desc(), ItemMove.revision.desc())
            .limit(200)
        )
    )


def _move(
    session: Session,
    item: Item,
    *,
    to: ItemState,
    actor_id: uuid.UUID | None,
    now: datetime,
    note: str = "",
) -> None:
    item.state = to
    session.add(
        ItemMove(
            item_id=item.id,
            revision=item.revisions[-1].number,
            to=to,
            note=note,
            actor_id=actor_id,
            at=now,
        )
    )
