"""Coming in as a candidate: registering and confirming the address."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.accounts.models import Employment, Person
from lsp.accounts.services.passwords import find_by_email, record_confirmed
from lsp.accounts.services.people import EmailTaken, NumberTaken, create_person
from lsp.roles import Role
from lsp.vault import Vault

#: Which wording of the consent a candidate agreed to; change it with the wording.
CONSENT = "2026-11"


@dataclass(frozen=True)
class Application:
    """What somebody writes who registers."""

    email: str
    password: str
    full_name: str
    title_before: str
    title_after: str
    employment: Employment
    nip: str
    phone: str
    institution: str
    work_unit: str
    position: str
    language: str


@dataclass(frozen=True)
class Registered:
    """What became of a registration; decides which mail is sent, never what the screen says."""

    #: The new person, or the owner of the address; None when the NIP belongs to somebody else.
    person: Person | None
    is_new: bool


def register(
    session: Session, application: Application, *, vault: Vault, now: datetime
) -> Registered:
    """Make a candidate, unless the address or the NIP has an account already.

    Works as long in each case, so that nobody learns from the time who is registered.
    """
    try:
        person = create_person(
            session,
            vault=vault,
            roles=[Role.CANDIDATE],
            now=now,
            **vars(application),
        )
    except EmailTaken:
        return Registered(find_by_email(session, application.email), is_new=False)
    except NumberTaken:
        return Registered(find_by_email(session, application.email), is_new=False)
    audit.record(
        session,
        action="person.registered",
        subject_type="person",
        subject_id=person.id,
        actor_id=person.id,
        now=now,
        detail={"consent": CONSENT},
    )
    return Registered(person, is_new=True)


def confirm_address(session: Session, person: Person, *, now: datetime) -> None:
    """Take a person's address as theirs. Doing it again changes nothing."""
    confirmed = session.execute(
        sa.update(Person)
        .where(Person.id == person.id, Person.email_confirmed_at.is_(None))
        .values(email_confirmed_at=now)
        .returning(Person.id)
    )
    if confirmed.first() is not None:
        record_confirmed(session, person.id, now)
