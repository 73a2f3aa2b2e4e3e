"""Reading the audit trail."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person
from lsp.audit import AuditEntry

PAGE_LENGTH = 50


@dataclass(frozen=True)
class TrailPage:
    """Entries, newest first, each with its actor's name; and where older ones begin."""

    entries: list[tuple[AuditEntry, str | None]]
    #: Number to read on before; None on the last page.
    older: int | None


def read_trail(
    session: Session, *, before: int | None = None, subject_type: str = "", subject_id: str = ""
) -> TrailPage:
    """A page of the audit trail, all of it or of one kind of subject or one subject.

    One statement.
    """
    wanted = (
        sa.select(AuditEntry, Person.full_name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .order_by(AuditEntry.number.desc())
        .limit(PAGE_LENGTH + 1)
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.number < before)
    if subject_type:
        wanted = wanted.where(AuditEntry.subject_type == subject_type)
    if subject_id:
        wanted = wanted.where(AuditEntry.subject_id == subject_id)
    rows: list[tuple[AuditEntry, str | None]] = [
        (entry, name) for entry, name in session.execute(wanted)
    ]
    shown = rows[:PAGE_LENGTH]
    return TrailPage(shown, shown[-1][0].number if len(rows) > PAGE_LENGTH else None)
