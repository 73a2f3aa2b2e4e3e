"""Sign-in sessions: opened at sign-in, read at every request, revoked by their owner."""

import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person, RoleGrant, SignInSession
from lsp.roles import PERMISSIONS, STAFF, Role
from lsp.straight import Connection, Inquiry, json_words, moment, moment_or_none
from lsp.texts import NotFound

#: A session ends by itself after this time. Sitting an exam renews it (``renew_session``), so that
#: it never ends inside one.
SESSION_LENGTH = timedelta(days=14)
#: What is left when it is renewed: longer than any exam.
RENEWED_BELOW = SESSION_LENGTH / 2


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


#: Tables instead of classes: what follows runs at every request, and objects take their time.
_sessions, _persons, _grants = (c.__table__ for c in (SignInSession, Person, RoleGrant))
#: A session that counts: known, not revoked, not over.
_IS_OPEN = sa.and_(
    _sessions.c.token_hash == sa.bindparam("token_hash"),
    _sessions.c.revoked_at.is_(None),
    _sessions.c.expires_at > sa.bindparam("now", type_=SignInSession.expires_at.type),
)


def _load(database: str) -> sa.Select[Any]:
    """Everything a request needs to know of its person."""
    row, every, _ = json_words(database)
    roles = sa.select(every(_grants.c.role)).where(_grants.c.person_id == _persons.c.id)
    return (
        sa.select(
            row(
                _persons.c.id,
                _persons.c.full_name,
                _persons.c.language,
                _sessions.c.totp_at,
                _sessions.c.expires_at,
                roles.correlate(_persons).scalar_subquery(),
            )
        )
        .select_from(_sessions)
        .join(_persons, _persons.c.id == _sessions.c.person_id)
        .where(_IS_OPEN)
    )


_LOAD = Inquiry(_load)


def admits(permission: str) -> sa.ColumnElement[bool]:
    """What a sign-in session must fulfil for its person to hold a permission; for a ``where``.

    It asks at once what ``lsp.security`` asks step by step, for a statement that already joins
    SignInSession. The statement is given ``token_hash``, ``now``, and in ``staff_needs_code``
    whether staff are let in only after their one-time code.
    """

    def holds(roles: Collection[Role]) -> sa.ColumnElement[bool]:
        # Written out, because a list of parameters would be prepared anew at every request.
        names: list[sa.ColumnElement[Role]] = [
            sa.literal_column(f"'{role.value}'") for role in sorted(roles)
        ]
        return sa.exists().where(
            RoleGrant.person_id == SignInSession.person_id, RoleGrant.role.in_(names)
        )

    return sa.and_(
        _IS_OPEN,
        holds(PERMISSIONS[permission]),
        sa.or_(
            SignInSession.totp_at.is_not(None),
            sa.not_(sa.bindparam("staff_needs_code", type_=sa.Boolean)),
            sa.not_(holds(STAFF)),
        ),
    )


def load_session(
    connection: Connection, token: str, now: datetime
) -> tuple[uuid.UUID, str, str, datetime | None, frozenset[Role], datetime] | None:
    """Person id, name, language, time of the one-time code, roles and end behind a token.

    ``connection`` comes from ``lsp.straight``: this is asked at every request. None when the
    session is unknown, revoked or over.
    """
    told = _LOAD.ask(connection, {"token_hash": token_hash(token), "now": now})
    if told is None:
        return None
    person_id, full_name, language, totp_at, ends_at, roles = told
    return (
        uuid.UUID(person_id),
        full_name,
        language,
        moment_or_none(totp_at),
        frozenset(Role(role) for role in roles or []),
        moment(ends_at),
    )


def renew_session(session: Session, token: str, now: datetime) -> None:
    """Let an open session last its full length from now on."""
    session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
        )
        .values(expires_at=now + SESSION_LENGTH)
    )


@dataclass(frozen=True)
class OpenSession:
    """A browser that is signed in, as its owner sees it."""

    id: uuid.UUID
    created_at: datetime
    user_agent: str
    #: Whether it is the one asking.
    is_this: bool


def open_sessions(
    session: Session, person_id: uuid.UUID, now: datetime, *, token: str = ""
) -> list[OpenSession]:
    """A person's open sessions, newest first, fifty at most; ``token`` marks the asking one."""
    rows = session.scalars(
        sa.select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(SignInSession.created_at.desc(), SignInSession.id)
        .limit(50)
    )
    mine = token_hash(token)
    return [OpenSession(s.id, s.created_at, s.user_agent, s.token_hash == mine) for s in rows]


def revoke_session(
    session: Session, person_id: uuid.UUID, session_id: uuid.UUID, now: datetime
) -> None:
    """End one of a person's own open sessions. Raises NotFound for another person's."""
    ended = _revoke(session, person_id, now, SignInSession.id == session_id)
    if not ended:
        raise NotFound
    _record(session, person_id, person_id, ended, now)


def revoke_token(session: Session, token: str, now: datetime) -> None:
    """End the session a browser carries (signing out)."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all_sessions(
    session: Session, person_id: uuid.UUID, now: datetime, *, keep: str = ""
) -> int:
    """End every session of a person but the one with token ``keep``; return how many ended."""
    return _revoke(session, person_id, now, SignInSession.token_hash != token_hash(keep))


def end_sessions(
    session: Session,
    person_id: uuid.UUID,
    *,
    actor_id: uuid.UUID,
    now: datetime,
    keep: str = "",
) -> int:
    """End a person's sessions on somebody's word, and record it; return how many ended."""
    ended = revoke_all_sessions(session, person_id, now, keep=keep)
    if ended:
        _record(session, person_id, actor_id, ended, now)
    return ended


def _revoke(
    session: Session, person_id: uuid.UUID, now: datetime, condition: sa.ColumnElement[bool]
) -> int:
    result = session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            condition,
        )
        .values(revoked_at=now)
        .returning(SignInSession.id)
    )
    return len(result.all())


def _record(
    session: Session, person_id: uuid.UUID, actor_id: uuid.UUID, ended: int, now: datetime
) -> None:
    audit.record(
        session,
        action="session.revoked",
        subject_type="person",
        subject_id=person_id,
        actor_id=actor_id,
        now=now,
        detail={"sessions": ended},
    )
