"""Writing questions: the first revision of a new item, and the next of an old one."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.models import Item, ItemMove, ItemRevision
from lsp.exams.rules.kinds import ItemState
from lsp.exams.rules.writing import Draft, check_draft
from lsp.exams.services.bank.reading import lock_item
from lsp.texts import N_, Refusal


def write_item(
    session: Session,
    *,
    identifier: str,
    criterion_id: uuid.UUID,
    draft: Draft,
    writer_id: uuid.UUID,
    now: datetime,
) -> Item:
    """Put a new question into the bank as a draft. Raises Refusal for a taken identifier."""
    if session.scalar(sa.select(Item.id).where(Item.identifier == identifier)):
        raise Refusal(N_("Kode %(identifier)s sudah dipakai."), identifier=identifier)
    item = add_item(
        session,
        identifier=identifier,
        criterion_id=criterion_id,
        draft=draft,
        state=ItemState.DRAFT,
        writer_id=writer_id,
        now=now,
    )
    _record(session, "item.written", item, writer_id, now, revision=1)
    return item


def revise_item(
    session: Session,
    item_id: uuid.UUID,
    *,
    draft: Draft,
    seen_revision: int,
    writer_id: uuid.UUID,
    now: datetime,
) -> ItemRevision:
    """Write the next revision; the item becomes a draft again and needs a new review.

    The criterion stays: results of exams held are counted by it. ``seen_revision`` is the number
    of the revision the writer started from. Raises Refusal when somebody wrote another one
    meanwhile, so that nobody's words are passed over unseen.
    """
    item = lock_item(session, item_id)
    number = item.revisions[-1].number
    if number != seen_revision:
        raise Refusal(
            N_("Orang lain sudah menulis revisi %(number)s. Bandingkan dulu, lalu kirim lagi."),
            number=number,
        )
    revision = add_revision(session, item, draft=draft, writer_id=writer_id, now=now)
    _record(session, "item.revised", item, writer_id, now, revision=revision.number)
    return revision


def add_item(
    session: Session,
    *,
    identifier: str,
    criterion_id: uuid.UUID,
    draft: Draft,
    state: ItemState,
    writer_id: uuid.UUID | None,
    now: datetime,
    origin: Mapping[str, Any] | None = None,
) -> Item:
    """A new item with its first revision, not yet flushed and not on record.

    Raises Refusal for a draft that lacks what every question has.
    """
    check_draft(draft)
    item = Item(
        identifier=identifier,
        state=state,
        criterion_id=criterion_id,
        level=draft.level,
        tags=list(draft.tags),
        created_by_id=writer_id,
        created_at=now,
    )
    item.revisions = [_revision(draft, 1, writer_id, now, origin or {})]
    session.add(item)
    return item


def add_revision(
    session: Session,
    item: Item,
    *,
    draft: Draft,
    writer_id: uuid.UUID,
    now: datetime,
    origin: Mapping[str, Any] | None = None,
) -> ItemRevision:
    """The next revision of an item whose revisions are loaded; it is a draft again.

    Not yet flushed and not on record. Raises Refusal for another type than before.
    """
    newest = item.revisions[-1]
    if newest.type != draft.type:
        raise Refusal(N_("Jenis soal tidak bisa diganti. Tulis soal baru."))
    check_draft(draft)
    item.level, item.tags = draft.level, list(draft.tags)
    revision = _revision(draft, newest.number + 1, writer_id, now, origin or {})
    item.revisions.append(revision)
    if item.state is not ItemState.DRAFT:
        item.state = ItemState.DRAFT
        session.add(
            ItemMove(
                item_id=item.id,
                revision=revision.number,
                to=ItemState.DRAFT,
                actor_id=writer_id,
                at=now,
            )
        )
    return revision


def _revision(
    draft: Draft,
    number: int,
    writer_id: uuid.UUID | None,
    now: datetime,
    origin: Mapping[str, Any],
) -> ItemRevision:
    return ItemRevision(
        number=number,
        type=draft.type,
        title=draft.title,
        stem=draft.stem,
        content=draft.body.content,
        key=draft.body.key,
        rationale=draft.rationale,
        max_score=draft.max_score,
        markup=draft.markup,
        origin=dict(origin),
        created_by_id=writer_id,
        created_at=now,
    )


def _record(
    session: Session, action: str, item: Item, actor_id: uuid.UUID, now: datetime, **detail: Any
) -> None:
    session.flush()
    audit.record(
        session,
        action=action,
        subject_type="item",
        subject_id=item.id,
        actor_id=actor_id,
        now=now,
        detail={"identifier": item.identifier, **detail},
    )
