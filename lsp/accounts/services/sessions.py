"""Sign-in sessions: opened at sign-in, read at every request, revoked by their owner."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person, RoleGrant, SignInSession
from lsp.roles import Role

#: A session ends by itself after this time; an exam lasts hours, so it never ends inside one.
SESSION_LENGTH = timedelta(days=14)


def token_hash(token: str) -> str:
    """SHA-256 (hex) of a session token; tokens are random, so a plain hash suffices."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    session: Session,
    person: Person,
    *,
    now: datetime,
    user_agent: str = "",
    totp_at: datetime | None = None,
) -> str:
    """Open a sign-in session and return the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + SESSION_LENGTH,
            totp_at=totp_at,
            user_agent=user_agent[:200],
        )
    )
    session.flush()
    return token


#: Everything a request needs to know of its person, in one statement: it runs at every request,
#: also when an answer is saved.
_LOAD = (
    sa.select(
        SignInSession.person_id,
        Person.full_name,
        Person.language,
        SignInSession.totp_at,
        RoleGrant.role,
    )
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        SignInSession.token_hash == sa.bindparam("token_hash"),
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > sa.bindparam("now"),
    )
)


def load_session(
    session: Session, token: str, now: datetime
) -> tuple[uuid.UUID, str, str, datetime | None, frozenset[Role]] | None:
    """Person id, name, language, time of the one-time code and roles behind a token.

    None when the session is unknown, revoked or over.
    """
    rows = session.execute(_LOAD, {"token_hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    roles = frozenset(row.role for row in rows if row.role is not None)
    return first.person_id, first.full_name, first.language, first.totp_at, roles


def revoke_session(
    session: Session, person_id: uuid.UUID, session_id: uuid.UUID, now: datetime
) -> None:
    """End one of a person's own sessions; does nothing for another person's."""
    session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.person_id == person_id,
            SignInSession.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def revoke_token(session: Session, token: str, now: datetime) -> None:
    """End the session a browser carries (signing out)."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all_sessions(session: Session, person_id: uuid.UUID, now: datetime) -> None:
    """End every session of a person: after a new password, or by an administrator."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
