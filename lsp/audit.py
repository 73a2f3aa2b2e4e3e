"""The audit trail: append-only, each entry chained to the last by its hash.

An entry's hash covers its content and the hash before it, so changing, removing or inserting an
entry breaks every hash that follows. ``verify`` walks the chain and names the first break. The
database refuses updates and deletes on the table besides (triggers, see ``migrations``).
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from lsp.db import Base

GENESIS = "0" * 64


class AuditEntry(Base):
    """One thing somebody did."""

    __tablename__ = "audit_entries"

    #: Place in the chain, from 1 without a gap.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: When it happened.
    at: Mapped[datetime]
    #: Who did it; null for the system itself and for strangers.
    actor_id: Mapped[uuid.UUID | None]
    #: What was done, as ``subject.verb``: ``certificate.issued``.
    action: Mapped[str]
    #: Kind of the thing it was done to.
    subject_type: Mapped[str]
    #: Identifier of that thing.
    subject_id: Mapped[str]
    #: What else belongs to the record. Never a NIP, NIK, password, key or score.
    detail: Mapped[dict[str, Any]]
    #: Hash of the entry before this one; zeros for the first.
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    #: SHA-256 over this entry and ``previous_hash``.
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)

    __table_args__ = (sa.Index("ix_audit_entries_subject", "subject_type", "subject_id"),)


class AuditHead(Base):
    """The last link of the chain: one row, locked while an entry is added."""

    __tablename__ = "audit_head"

    #: Always 1.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Number of the last entry, 0 before the first.
    number: Mapped[int]
    #: Hash of the last entry.
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


_LOCKED_HEAD = (
    sa.select(AuditHead)
    .where(AuditHead.id == 1)
    .with_for_update()
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class ChainReport:
    """What ``verify`` found: how many entries were read, and the first broken one with the reason."""

    entries: int
    broken_number: int | None = None
    reason: str = ""

    @property
    def intact(self) -> bool:
        return self.broken_number is None


def record(
    session: Session,
    *,
    action: str,
    subject_type: str,
    subject_id: object,
    actor_id: uuid.UUID | None,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry to the chain, in the caller's transaction, and flush it.

    Call it late in a transaction: from here until the commit nobody else can add an entry.
    """
    session.flush()
    head = session.scalar(_LOCKED_HEAD)
    if head is None:
        _begin(session)
        head = session.scalars(_LOCKED_HEAD).one()
    entry = AuditEntry(
        number=head.number + 1,
        at=now,
        actor_id=actor_id,
        action=action,
        subject_type=subject_type,
        subject_id=str(subject_id),
        detail=detail or {},
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    head.number, head.hash = entry.number, entry.hash
    session.flush()
    return entry


def _begin(session: Session) -> None:
    """Give an empty trail its head; of two who begin it at once, the second waits for the first."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    session.execute(insert(AuditHead).values(id=1, number=0, hash=GENESIS).on_conflict_do_nothing())


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 (hex) over the previous hash and the entry's content as canonical JSON."""
    content = {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": str(entry.actor_id) if entry.actor_id else None,
        "action": entry.action,
        "subject": [entry.subject_type, entry.subject_id],
        "detail": entry.detail,
        "previous": entry.previous_hash,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(session: Session) -> ChainReport:
    """Walk the whole chain from the first entry to the head."""
    number, last_hash = 0, GENESIS
    while entries := _entries_after(session, number):
        for entry in entries:
            if entry.number != number + 1:
                return ChainReport(number, number + 1, "missing")
            if entry.previous_hash != last_hash:
                return ChainReport(number, entry.number, "not chained to the entry before it")
            if entry_hash(entry) != entry.hash:
                return ChainReport(number, entry.number, "content does not match its hash")
            number, last_hash = entry.number, entry.hash
    head = session.get(AuditHead, 1)
    if (head.number if head else 0) != number:
        return ChainReport(number, number + 1, "entries at the end are missing")
    if head and head.hash != last_hash:
        return ChainReport(number, number, "the head does not match the last entry")
    return ChainReport(number)


def _entries_after(session: Session, number: int) -> Sequence[AuditEntry]:
    return session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.number > number)
        .order_by(AuditEntry.number)
        .limit(1000)
    ).all()
