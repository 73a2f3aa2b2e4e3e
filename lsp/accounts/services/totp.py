"""One-time codes: set up with a phone, given at sign-in, replaced by recovery codes."""

import hashlib
import secrets
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Person, RecoveryCode, SignInSession
from lsp.accounts.rules.codes import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    matching_step,
    plain_code,
    recovery_code,
)
from lsp.accounts.services.sessions import revoke_all_sessions, token_hash
from lsp.texts import N_, Refusal
from lsp.vault import Vault


def confirm_totp(
    session: Session,
    person: Person,
    *,
    vault: Vault,
    secret: str,
    code: str,
    token: str,
    now: datetime,
) -> list[str]:
    """Tie a phone to the account once its first code is right; return new recovery codes.

    The session with ``token`` counts as signed in with a code from now; the others end. Raises
    Refusal for a wrong code.
    """
    step = matching_step(secret, plain_code(code), now=now, last_step=0)
    if step is None:
        raise Refusal(N_("Kode tidak cocok. Pakai kode terbaru, dan periksa jam di ponsel"))
    person.totp_hidden = vault.hide(secret)
    person.totp_confirmed_at = now
    person.totp_last_step = step
    revoke_all_sessions(session, person.id, now, keep=token)
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_hash == token_hash(token))
        .values(totp_at=now)
    )
    codes = _new_recovery_codes(session, person)
    _record(session, "totp.confirmed", person.id, person.id, now)
    return codes


def renew_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Replace all recovery codes and return the new ones, to be shown once."""
    if person.totp_confirmed_at is None:
        raise Refusal(N_("Aktifkan kode sekali pakai dulu"))
    codes = _new_recovery_codes(session, person)
    _record(session, "recovery_codes.renewed", person.id, person.id, now)
    return codes


def count_recovery_codes(session: Session, person_id: uuid.UUID) -> int:
    """Recovery codes not used yet."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def use_code(person: Person, code: str, *, vault: Vault, now: datetime) -> bool:
    """Whether this is the phone's code of the moment; it will not be a second time."""
    if person.totp_hidden is None:
        return False
    step = matching_step(
        vault.reveal(person.totp_hidden),
        plain_code(code),
        now=now,
        last_step=person.totp_last_step,
    )
    if step is None:
        return False
    person.totp_last_step = step
    return True


def use_recovery_code(session: Session, person: Person, code: str, *, now: datetime) -> bool:
    """Whether this is an unused recovery code of the person; it is used then."""
    found = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _code_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return found.first() is not None


def reset_totp(session: Session, person: Person, *, actor_id: uuid.UUID, now: datetime) -> None:
    """Untie the phone of somebody who lost it and their recovery codes; end their sessions.

    Raises Refusal for one's own: another administrator does that.
    """
    if person.id == actor_id:
        raise Refusal(N_("Kode sekali pakai Anda sendiri dihapus oleh administrator lain"))
    person.totp_hidden = person.totp_confirmed_at = None
    person.totp_last_step = 0
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    revoke_all_sessions(session, person.id, now)
    _record(session, "totp.reset", person.id, actor_id, now)


def _new_recovery_codes(session: Session, person: Person) -> list[str]:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [recovery_code(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person.id, code_hash=_code_hash(code)) for code in codes)
    session.flush()
    return codes


def _code_hash(code: str) -> str:
    return hashlib.sha256(plain_code(code).encode()).hexdigest()


def _record(
    session: Session, action: str, person_id: uuid.UUID, actor_id: uuid.UUID, now: datetime
) -> None:
    audit.record(
        session,
        action=action,
        subject_type="person",
        subject_id=person_id,
        actor_id=actor_id,
        now=now,
    )
