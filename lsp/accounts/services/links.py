"""Links in mails: signed, for one purpose, over by a time, and dead once they are used."""

import hashlib
import uuid
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from lsp.accounts.models import Person


class Purpose(StrEnum):
    """What a token allows; a token for one purpose is nothing for another."""

    #: Confirm the address it was mailed to.
    CONFIRM = "confirm"
    #: Choose a password: forgotten, or the first one of an invited person.
    SET_PASSWORD = "set-password"  # noqa: S105 -- a purpose, not a password
    #: Ask for the confirmation mail again; given after the right password.
    RESEND = "resend"
    #: Give the one-time code; given after the right password.
    CODE = "code"


LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.SET_PASSWORD: timedelta(hours=2),
    Purpose.RESEND: timedelta(hours=1),
    Purpose.CODE: timedelta(minutes=10),
}
INVITATION = timedelta(days=7)


def make_token(
    secret_key: str,
    purpose: Purpose,
    person: Person,
    *,
    now: datetime,
    lifetime: timedelta | None = None,
) -> str:
    """A token that allows ``purpose`` to this person until its time is over."""
    expires_at = now + (lifetime or LIFETIMES[purpose])
    return str(
        _signer(secret_key, purpose).dumps(
            [person.id.hex, _state(purpose, person), int(expires_at.timestamp())]
        )
    )


def find_by_token(
    session: Session, secret_key: str, purpose: Purpose, token: str, *, now: datetime
) -> Person | None:
    """The person a token belongs to; None when it is forged, over, or used."""
    try:
        person_id, state, expires = _signer(secret_key, purpose).loads(token)
    except BadData:
        return None
    if now.timestamp() >= expires:
        return None
    person = session.scalar(sa.select(Person).where(Person.id == uuid.UUID(hex=person_id)))
    return person if person is not None and _state(purpose, person) == state else None


def owner_of(secret_key: str, purpose: Purpose, token: str) -> str:
    """Whom a token was made for, over or not; empty for a forged one. To count by, not to admit."""
    try:
        person_id, _state, _expires = _signer(secret_key, purpose).loads(token)
    except BadData:
        return ""
    return str(person_id)


def _signer(secret_key: str, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=f"accounts.{purpose}")


def _state(purpose: Purpose, person: Person) -> str:
    """What changes when the token is used, hashed: with it the token dies."""
    if purpose is Purpose.CONFIRM:
        text = person.email
    elif purpose is Purpose.RESEND:
        text = str(person.email_confirmed_at)
    else:
        text = person.password_hash
    return hashlib.sha256(text.encode()).hexdigest()[:24]
