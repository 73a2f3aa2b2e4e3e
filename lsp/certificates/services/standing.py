"""Suspending, restoring and withdrawing a certificate."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from lsp import audit
from lsp.certificates.models import Certificate, StatusEvent
from lsp.certificates.rules import REASONS, StatusKind, may_follow
from lsp.certificates.services.looking_up import get_certificate
from lsp.texts import N_, Refusal


def change_standing(
    session: Session,
    *,
    certificate_id: uuid.UUID,
    kind: StatusKind,
    reason_class: str,
    note: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> Certificate:
    """Record a suspension, restoration or withdrawal; the public page tells it at once.

    The same change sent twice is recorded once. Raises NotFound for an unknown certificate,
    Refusal when the change cannot follow what happened last, when no reason is given, or when
    the actor holds the certificate.
    """
    certificate = get_certificate(session, certificate_id, for_change=True)
    last = certificate.events[-1]
    if last.kind is kind and last.by_id == actor_id and last.note == note:
        return certificate
    if not may_follow(last.kind, kind):
        raise Refusal(N_("Perubahan ini tidak mungkin dari status sertifikat sekarang."))
    if reason_class not in REASONS or not note.strip():
        raise Refusal(N_("Pilih jenis alasan dan tulis alasannya."))
    if certificate.holder_id == actor_id:
        raise Refusal(N_("Anda tidak dapat mengubah status sertifikat milik sendiri."))
    certificate.events.append(
        StatusEvent(kind=kind, at=now, by_id=actor_id, reason_class=reason_class, note=note)
    )
    audit.record(
        session,
        action=f"certificate.{kind.value}",
        subject_type="certificate",
        subject_id=certificate.id,
        actor_id=actor_id,
        now=now,
        detail={"number": certificate.number, "reason_class": reason_class},
    )
    return certificate
