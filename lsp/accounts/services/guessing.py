"""Wrong passwords: counted in the database, so that all processes of an installation count alike."""

import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp.accounts.models import Person, SignInFailure
from lsp.accounts.rules import guessing
from lsp.accounts.rules.guessing import NETWORK_REMEMBERED, REMEMBERED, Failures
from lsp.vault import Vault


class Guess(NamedTuple):
    """Whose password is tried from where, in the words of the table."""

    account: str
    network: str


def network_of(vault: Vault, address: str | None) -> str:
    """A visitor's network as it is kept: its keyed hash."""
    return vault.fingerprint(guessing.network(address))


def account_of(vault: Vault, person_id: uuid.UUID | None, identifier: str) -> str:
    """The account tried; a name nobody has is counted by its keyed hash, like any other."""
    if person_id is None:
        return vault.fingerprint(identifier.strip().lower())
    return str(person_id)


def waiting_time(session: Session, guess: Guess, now: datetime) -> timedelta:
    """How long until this account is looked at again from this network; nothing when at once."""
    at = SignInFailure.at
    of_account = sa.and_(SignInFailure.account == guess.account, at > now - REMEMBERED)
    here = sa.and_(of_account, SignInFailure.network == guess.network)
    of_network = sa.and_(SignInFailure.network == guess.network, at > now - NETWORK_REMEMBERED)
    number = sa.func.count()
    row = session.execute(
        sa.select(
            number.filter(here),
            sa.func.max(at, type_=at.type).filter(here),
            number.filter(of_account),
            number.filter(of_network),
        ).where(sa.or_(of_account, of_network))
    ).one()
    return guessing.wait(Failures(*row), now)


def paused_until(session: Session, person: Person, now: datetime) -> datetime | None:
    """Until when this person waits, be it in one network; None where they may try everywhere."""
    rows = session.execute(
        sa.select(sa.func.count(), sa.func.max(SignInFailure.at, type_=SignInFailure.at.type))
        .where(SignInFailure.account == str(person.id), SignInFailure.at > now - REMEMBERED)
        .group_by(SignInFailure.network)
    ).all()
    everywhere = sum(here for here, _ in rows)
    waits = [guessing.wait(Failures(here, last, everywhere, 0), now) for here, last in rows]
    until = max([now + each for each in waits] + [person.locked_until or now])
    return until if until > now else None


def note_failure(session: Session, guess: Guess, now: datetime) -> None:
    """Count a wrong password, and forget those that count no more."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at <= now - REMEMBERED))
    session.add(SignInFailure(account=guess.account, network=guess.network, at=now))
    session.flush()


def forget_failures(session: Session, person_id: uuid.UUID, *, network: str | None = None) -> bool:
    """Forget a person's wrong passwords, from one network or all; say whether there were any."""
    condition = SignInFailure.account == str(person_id)
    if network is not None:
        condition = sa.and_(condition, SignInFailure.network == network)
    gone = session.execute(sa.delete(SignInFailure).where(condition).returning(SignInFailure.id))
    return gone.first() is not None
