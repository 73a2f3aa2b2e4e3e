"""Certificates as issued, and everything that happened to them since."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lsp.accounts.models import Person
from lsp.certificates.rules import StatusKind
from lsp.db import Base, Id, enum_column
from lsp.skkni.models import SchemeVersion


class Certificate(Base):
    """A certificate as it was printed: everything on it is frozen here."""

    __tablename__ = "certificates"

    id: Mapped[Id]
    #: Nomor sertifikat, by the LSP's pattern, from a locked counter.
    number: Mapped[str] = mapped_column(unique=True)
    #: The same in capitals without blanks and signs, to be found however it is typed.
    number_plain: Mapped[str] = mapped_column(unique=True)
    #: Nomor registrasi, by the LSP's pattern.
    registration_number: Mapped[str] = mapped_column(unique=True)
    #: 16 characters of 80 random bits: the address in the QR code.
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    holder_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"), index=True)
    decision_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("decisions.id"), unique=True)
    scheme_version_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme_versions.id"))
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    #: What is printed, word for word: holder, scheme, units, LSP, signatories, city, standards.
    printed: Mapped[dict[str, Any]]
    storage_key: Mapped[str]
    #: SHA-256 (hex) of the PDF.
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    issued_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    issued_at: Mapped[datetime]

    holder: Mapped[Person] = relationship(foreign_keys=[holder_id])
    scheme_version: Mapped[SchemeVersion] = relationship()
    events: Mapped[list["StatusEvent"]] = relationship(
        back_populates="certificate", order_by="StatusEvent.at"
    )

    __table_args__ = (sa.CheckConstraint("expires_on > issued_on", name="expires_after_issue"),)


class StatusEvent(Base):
    """One change of a certificate's standing. Append-only."""

    __tablename__ = "status_events"

    id: Mapped[Id]
    certificate_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("certificates.id"), index=True)
    kind: Mapped[StatusKind] = mapped_column(enum_column(StatusKind))
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("persons.id"))
    #: Class of reason the public may read (``certificates.rules.REASONS``).
    reason_class: Mapped[str] = mapped_column(default="")
    #: Full reason, for the LSP and auditors only.
    note: Mapped[str] = mapped_column(sa.Text, default="")

    certificate: Mapped[Certificate] = relationship(back_populates="events")
