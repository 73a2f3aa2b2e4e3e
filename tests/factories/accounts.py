"""Persons."""

from datetime import datetime
from typing import Any, cast

import pyotp
from sqlalchemy.orm import Session

from lsp.accounts.models import Employment, Person, RoleGrant
from lsp.accounts.services.sessions import load_session
from lsp.roles import Role
from lsp.vault import Vault
from tests.conftest import NOW
from tests.factories import number

#: Everybody's password, and its Argon2id hash with the cheapest parameters: tests need not hash.
PASSWORD = "kata sandi uji"
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$aPwE+SLsIIVU69iruUZvgw$ZdC4RNP3YhDAxTsFFQSApeQk6KG27Cqx2CSwEBEKZro"
)


def make_person(session: Session, *roles: Role, **values: Any) -> Person:
    """A person with these roles; a candidate when none is named."""
    n = number()
    person = Person(
        **{
            "email": f"orang{n}@contoh.test",
            "email_confirmed_at": NOW,
            "full_name": f"Orang Uji {n}",
            "password_hash": PASSWORD_HASH,
            "employment": Employment.OTHER,
            "created_at": NOW,
            **values,
        }
    )
    session.add(person)
    session.flush()
    for role in roles or (Role.CANDIDATE,):
        session.add(RoleGrant(person_id=person.id, role=role, granted_at=NOW))
    session.flush()
    return person


def give_phone(session: Session, person: Person, vault: Vault, *, now: datetime) -> pyotp.TOTP:
    """Tie a phone to a person's account; return it, to make its codes."""
    phone = pyotp.TOTP(pyotp.random_base32())
    person.totp_hidden = vault.hide(phone.secret)
    person.totp_confirmed_at = now
    session.flush()
    return phone


def made_up_nip(serial: int = 1, *, middle: str = "201503", birth: str = "19900327") -> str:
    """A NIP (or, with another middle, a NI PPPK) of nobody: a woman's."""
    return f"{birth}{middle}2{serial:03}"


def loaded(session: Session, token: str, now: datetime) -> Any:
    """What a request would learn of the person behind a token (``load_session``)."""
    session.flush()
    return load_session(cast(Any, session.connection().connection.driver_connection), token, now)
