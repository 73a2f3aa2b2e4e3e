"""Finding a certificate: by the public with a proof of holding it, by its holder, by the LSP."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lsp.certificates.models import Certificate
from lsp.certificates.rules import (
    Standing,
    StatusKind,
    check_code,
    plain_number,
    same_check_code,
    standing,
)
from lsp.texts import NotFound

PAGE_SIZE = 25


@dataclass(frozen=True)
class PublicView:
    """What the public may know of a certificate: what the paper says, and its standing today.

    ``changed_at`` is when the standing last changed by a decision, null while it never did.
    """

    code: str
    standing: Standing
    printed: dict[str, Any]
    issued_on: date
    expires_on: date
    changed_at: datetime | None
    reason_class: str
    sha256: str


def find_by_code(session: Session, code: str, today: date) -> PublicView:
    """The certificate behind a QR code. Raises NotFound for any other code."""
    certificate = session.scalar(
        sa.select(Certificate)
        .where(Certificate.code == code.upper())
        .options(selectinload(Certificate.events))
    )
    if certificate is None:
        raise NotFound
    return public_view(certificate, today)


def code_for(session: Session, *, number: str, given_check_code: str, secret: str) -> str:
    """The public code behind a number and its check code.

    Raises NotFound for an unknown number and for a wrong check code alike, after the same work,
    so that nobody learns which numbers exist.
    """
    found = session.execute(
        sa.select(Certificate.code, Certificate.number).where(
            Certificate.number_plain == plain_number(number)
        )
    ).one_or_none()
    expected = check_code(found.number if found else number, secret)
    is_right = same_check_code(given_check_code, expected)
    if found is None or not is_right:
        raise NotFound
    return str(found.code)


def public_view(certificate: Certificate, today: date) -> PublicView:
    """What the public may know of this certificate on ``today``."""
    last = certificate.events[-1]
    return PublicView(
        code=certificate.code,
        standing=standing(last.kind, certificate.expires_on, today),
        printed=certificate.printed,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        changed_at=None if last.kind is StatusKind.ISSUED else last.at,
        reason_class=last.reason_class,
        sha256=certificate.sha256,
    )


def own_certificates(session: Session, person_id: uuid.UUID) -> list[Certificate]:
    """A holder's certificates, newest first, with their events."""
    return list(
        session.scalars(
            sa.select(Certificate)
            .where(Certificate.holder_id == person_id)
            .order_by(Certificate.issued_at.desc())
            .options(selectinload(Certificate.events))
        )
    )


def get_own_certificate(
    session: Session, person_id: uuid.UUID, certificate_id: uuid.UUID
) -> Certificate:
    """One of the holder's own certificates. Raises NotFound for anybody else's."""
    certificate = session.get(Certificate, certificate_id)
    if certificate is None or certificate.holder_id != person_id:
        raise NotFound
    return certificate


def get_certificate(
    session: Session, certificate_id: uuid.UUID, *, for_change: bool = False
) -> Certificate:
    """A certificate for the LSP's staff; locked when it is about to change. Raises NotFound."""
    query = sa.select(Certificate).where(Certificate.id == certificate_id)
    if for_change:
        query = query.with_for_update()
    certificate = session.scalar(query.options(selectinload(Certificate.events)))
    if certificate is None:
        raise NotFound
    return certificate


def list_certificates(
    session: Session, *, search: str, page: int
) -> tuple[list[Certificate], bool]:
    """One page of the register, newest first, and whether another follows.

    ``search`` matches the beginning of a number or part of the holder's printed name.
    """
    query = sa.select(Certificate).order_by(Certificate.issued_at.desc(), Certificate.id)
    if search:
        name = Certificate.printed["holder_name"].as_string()
        query = query.where(
            Certificate.number.startswith(search, autoescape=True)
            | sa.func.lower(name).contains(search.lower(), autoescape=True)
        )
    rows = session.scalars(
        query.options(selectinload(Certificate.events))
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return list(rows[:PAGE_SIZE]), len(rows) > PAGE_SIZE
