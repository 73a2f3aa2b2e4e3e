"""Putting what the writer took into the bank: drafts, in one transaction, once."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lsp import audit
from lsp.exams.formats.package import ReadItem
from lsp.exams.models import ImportDraft, ImportRow, Item, ItemMedia
from lsp.exams.rules.kinds import ImportState, ItemState
from lsp.exams.services.bank.writing import add_item, add_revision
from lsp.exams.services.importing.choosing import (
    count_rows,
    known_items,
    pictures_by_item,
    says_the_same,
)
from lsp.exams.services.importing.drafts import get_own_draft
from lsp.exams.services.importing.plain import (
    OWN_PREFIX,
    draft_of,
    from_data,
    other_type,
    pictures_of,
    with_free_names,
)
from lsp.texts import N_, Refusal


def save_import(
    session: Session, draft_id: uuid.UUID, *, person_id: uuid.UUID, now: datetime
) -> ImportDraft:
    """Write the questions taken into the bank as drafts; sent again, it changes nothing.

    What says the same as the bank's newest revision is not written again. Raises NotFound, and
    Refusal when nothing is taken, when a question lacks its criterion or level, and when one
    would change the type of an item.
    """
    draft = get_own_draft(session, draft_id, person_id, lock=True)
    if draft.state is ImportState.SAVED:
        return draft
    counts = count_rows(session, draft)
    if not counts.taken:
        raise Refusal(N_("Belum ada soal yang diambil."))
    if counts.lacking:
        raise Refusal(
            N_("%(count)s soal yang diambil belum punya kriteria (KUK) atau jenjang kognitif."),
            count=counts.lacking,
        )
    try:
        _Saving(session, draft, person_id, now).run()
        session.flush()
    except IntegrityError:
        raise Refusal(
            N_("Orang lain baru saja memakai kode yang sama. Simpan sekali lagi.")
        ) from None
    audit.record(
        session,
        action="items.imported",
        subject_type="item_bank",
        subject_id=draft.id,
        actor_id=person_id,
        now=now,
        detail={
            "file": draft.name,
            "format": draft.format,
            "sha256": draft.sha256,
            "written": draft.written,
            "revised": draft.revised,
        },
    )
    return draft


class _Saving:
    """One upload on its way into the bank."""

    def __init__(
        self, session: Session, draft: ImportDraft, person_id: uuid.UUID, now: datetime
    ) -> None:
        self.session, self.draft, self.person_id, self.now = session, draft, person_id, now
        self.rows = session.scalars(
            sa.select(ImportRow)
            .where(ImportRow.draft_id == draft.id, ImportRow.is_taken)
            .order_by(ImportRow.position)
        ).all()
        self.known = known_items(session, draft, [r.identifier for r in self.rows], lock=True)
        self.media = pictures_by_item(session, self.known.values())
        #: Rows to add once the items are there.
        self.pictures: list[ItemMedia] = []

    def run(self) -> None:
        names = self._names()
        pairs: list[tuple[ImportRow, Item]] = []
        for row in self.rows:
            item = from_data(row.read)
            known = self.known.get(row.identifier)
            if known is None:
                pairs.append((row, self._write(row, item, names[row.position])))
                self.draft.written += 1
            elif known.revisions[-1].type is not item.type:
                raise other_type(row.identifier)
            else:
                self._revise(row, item, known)
                pairs.append((row, known))
        self.session.flush()
        self.session.add_all(self.pictures)
        for row, written in pairs:
            row.item_id = written.id
        self.draft.state, self.draft.saved_at = ImportState.SAVED, self.now

    def _write(self, row: ImportRow, item: ReadItem, identifier: str) -> Item:
        level = row.level or self.draft.level
        criterion_id = row.criterion_id or self.draft.criterion_id
        if level is None or criterion_id is None:
            raise ValueError("counted as lacking nothing")
        written = add_item(
            self.session,
            identifier=identifier,
            criterion_id=criterion_id,
            draft=draft_of(item, level),
            state=ItemState.DRAFT,
            writer_id=self.person_id,
            now=self.now,
            origin=self._origin(row, item),
        )
        written.id = uuid.uuid4()
        self._add_pictures(written.id, item, item)
        return written

    def _revise(self, row: ImportRow, item: ReadItem, known: Item) -> None:
        """The next revision, unless the newest says the same."""
        own = with_free_names(item, self.draft.media, self.media.get(known.id, {}))
        if says_the_same(known, own):
            return
        self.draft.revised += 1
        self._add_pictures(known.id, item, own)
        add_revision(
            self.session,
            known,
            draft=draft_of(own, row.level or item.level or known.level),
            writer_id=self.person_id,
            now=self.now,
            origin=self._origin(row, item),
        )

    def _origin(self, row: ImportRow, item: ReadItem) -> dict[str, Any]:
        return {
            "format": self.draft.format,
            "file": self.draft.name,
            "sha256": self.draft.sha256,
            "where": item.where,
            "identifier": row.identifier,
        }

    def _add_pictures(self, item_id: uuid.UUID, item: ReadItem, own: ReadItem) -> None:
        """Give an item the pictures it shows; ``own`` has the names they get there."""
        has = self.media.setdefault(item_id, {})
        shown = pictures_of(item.stem, item.body.content, item.markup)
        names = pictures_of(own.stem, own.body.content, own.markup)
        for name, free in zip(shown, names, strict=True):
            if free not in has:
                picture = self.draft.media[name]
                has[free] = picture["sha256"]
                self.pictures.append(
                    ItemMedia(item_id=item_id, name=free, created_at=self.now, **picture)
                )

    def _names(self) -> Mapping[int, str]:
        """What each new item is called: as in its file, or by the next numbers of the prefix."""
        kept = {
            row.position: row.identifier
            for row in self.rows
            if row.identifier and not self.draft.prefix
        }
        prefix = self.draft.prefix or OWN_PREFIX
        taken = self.session.scalars(
            sa.select(Item.identifier).where(
                Item.identifier.startswith(f"{prefix}-", autoescape=True)
            )
        ).all()
        others = [row.position for row in self.rows if row.position not in kept]
        return kept | _numbered(prefix, [*taken, *kept.values()], others)


def _numbered(prefix: str, taken: Sequence[str], positions: Sequence[int]) -> dict[int, str]:
    """Running numbers after the highest one taken, ``KP-038``."""
    of_prefix = re.compile(rf"{re.escape(prefix)}-(\d{{1,9}})")
    numbers = [int(found[1]) for name in taken if (found := of_prefix.fullmatch(name))]
    first = max(numbers, default=0) + 1
    return {position: f"{prefix}-{first + n:03}" for n, position in enumerate(positions)}
