"""Passwords at rest (Argon2id) and how a person gets a new one."""

import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person
from lsp.accounts.services.guessing import forget_failures
from lsp.accounts.services.sessions import revoke_all_sessions

#: OWASP's first recommendation (Password Storage Cheat Sheet): Argon2id, 19 MiB, 2 passes, 1 lane.
#: The library's own parameters take nine times the processor: 300 people who sign in within a
#: minute would fill two cores, and hold up those whose exam is running.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


@dataclass(frozen=True)
class Verdict:
    """Whether a password fits, and a new hash of it where the stored one was made otherwise than ours."""

    fits: bool
    fresh_hash: str | None = None


def hash_password(password: str) -> str:
    """Argon2id hash of a password. Takes its time: call it before the first SQL of a transaction."""
    return _hasher.hash(_normal(password))


def unusable_hash() -> str:
    """A hash no password fits, for accounts whose owner has not chosen one yet."""
    return hash_password(secrets.token_urlsafe(32))


def check_password(password_hash: str | None, password: str) -> Verdict:
    """Compare a password with its hash; for no hash, work as long and say no."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), _normal(password))
    except (VerificationError, InvalidHashError):
        return Verdict(False)
    if password_hash is None:
        return Verdict(False)
    outdated = _hasher.check_needs_rehash(password_hash)
    return Verdict(True, hash_password(password) if outdated else None)


def find_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, or None."""
    return session.scalar(sa.select(Person).where(Person.email == email.strip().lower()))


def replace_password(
    session: Session, person: Person, *, password_hash: str, now: datetime, keep: str = ""
) -> None:
    """Give a person a new password and end their sessions, but for the one with token ``keep``.

    The lock-out ends too: whoever gets here has proven more than a password.
    """
    person.password_hash = password_hash
    person.failed_sign_ins, person.locked_until = 0, None
    forget_failures(session, person.id)
    revoke_all_sessions(session, person.id, now, keep=keep)
    audit.record(
        session,
        action="person.password_changed",
        subject_type="person",
        subject_id=person.id,
        actor_id=person.id,
        now=now,
    )


def set_first_password(
    session: Session, person: Person, *, password_hash: str, now: datetime
) -> None:
    """Set the password of whoever opened the link we mailed them, which proves the address too."""
    if person.email_confirmed_at is None:
        person.email_confirmed_at = now
        record_confirmed(session, person.id, now)
    replace_password(session, person, password_hash=password_hash, now=now)


def record_confirmed(session: Session, person_id: uuid.UUID, now: datetime) -> None:
    """Write into the audit trail that a person's address was confirmed."""
    audit.record(
        session,
        action="person.confirmed",
        subject_type="person",
        subject_id=person_id,
        actor_id=person_id,
        now=now,
    )


@cache
def _nobodys_hash() -> str:
    return unusable_hash()


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)
