"""Signing in: find the account, count failures, open the session."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit, identity
from lsp.accounts.models import Person
from lsp.accounts.rules.lockout import after_failure, is_locked
from lsp.accounts.services import guessing, totp
from lsp.accounts.services.guessing import Guess
from lsp.accounts.services.passwords import Verdict
from lsp.accounts.services.sessions import open_session
from lsp.roles import STAFF
from lsp.vault import Vault


@dataclass(frozen=True)
class Credentials:
    """Whose password to compare, read in a transaction of its own."""

    person_id: uuid.UUID
    password_hash: str


def find_credentials(session: Session, vault: Vault, identifier: str) -> Credentials | None:
    """The account with this e-mail address, NIP or NI PPPK; None when there is none."""
    if "@" in identifier:
        condition = Person.email == identifier.strip().lower()
    else:
        condition = Person.nip_fingerprint == vault.fingerprint(identity.digits(identifier))
    row = session.execute(sa.select(Person.id, Person.password_hash).where(condition)).first()
    return None if row is None else Credentials(row.id, row.password_hash)


def admit(
    session: Session, found: Credentials | None, verdict: Verdict, guess: Guess, *, now: datetime
) -> Person | None:
    """The person whose password was right; None for a wrong one, which is counted.

    None as well for unknown accounts and while somebody waits, when not even a right one is looked
    at. The failures are forgotten only at the end of signing in, after the one-time code.
    """
    if found is None:
        guessing.note_failure(session, guess, now)
        return None
    person = _locked_row(session, found.person_id)
    if guessing.waiting_time(session, guess, now):
        return None  # others guessed while we compared
    if not verdict.fits:
        _note_failure(session, person, guess, now)
        return None
    if is_locked(person.locked_until, now):
        return None
    if person.password_hash != found.password_hash:
        return None  # changed a moment ago, in another window
    if verdict.fresh_hash:
        person.password_hash = verdict.fresh_hash
    return person


def admit_code(
    session: Session,
    person_id: uuid.UUID,
    code: str,
    *,
    vault: Vault,
    now: datetime,
    is_recovery: bool = False,
) -> Person | None:
    """The person whose one-time or recovery code was right; None for a wrong one, counted."""
    person = _locked_row(session, person_id)
    if is_locked(person.locked_until, now):
        return None
    if is_recovery:
        right = totp.use_recovery_code(session, person, code, now=now)
    else:
        right = totp.use_code(person, code, vault=vault, now=now)
    if not right:
        _count_wrong_code(session, person, now)
        return None
    return person


def finish_sign_in(
    session: Session,
    person: Person,
    *,
    now: datetime,
    user_agent: str,
    network: str,
    totp_at: datetime | None = None,
) -> str:
    """Open the session of a person who proved who they are; return the token for the cookie."""
    person.failed_sign_ins, person.locked_until = 0, None
    guessing.forget_failures(session, person.id, network=network)
    token = open_session(session, person, now=now, user_agent=user_agent, totp_at=totp_at)
    if any(grant.role in STAFF for grant in person.roles):
        audit.record(
            session,
            action="person.signed_in",
            subject_type="person",
            subject_id=person.id,
            actor_id=person.id,
            now=now,
        )
    return token


def _locked_row(session: Session, person_id: uuid.UUID) -> Person:
    """The person, held until the commit, so that guesses side by side are counted one by one."""
    return session.execute(
        sa.select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _note_failure(session: Session, person: Person, guess: Guess, now: datetime) -> None:
    """Count a wrong password; the first wait of a series is recorded, the others follow from it."""
    waited = guessing.paused_until(session, person, now)
    guessing.note_failure(session, guess, now)
    until = guessing.paused_until(session, person, now)
    if until is not None and waited is None:
        _record_pause(session, person, until, now)


def _count_wrong_code(session: Session, person: Person, now: datetime) -> None:
    person.failed_sign_ins, locked_until = after_failure(person.failed_sign_ins, now)
    if locked_until is None:
        return
    person.locked_until = locked_until
    _record_pause(session, person, locked_until, now)


def _record_pause(session: Session, person: Person, until: datetime, now: datetime) -> None:
    audit.record(
        session,
        action="person.locked",
        subject_type="person",
        subject_id=person.id,
        actor_id=None,
        now=now,
        detail={"until": until.isoformat()},
    )
