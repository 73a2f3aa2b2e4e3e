"""The item bank: writing questions, their states, and reading the bank.

A revision never changes once it is written: whoever edits makes the next one. A paper keeps the
revision it was drawn with.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session, contains_eager, selectinload

from lsp import audit
from lsp.exams.models import Item, ItemRevision
from lsp.exams.rules.bank_files import BadBank, Entry, read_entry
from lsp.exams.rules.kinds import ITEM_STEPS, ItemState
from lsp.exams.rules.writing import Draft, check_draft
from lsp.skkni.models import Criterion, Element, Unit
from lsp.texts import N_, NotFound, Refusal


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
    item = _add_item(
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

    The criterion stays: results of exams held are counted by it. ``seen_revision`` is the number of the revision the writer started from. Raises Refusal when
    somebody wrote another one meanwhile, so that nobody's words are passed over unseen.
    """
    item = _lock(session, item_id)
    number = item.revisions[-1].number
    if number != seen_revision:
        raise Refusal(
            N_("Orang lain sudah menulis revisi %(number)s. Bandingkan dulu, lalu kirim lagi."),
            number=number,
        )
    if item.revisions[-1].type != draft.type:
        raise Refusal(N_("Jenis soal tidak bisa diganti. Tulis soal baru."))
    check_draft(draft)
    item.level, item.tags = draft.level, list(draft.tags)
    item.state = ItemState.DRAFT
    revision = _revision(draft, number + 1, writer_id, now)
    item.revisions.append(revision)
    _record(session, "item.revised", item, writer_id, now, revision=revision.number)
    return revision


def move_item(
    session: Session, item_id: uuid.UUID, *, to: ItemState, actor_id: uuid.UUID, now: datetime
) -> Item:
    """Take an item to its next state.

    Raises Refusal when that state does not follow, and when the writer of the newest revision
    means to release it: a question is activated by a second pair of eyes.
    """
    item = _lock(session, item_id)
    if to not in ITEM_STEPS[item.state]:
        raise Refusal(N_("Soal ini sudah berpindah keadaan. Muat ulang halamannya."))
    if to is ItemState.ACTIVE and item.revisions[-1].created_by_id == actor_id:
        raise Refusal(N_("Penyusun tidak menelaah soalnya sendiri. Minta rekan mengaktifkannya."))
    item.state = to
    _record(session, f"item.{to.value}", item, actor_id, now, revision=item.revisions[-1].number)
    return item


def load_bank(session: Session, *, now: datetime) -> int:
    """Load the packaged questions as active items; return how many were new.

    What is in the bank already stays as it is. Raises BadBank naming the file, the question and
    the fault, before anything is written.
    """
    criteria = _criteria_by_label(session)
    known = set(session.scalars(sa.select(Item.identifier)))
    new = [placed for placed in _packaged(criteria) if placed[0].identifier not in known]
    for entry, criterion_id in new:
        _add_item(
            session,
            identifier=entry.identifier,
            criterion_id=criterion_id,
            draft=entry.draft,
            state=ItemState.ACTIVE,
            writer_id=None,
            now=now,
        )
    session.flush()
    return len(new)


def _packaged(criteria: Mapping[tuple[str, str], uuid.UUID]) -> list[tuple[Entry, uuid.UUID]]:
    """Every question of the package with the criterion it measures."""
    folder = resources.files("lsp.exams") / "bank"
    found: dict[str, tuple[Entry, uuid.UUID]] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yaml"):
            continue
        parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
        for raw in parsed["items"]:
            try:
                entry = read_entry(raw)
            except BadBank as fault:
                raise BadBank(f"{file.name}: {fault}") from None
            place = (str(parsed["unit"]), entry.criterion)
            if place not in criteria:
                raise BadBank(f"{file.name}: {entry.identifier}: no criterion {' '.join(place)}")
            if entry.identifier in found:
                raise BadBank(f"{file.name}: {entry.identifier} is there twice")
            found[entry.identifier] = (entry, criteria[place])
    return list(found.values())


def _criteria_by_label(session: Session) -> dict[tuple[str, str], uuid.UUID]:
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


def _add_item(
    session: Session,
    *,
    identifier: str,
    criterion_id: uuid.UUID,
    draft: Draft,
    state: ItemState,
    writer_id: uuid.UUID | None,
    now: datetime,
) -> Item:
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
    item.revisions = [_revision(draft, 1, writer_id, now)]
    session.add(item)
    return item


def _revision(
    draft: Draft, number: int, writer_id: uuid.UUID | None, now: datetime
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
        created_by_id=writer_id,
        created_at=now,
    )


def _lock(session: Session, item_id: uuid.UUID) -> Item:
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
