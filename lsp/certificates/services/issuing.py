"""From a committee's decision to a certificate with a number and a PDF."""

import dataclasses
import io
import secrets
import uuid
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp import audit
from lsp.assessments.models import Application, Assessment, Decision
from lsp.assessments.rules.states import Result
from lsp.assessments.services.decisions import (
    competent_units,
    decisions_in_force,
    note_certificate,
)
from lsp.certificates.models import Certificate, StatusEvent
from lsp.certificates.rules import (
    Printed,
    PrintedUnit,
    StatusKind,
    check_code,
    expiry,
    fill_pattern,
    plain_number,
    public_code,
)
from lsp.certificates.services.drawing import draw_certificate
from lsp.counters import take_number
from lsp.settings import Settings
from lsp.skkni.models import SchemeVersion, Unit
from lsp.storage import Storage
from lsp.texts import N_, NotFound, Refusal

PDF_LIMIT = 10 * 1024 * 1024


def awaiting(session: Session) -> list[Decision]:
    """Decisions "kompeten" in force that have no certificate yet, oldest first."""
    decisions = decisions_in_force(session, Result.COMPETENT)
    issued = set(
        session.scalars(
            sa.select(Certificate.decision_id).where(
                Certificate.decision_id.in_([decision.id for decision in decisions])
            )
        )
    )
    waiting = [decision for decision in decisions if decision.id not in issued]
    return sorted(waiting, key=lambda decision: decision.decided_at)


def issue_certificate(
    session: Session,
    *,
    decision_id: uuid.UUID,
    manager_id: uuid.UUID,
    settings: Settings,
    storage: Storage,
    now: datetime,
) -> Certificate:
    """Number, draw and record the certificate of one decision.

    A second call for the same decision returns the first certificate, so a double click makes no
    second one. Raises NotFound for an unknown decision, Refusal when the decision is not
    "kompeten", is superseded, or the manager is the holder.
    """
    decision = session.get(Decision, decision_id, with_for_update=True)
    if decision is None:
        raise NotFound
    existing = session.scalar(sa.select(Certificate).where(Certificate.decision_id == decision.id))
    if existing is not None:
        return existing
    application = _application_of(session, decision)
    _check(session, decision, application, manager_id)
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    certificate = Certificate(
        id=uuid.uuid4(),
        code=public_code(secrets.token_bytes(10)),
        holder_id=application.candidate_id,
        decision_id=decision.id,
        scheme_version_id=application.scheme_version_id,
        number=_take(session, "certificate", settings.certificate_number_pattern, today),
        registration_number=_take(
            session, "registration", settings.registration_number_pattern, today
        ),
        issued_on=today,
        expires_on=expiry(today, application.scheme_version.validity_years),
        issued_by_id=manager_id,
        issued_at=now,
    )
    certificate.number_plain = plain_number(certificate.number)
    printed = print_words(
        certificate,
        holder_name=application.candidate.printed_name,
        version=application.scheme_version,
        units=competent_units(session, decision.id),
        settings=settings,
    )
    stored = storage.save(io.BytesIO(draw_certificate(printed)), limit=PDF_LIMIT)
    certificate.printed = as_json(printed)
    certificate.storage_key, certificate.sha256 = stored.key, stored.sha256
    certificate.events = [StatusEvent(kind=StatusKind.ISSUED, at=now, by_id=manager_id)]
    session.add(certificate)
    note_certificate(session, decision.id, certificate.number)
    audit.record(
        session,
        action="certificate.issued",
        subject_type="certificate",
        subject_id=certificate.id,
        actor_id=manager_id,
        now=now,
        detail={"number": certificate.number, "sha256": certificate.sha256},
    )
    return certificate


def _application_of(session: Session, decision: Decision) -> Application:
    return session.execute(
        sa.select(Application)
        .join(Assessment, Assessment.application_id == Application.id)
        .where(Assessment.id == decision.assessment_id)
        .options(
            joinedload(Application.candidate),
            joinedload(Application.scheme_version).joinedload(SchemeVersion.scheme),
        )
    ).scalar_one()


def _check(
    session: Session, decision: Decision, application: Application, manager_id: uuid.UUID
) -> None:
    if decision.result is not Result.COMPETENT:
        raise Refusal(N_("Sertifikat hanya terbit untuk keputusan kompeten."))
    newer = sa.select(Decision.id).where(
        Decision.assessment_id == decision.assessment_id, Decision.round > decision.round
    )
    if session.scalar(newer) is not None:
        raise Refusal(N_("Keputusan ini sudah digantikan keputusan yang lebih baru."))
    if application.candidate_id == manager_id:
        raise Refusal(N_("Anda tidak dapat menerbitkan sertifikat untuk diri sendiri."))


def _take(session: Session, kind: str, pattern: str, today: date) -> str:
    return fill_pattern(pattern, number=take_number(session, kind, today.year), year=today.year)


def print_words(
    certificate: Certificate,
    *,
    holder_name: str,
    version: SchemeVersion,
    units: list[Unit],
    settings: Settings,
) -> Printed:
    """Everything the paper says, from the certificate, its scheme and the LSP's settings."""
    scheme = version.scheme
    return Printed(
        number=certificate.number,
        registration_number=certificate.registration_number,
        holder_name=holder_name,
        field_id=settings.certificate_field,
        field_en=settings.certificate_field_en,
        scheme_number=scheme.number,
        scheme_title=scheme.title,
        scheme_title_en=scheme.title_en,
        is_demonstration=scheme.is_demonstration,
        standards=tuple(dict.fromkeys(unit.standard.number for unit in units)),
        units=tuple(PrintedUnit(unit.code or "–", unit.title) for unit in units),
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        validity_years=version.validity_years,
        lsp_name=settings.lsp_name,
        lsp_licence=settings.lsp_licence,
        city=settings.lsp_city,
        director=settings.lsp_director,
        certification_manager=settings.lsp_certification_manager,
        check_address=f"{settings.base_url.rstrip('/')}/c/{certificate.code}",
        check_code=check_code(certificate.number, settings.secret_key),
    )


def as_json(printed: Printed) -> dict[str, Any]:
    """The printed words as they are kept in the database; dates in ISO form."""
    words = dataclasses.asdict(printed)
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in words.items()
    }
