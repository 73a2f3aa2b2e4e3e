"""Uploading a file of questions: it is read and kept, and nothing is in the bank yet."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.exams.formats.limits import LARGEST_FILE
from lsp.exams.formats.own_rules import differs
from lsp.exams.formats.package import Media, NotCarried, Reading, ReadItem
from lsp.exams.formats.reading import read_file
from lsp.exams.models import ImportDraft, ImportRow, Item, ItemRevision
from lsp.exams.rules.kinds import CognitiveLevel, ImportState, ItemType
from lsp.exams.services.bank.reading import criteria_by_label
from lsp.exams.services.browsing import newest_revision
from lsp.exams.services.importing.plain import as_data, obstacle_of, other_type
from lsp.exams.services.media import inspect_picture
from lsp.storage import Storage, StoredFile
from lsp.texts import N_, NotFound, Refusal

#: Uploads shown on one's own list.
SHOWN = 50


def start_import(
    session: Session,
    storage: Storage,
    *,
    content: bytes,
    name: str,
    format_name: str,
    person_id: uuid.UUID,
    now: datetime,
    criterion_id: uuid.UUID | None = None,
    level: CognitiveLevel | None = None,
    prefix: str = "",
) -> ImportDraft:
    """Read an uploaded file and keep it for its writer to look through.

    Raises Refusal (``BadFile``) when the file cannot be read as a whole or is too large.
    """
    if len(content) > LARGEST_FILE:
        raise Refusal(N_("Berkas ini lebih dari 50 MB. Bagi menjadi beberapa berkas."))
    reading = _with_own_rules(read_file(content, name, format_name))
    draft = ImportDraft(
        state=ImportState.OPEN,
        name=name[-200:],
        format=reading.format,
        criterion_id=criterion_id,
        level=level,
        prefix=prefix,
        created_by_id=person_id,
        created_at=now,
    )
    with _kept_or_deleted(storage) as keep:
        _keep_files(draft, content, reading, keep)
        session.add(draft)
        session.flush()
        _add_rows(session, draft, reading.items)
        session.flush()
    return draft


@contextmanager
def _kept_or_deleted(storage: Storage) -> Iterator[Callable[[bytes], StoredFile]]:
    """Storing of files that are deleted again when what they belong to comes to nothing."""
    keys: list[str] = []

    def keep(content: bytes) -> StoredFile:
        stored = storage.save(BytesIO(content), limit=len(content))
        keys.append(stored.key)
        return stored

    try:
        yield keep
    except BaseException:
        for key in keys:
            storage.delete(key)
        raise


def _keep_files(
    draft: ImportDraft, content: bytes, reading: Reading, keep: Callable[[bytes], StoredFile]
) -> None:
    """Store the file and its pictures, and note in the draft what is no picture."""
    stored = keep(content)
    draft.storage_key, draft.size, draft.sha256 = stored.key, stored.size, stored.sha256
    draft.media, refused = _keep_pictures(reading.media, keep)
    draft.not_carried = [_note(note) for note in [*reading.not_carried, *refused]]


def _with_own_rules(reading: Reading) -> Reading:
    """The reading with a file's scoring rules only where the bank's own would differ."""
    items = [item if differs(item) else replace(item, processing={}) for item in reading.items]
    return replace(reading, items=items)


def _keep_pictures(
    media: Sequence[Media], keep: Callable[[bytes], StoredFile]
) -> tuple[dict[str, Any], list[NotCarried]]:
    """Pictures by name as the draft keeps them, and those that are none."""
    pictures: dict[str, Any] = {}
    refused: list[NotCarried] = []
    for picture in media:
        try:
            found = inspect_picture(picture.content)
        except Refusal as refusal:
            refused.append(NotCarried(picture.name, picture.name, refusal))
            continue
        stored = keep(picture.content)
        pictures[picture.name] = {
            "storage_key": stored.key,
            "sha256": stored.sha256,
            "media_type": found.media_type,
            "width": found.width,
            "height": found.height,
            "alt": picture.alt.replace("\x00", ""),
        }
    return pictures, refused


def _note(note: NotCarried) -> dict[str, Any]:
    return {
        "where": note.where.replace("\x00", ""),
        "what": note.what.replace("\x00", ""),
        **refusal_data(note.why),
    }


def refusal_data(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON: its text, marked for translation, and what stands in it."""
    values = {name: str(value).replace("\x00", "") for name, value in refusal.values.items()}
    return {"why": refusal.text, "values": values}


def _add_rows(session: Session, draft: ImportDraft, items: Sequence[ReadItem]) -> None:
    named = [item.identifier for item in items if item.is_named and not draft.prefix]
    known = _types_known(session, named)
    is_repeated = saved_before(session, draft) is not None
    criteria = criteria_by_label(session)
    for position, item in enumerate(items, 1):
        identifier = item.identifier if item.is_named else ""
        obstacle = obstacle_of(item, draft.media)
        if obstacle is None and known.get(identifier, item.type) is not item.type:
            obstacle = other_type(identifier)
        unit, _, number = item.criterion.partition(" ")
        session.add(
            ImportRow(
                draft_id=draft.id,
                position=position,
                identifier=identifier,
                read=as_data(item),
                obstacle=refusal_data(obstacle) if obstacle else None,
                is_taken=(
                    obstacle is None
                    and identifier not in known
                    and not (is_repeated and not identifier)
                ),
                criterion_id=criteria.get((unit, number.strip())),
                level=item.level,
            )
        )


def _types_known(session: Session, identifiers: Sequence[str]) -> dict[str, ItemType]:
    """Types of the items that the bank has under these names."""
    rows = session.execute(
        sa.select(Item.identifier, ItemRevision.type)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .where(Item.identifier.in_(identifiers), newest_revision())
    )
    return dict(rows.all())


def saved_before(session: Session, draft: ImportDraft) -> datetime | None:
    """When questions of this very file last went into the bank; None when they never did."""
    return session.scalar(
        sa.select(sa.func.max(ImportDraft.saved_at)).where(ImportDraft.sha256 == draft.sha256)
    )


def get_own_draft(
    session: Session, draft_id: uuid.UUID, person_id: uuid.UUID, *, lock: bool = False
) -> ImportDraft:
    """An upload of this person that was not thrown away. Raises NotFound."""
    query = sa.select(ImportDraft).where(
        ImportDraft.id == draft_id,
        ImportDraft.created_by_id == person_id,
        ImportDraft.state != ImportState.DROPPED,
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = session.scalar(query)
    if draft is None:
        raise NotFound
    return draft


def own_drafts(session: Session, person_id: uuid.UUID) -> Sequence[ImportDraft]:
    """The person's own uploads, newest first, at most ``SHOWN``."""
    return session.scalars(
        sa.select(ImportDraft)
        .where(ImportDraft.created_by_id == person_id, ImportDraft.state != ImportState.DROPPED)
        .order_by(ImportDraft.created_at.desc())
        .limit(SHOWN)
    ).all()


def drop_draft(session: Session, draft_id: uuid.UUID, person_id: uuid.UUID) -> list[str]:
    """Throw an upload away; return the keys of its files, to be deleted after the commit.

    Raises NotFound, and Refusal once its questions are in the bank.
    """
    draft = get_own_draft(session, draft_id, person_id, lock=True)
    if draft.state is ImportState.SAVED:
        raise Refusal(N_("Soal dari berkas ini sudah disimpan di bank."))
    keys = [draft.storage_key, *(media["storage_key"] for media in draft.media.values())]
    session.execute(sa.delete(ImportRow).where(ImportRow.draft_id == draft.id))
    draft.state, draft.media, draft.not_carried = ImportState.DROPPED, {}, []
    session.flush()
    return keys
