"""Persons."""

from typing import Any

from sqlalchemy.orm import Session

from lsp.accounts.models import Employment, Person, RoleGrant
from lsp.roles import Role
from tests.conftest import NOW
from tests.factories import number

#: Argon2id of "kata sandi uji" with the cheapest parameters, so that tests need not hash.
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$dGVzdHNhbHQ$7BCRxYGNX2BmZSBzaGFyaw"


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
