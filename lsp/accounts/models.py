"""Persons, their roles and their sign-in sessions."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.db import Base, Id, enum_column
from lsp.roles import Role


class Employment(StrEnum):
    """What kind of number, if any, the state knows a person by."""

    PNS = "pns"
    PPPK = "pppk"
    OTHER = "other"


class Person(Base):
    """Somebody with an account. Names as on the identity card; numbers encrypted."""

    __tablename__ = "persons"

    id: Mapped[Id]
    #: Address to sign in with and to write to, lower case.
    email: Mapped[str] = mapped_column(unique=True)
    #: When the address was confirmed; null until then, and nobody signs in before.
    email_confirmed_at: Mapped[datetime | None]
    #: Name as on the identity card, without titles.
    full_name: Mapped[str]
    #: Academic titles before and after the name, as printed on certificates.
    title_before: Mapped[str] = mapped_column(default="")
    title_after: Mapped[str] = mapped_column(default="")
    #: Argon2id.
    password_hash: Mapped[str]
    #: ``id`` or ``en``.
    language: Mapped[str] = mapped_column(default="id")
    #: PNS, PPPK or other; decides which rules the NIP follows.
    employment: Mapped[Employment] = mapped_column(enum_column(Employment))
    #: NIP or NI PPPK, encrypted; and its keyed hash, to sign in by and keep unique.
    nip_hidden: Mapped[str | None]
    nip_fingerprint: Mapped[str | None] = mapped_column(unique=True)
    #: NIK, encrypted; and its keyed hash.
    nik_hidden: Mapped[str | None]
    nik_fingerprint: Mapped[str | None] = mapped_column(unique=True)
    #: Mobile number as written by the person.
    phone: Mapped[str] = mapped_column(default="")
    #: Ministry, agency or company.
    institution: Mapped[str] = mapped_column(default="")
    #: Office inside it; SEP-10 warns when candidate and assessor share it.
    work_unit: Mapped[str] = mapped_column(default="")
    #: Post held, for instance "Pranata Humas Ahli Pertama".
    position: Mapped[str] = mapped_column(default="")
    #: Assessor's registration number (MET…), for assessors.
    assessor_registration: Mapped[str] = mapped_column(default="")
    #: One-time codes that were wrong in a row, and until when no further one is looked at.
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    #: TOTP secret, encrypted; and when a first code proved that the phone has it.
    totp_hidden: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None]
    #: Time step of the last code accepted, so that a code works once.
    totp_last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    roles: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", order_by="RoleGrant.role", foreign_keys="RoleGrant.person_id"
    )

    @property
    def printed_name(self) -> str:
        """The name with its titles, as on a certificate."""
        name = f"{self.title_before} {self.full_name}".strip()
        return f"{name}, {self.title_after}" if self.title_after else name


class RoleGrant(Base):
    """A role a person holds, and who gave it."""

    __tablename__ = "role_grants"

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), primary_key=True)
    #: Null when the system gave it: registration makes a candidate.
    granted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    granted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="roles", foreign_keys=[person_id])


class SignInSession(Base):
    """A browser that is signed in; revoked by its owner, an administrator or time."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[Id]
    #: SHA-256 (hex) of the token in the cookie; the token itself is never kept.
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    #: When the one-time code was given; null when none was asked for.
    totp_at: Mapped[datetime | None]
    #: Browser as it named itself, shortened, so that the owner recognises it.
    user_agent: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()


class RecoveryCode(Base):
    """A code that replaces the phone once."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    #: SHA-256 (hex) of the code; codes carry 80 random bits, so a plain hash suffices.
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A wrong password; kept for an hour, to slow down whoever guesses."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        sa.Index(None, "account", "at"),
        sa.Index(None, "network", "at"),
        sa.Index(None, "at"),
    )

    id: Mapped[Id]
    #: Whose password was tried: the person's id, or the keyed hash of a name nobody has.
    account: Mapped[str]
    #: Keyed hash of the network it was tried from.
    network: Mapped[str]
    at: Mapped[datetime]
