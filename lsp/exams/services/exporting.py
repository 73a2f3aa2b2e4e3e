"""Writing questions of the bank, with their keys, into files of other programs."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.formats.limits import MOST_QUESTIONS
from lsp.exams.formats.package import Media, NotCarried, ReadItem
from lsp.exams.formats.reading import FORMATS, function
from lsp.exams.models import ItemMedia
from lsp.exams.rules.writing import Body, several_as_shares
from lsp.exams.services.browsing import ItemFilter, ItemRow, choose_items
from lsp.exams.services.importing.plain import pictures_of, rename_picture
from lsp.storage import Storage
from lsp.texts import N_, Refusal

#: Endings and media types of what is written.
WRITTEN = {
    "qti3": ("zip", "application/zip"),
    "moodle-xml": ("xml", "application/xml"),
    "gift": ("gift.txt", "text/plain"),
    "csv": ("csv", "text/csv"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True)
class Export:
    """A file of questions: what was asked to be in it, the file, and what it cannot hold."""

    rows: list[ItemRow]
    content: bytes
    lost: list[NotCarried]

    @property
    def corrected(self) -> list[ItemRow]:
        """The questions whose key in the file is not the one they were written with."""
        return [row for row in self.rows if row.has_other_key and not row.is_struck]

    @property
    def struck(self) -> list[ItemRow]:
        """The questions a correction left without a key; the file holds the last one they had."""
        return [row for row in self.rows if row.is_struck]

    @property
    def unexplained(self) -> list[ItemRow]:
        """The questions whose explanation is left out: it was written for a key replaced since."""
        return [row for row in self.rows if row.has_other_key and row.revision.rationale]

    @property
    def doubted(self) -> list[ItemRow]:
        """The questions whose key in the file is in doubt."""
        return [row for row in self.rows if row.doubt]


def make_export(
    session: Session,
    storage: Storage,
    *,
    wanted: ItemFilter,
    format_name: str,
    identifiers: Sequence[str] = (),
) -> Export:
    """The items of the filter, or those among them that are named, in a file of that format.

    Nothing is recorded yet. Raises Refusal for names the bank does not have, and when there is
    nothing or too much to write.
    """
    rows = choose_items(session, wanted, identifiers, limit=MOST_QUESTIONS + 1)
    unknown = set(identifiers) - {row.item.identifier for row in rows}
    if unknown:
        raise Refusal(
            N_("Tidak ada di antara soal yang dipilih: %(identifiers)s."),
            identifiers=", ".join(sorted(unknown)[:10]),
        )
    if not rows:
        raise Refusal(N_("Tidak ada soal yang cocok dengan pilihan ini."))
    if len(rows) > MOST_QUESTIONS:
        raise Refusal(
            N_("Pilihan ini memuat lebih dari %(limit)s soal. Persempit saringannya."),
            limit=MOST_QUESTIONS,
        )
    items, media = _with_pictures(session, storage, rows)
    write = function(format_name, FORMATS[format_name].writer)
    content, lost = write(items, media)
    return Export(rows, content, lost)


def record_export(
    session: Session,
    export: Export,
    *,
    format_name: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Put on record that questions left the bank with their keys, and which."""
    audit.record(
        session,
        action="items.exported",
        subject_type="item_bank",
        subject_id="export",
        actor_id=actor_id,
        now=now,
        detail={
            "format": format_name,
            "count": len(export.rows),
            "identifiers": [row.item.identifier for row in export.rows],
        },
    )


def as_read_item(row: ItemRow) -> ReadItem:
    """A question of the bank as a file's, with the key in force: what ``formats`` write and read."""
    item, revision = row.item, row.revision
    key = several_as_shares(revision.type, revision.content, row.key)
    own = key.pop("qti", None) or {}
    element, unit = item.criterion.element, item.criterion.element.unit
    return ReadItem(
        identifier=item.identifier,
        type=revision.type,
        title=revision.title,
        stem=revision.stem,
        body=Body(revision.content, key),
        max_score=Decimal(own["max_score"]) if own else revision.max_score,
        markup=revision.markup,
        criterion=f"{unit.code or unit.slug} {element.number}.{item.criterion.number}",
        level=item.level,
        rationale="" if row.has_other_key else revision.rationale,
        tags=tuple(item.tags),
        processing=own.get("processing", {}),
        names=own.get("names", {}),
        response_name=own.get("response_name", "RESPONSE"),
    )


def _with_pictures(
    session: Session, storage: Storage, rows: Sequence[ItemRow]
) -> tuple[list[ReadItem], list[Media]]:
    """The questions and their pictures; two pictures of one name get different ones."""
    stored: dict[uuid.UUID, dict[str, ItemMedia]] = {}
    for picture in session.scalars(
        sa.select(ItemMedia).where(ItemMedia.item_id.in_([row.item.id for row in rows]))
    ):
        stored.setdefault(picture.item_id, {})[picture.name] = picture
    names: dict[str, str] = {}
    media: list[Media] = []
    items: list[ReadItem] = []
    for row in rows:
        item = as_read_item(row)
        for name in pictures_of(item.stem, item.body.content, item.markup):
            found = stored.get(row.item.id, {}).get(name)
            if found is None:
                continue  # the writer names a picture that is not there
            free = name
            if names.get(name, found.sha256) != found.sha256:
                free = f"{row.item.id.hex[:8]}-{name}"
                item = _renamed(item, name, free)
            if free not in names:
                names[free] = found.sha256
                with storage.open(found.storage_key) as file:
                    media.append(Media(free, file.read(), found.alt))
        items.append(item)
    return items, media


def _renamed(item: ReadItem, old: str, new: str) -> ReadItem:
    content = rename_picture(item.body.content, old, new)
    stem = rename_picture(item.stem, old, new)
    return replace(item, stem=stem, body=Body(content, item.body.key))
