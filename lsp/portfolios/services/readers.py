"""Who besides the owner may read a portfolio: the assessors it was opened to, while it is open."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.portfolios.models import ReaderGrant
from lsp.texts import N_, NotFound, Refusal


def grant_reader(
    session: Session, *, owner_id: uuid.UUID, reader_id: uuid.UUID, now: datetime
) -> ReaderGrant:
    """Let an assessor read and judge a portfolio; the grant that is open already, if there is one.

    Raises Refusal when both are one person.
    """
    if owner_id == reader_id:
        raise Refusal(N_("Asesor tidak bisa menilai portofolionya sendiri."))
    grant = session.scalar(_open_grant(owner_id, reader_id))
    if grant is None:
        grant = ReaderGrant(owner_id=owner_id, reader_id=reader_id, granted_at=now)
        session.add(grant)
        session.flush()
    return grant


def end_reader(
    session: Session, *, owner_id: uuid.UUID, reader_id: uuid.UUID, now: datetime
) -> None:
    """Close a portfolio to this assessor; nothing happens when it is closed already."""
    grant = session.scalar(_open_grant(owner_id, reader_id))
    if grant is not None:
        grant.ended_at = now
        session.flush()


def require_reader(session: Session, *, owner_id: uuid.UUID, reader_id: uuid.UUID) -> None:
    """Go on only when this portfolio is open to this assessor. Raises NotFound."""
    if session.scalar(_open_grant(owner_id, reader_id)) is None:
        raise NotFound


def _open_grant(owner_id: uuid.UUID, reader_id: uuid.UUID) -> sa.Select[ReaderGrant]:
    return sa.select(ReaderGrant).where(
        ReaderGrant.owner_id == owner_id,
        ReaderGrant.reader_id == reader_id,
        ReaderGrant.ended_at.is_(None),
    )
