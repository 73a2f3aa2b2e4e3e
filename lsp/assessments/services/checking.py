"""The administrator's side of FR.APL.01: read, judge each prerequisite, accept, return or reject."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp import audit
from lsp.assessments.models import Application
from lsp.assessments.rules import moves
from lsp.assessments.rules.numbers import REGISTRATION_PATTERN
from lsp.assessments.rules.separation import barred_from_checking
from lsp.assessments.rules.states import ApplicationState, Verdict
from lsp.assessments.services import signatures
from lsp.assessments.services.applications import with_application
from lsp.assessments.services.contents import APL01, apl01_content
from lsp.assessments.services.guarding import demand, locked
from lsp.assessments.services.signatures import Signer
from lsp.counters import take_number
from lsp.portfolios.models import Evidence
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal

#: States an administrator sees; a draft is the candidate's own.
VISIBLE = tuple(state for state in ApplicationState if state is not ApplicationState.DRAFT)

_TARGETS = {
    Verdict.ACCEPT: ApplicationState.ACCEPTED,
    Verdict.RETURN: ApplicationState.RETURNED,
    Verdict.REJECT: ApplicationState.REJECTED,
}
_ACTIONS = {
    Verdict.ACCEPT: "application.accepted",
    Verdict.RETURN: "application.returned",
    Verdict.REJECT: "application.rejected",
}


def count_by_state(session: Session) -> dict[ApplicationState, int]:
    """How many applications stand where, drafts left out."""
    rows = session.execute(
        sa.select(Application.state, sa.func.count())
        .where(Application.state.in_(VISIBLE))
        .group_by(Application.state)
    )
    return {row[0]: row[1] for row in rows}


def applications_in_state(
    session: Session, state: ApplicationState, *, offset: int, limit: int
) -> list[Application]:
    """Applications that stand so, the longest waiting first."""
    return list(
        session.scalars(
            sa.select(Application)
            .where(Application.state == state, Application.state.in_(VISIBLE))
            .order_by(Application.submitted_at, Application.id)
            .offset(offset)
            .limit(limit)
            .options(
                joinedload(Application.candidate),
                joinedload(Application.scheme_version).joinedload(SchemeVersion.scheme),
            )
        )
    )


def get_submitted_application(session: Session, application_id: uuid.UUID) -> Application:
    """An application that was handed in at least once. Raises NotFound for drafts."""
    application = session.scalars(
        sa.select(Application)
        .where(Application.id == application_id, Application.state.in_(VISIBLE))
        .options(*with_application())
    ).one_or_none()
    if application is None:
        raise NotFound
    return application


def get_prerequisite_file(
    session: Session, *, application_id: uuid.UUID, position: int, checker_id: uuid.UUID
) -> Evidence:
    """The file shown for one prerequisite of an application this administrator may check.

    Raises NotFound for a draft, an unknown place, or one's own application.
    """
    application = get_submitted_application(session, application_id)
    if barred_from_checking(checker_id, application.candidate_id):
        raise NotFound
    row = next((row for row in application.prerequisites if row.position == position), None)
    if row is None or row.evidence is None:
        raise NotFound
    return row.evidence


def check_application(
    session: Session,
    *,
    application_id: uuid.UUID,
    checker_id: uuid.UUID,
    verdict: Verdict,
    prerequisites: Mapping[int, tuple[bool | None, str]],
    note: str,
    today: date,
    now: datetime,
) -> Application:
    """Judge the prerequisites (position → met, note) and accept, return or reject.

    Accepting gives a registration number and the administrator's signature. The same verdict
    twice is harmless; another one after the first is refused. Raises Unready with what is missing.
    """
    locked(session, Application, application_id)
    application = get_submitted_application(session, application_id)
    target = _TARGETS[verdict]
    if application.state is target and application.checked_by_id == checker_id:
        return application
    if moves.find_move(application.state, target) is None:
        raise Refusal(N_("Permohonan ini sudah diperiksa; muat ulang halamannya"))
    demand(barred_from_checking(checker_id, application.candidate_id))
    for row in application.prerequisites:
        row.is_met, row.note = prerequisites.get(row.position, (row.is_met, row.note))
    if verdict is Verdict.ACCEPT:
        demand(
            moves.prerequisites_met([(row.text, row.is_met) for row in application.prerequisites])
        )
        number = take_number(session, "application", today.year)
        application.registration_number = REGISTRATION_PATTERN.format(n=number, year=today.year)
        signatures.sign(
            session,
            form_code=APL01,
            application_id=application.id,
            person_id=checker_id,
            role=Signer.ADMINISTRATOR,
            content=apl01_content(application),
            now=now,
        )
    else:
        demand(moves.reason_given(note))
    application.state = target
    application.checker_note = note
    application.checked_by_id, application.checked_at = checker_id, now
    audit.record(
        session,
        action=_ACTIONS[verdict],
        subject_type="application",
        subject_id=application.id,
        actor_id=checker_id,
        now=now,
        detail={"registration_number": application.registration_number}
        if verdict is Verdict.ACCEPT
        else {"note": note},
    )
    return application
