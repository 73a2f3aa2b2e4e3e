"""Signing a form: a row that says who signed what content, and whether it still says the same."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp.assessments.models import Signature
from lsp.assessments.services.contents import AK01, AK02, APL01, APL02
from lsp.texts import N_


class Signer(StrEnum):
    """In which role a person signs."""

    CANDIDATE = "candidate"
    ASSESSOR = "assessor"
    ADMINISTRATOR = "administrator"


SIGNER_NAMES = {
    Signer.CANDIDATE: N_("Asesi"),
    Signer.ASSESSOR: N_("Asesor"),
    Signer.ADMINISTRATOR: N_("Administrator LSP"),
}


#: Forms in the order of the process.
FORMS = (APL01, APL02, AK01, AK02)


@dataclass(frozen=True)
class SignatureView:
    """The newest signature of a form by one role, and whether the content still matches it."""

    form_code: str
    role: Signer
    person_id: uuid.UUID
    name: str
    #: Assessor's registration number, empty for others.
    registration: str
    signed_at: datetime
    content_hash: str
    #: False when the form changed after the signature.
    holds: bool

    @property
    def role_name(self) -> str:
        """The role in words, marked for translation."""
        return SIGNER_NAMES[self.role]


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the content as canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sign(
    session: Session,
    *,
    form_code: str,
    application_id: uuid.UUID,
    person_id: uuid.UUID,
    role: Signer,
    content: Mapping[str, Any],
    now: datetime,
) -> Signature:
    """Sign a form as it stands. Signing the same content again changes nothing."""
    digest = content_hash(content)
    newest = newest_signature(session, application_id, form_code, role)
    if newest and newest.person_id == person_id and newest.content_hash == digest:
        return newest
    signature = Signature(
        form_code=form_code,
        application_id=application_id,
        person_id=person_id,
        role=role,
        number=newest.number + 1 if newest else 1,
        signed_at=now,
        content_hash=digest,
    )
    session.add(signature)
    session.flush()
    return signature


def newest_signature(
    session: Session, application_id: uuid.UUID, form_code: str, role: Signer
) -> Signature | None:
    """The last signature of a form by a role, or None."""
    return session.scalars(
        sa.select(Signature)
        .where(
            Signature.application_id == application_id,
            Signature.form_code == form_code,
            Signature.role == role,
        )
        .order_by(Signature.number.desc())
        .limit(1)
    ).one_or_none()


def holds(
    session: Session,
    *,
    form_code: str,
    application_id: uuid.UUID,
    role: Signer,
    content: Mapping[str, Any],
) -> bool:
    """Whether a role's newest signature of a form covers what the form says now."""
    newest = newest_signature(session, application_id, form_code, role)
    return newest is not None and newest.content_hash == content_hash(content)


def signature_views(
    session: Session,
    application_ids: Sequence[uuid.UUID],
    contents: Mapping[tuple[uuid.UUID, str], Mapping[str, Any]],
) -> dict[uuid.UUID, list[SignatureView]]:
    """The newest signature of each form and role, by application, in one statement.

    ``contents`` says what each (application, form code) says now.
    """
    rows = session.scalars(
        sa.select(Signature)
        .where(Signature.application_id.in_(application_ids))
        .options(joinedload(Signature.person))
        .order_by(Signature.number)
    )
    newest = {(row.application_id, row.form_code, row.role): row for row in rows}
    views: dict[uuid.UUID, list[SignatureView]] = {each: [] for each in application_ids}
    for (application_id, form_code, role), row in sorted(
        newest.items(), key=lambda item: (FORMS.index(item[0][1]), item[1].signed_at)
    ):
        content = contents.get((application_id, form_code))
        views[application_id].append(
            SignatureView(
                form_code=form_code,
                role=Signer(role),
                person_id=row.person_id,
                name=row.person.printed_name,
                registration=row.person.assessor_registration if role == Signer.ASSESSOR else "",
                signed_at=row.signed_at,
                content_hash=row.content_hash,
                holds=content is not None and content_hash(content) == row.content_hash,
            )
        )
    return views
