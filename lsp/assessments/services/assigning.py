"""The certification manager gives an accepted application an assessor and an exam seat."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp import audit
from lsp.accounts.models import Person, RoleGrant
from lsp.assessments.models import Application, Assessment
from lsp.assessments.rules import moves
from lsp.assessments.rules.separation import (
    Office,
    barred_from_assessing,
    barred_from_assigning,
    office_warnings,
)
from lsp.assessments.rules.states import ApplicationState, AssessmentState
from lsp.assessments.rules.words import Words
from lsp.assessments.services.applications import with_application
from lsp.assessments.services.guarding import demand, holds_role, locked
from lsp.exams.services.seats import open_sessions, take_seat
from lsp.portfolios.services.readers import grant_reader
from lsp.roles import Role
from lsp.skkni.models import SchemeVersion
from lsp.texts import N_, NotFound, Refusal

Row = TypeVar("Row", Application, int)

#: Most assessors offered on one page.
MOST_ASSESSORS = 200


@dataclass(frozen=True)
class AssessorOffer:
    """An assessor to choose: how much they have to do, and what to think of before choosing."""

    person: Person
    running: int
    warnings: tuple[Words, ...]


def waiting_applications(session: Session, *, offset: int, limit: int) -> list[Application]:
    """Accepted applications without an assessor, the longest waiting first."""
    return list(
        session.scalars(
            _waiting(sa.select(Application))
            .order_by(Application.checked_at, Application.id)
            .offset(offset)
            .limit(limit)
            .options(
                joinedload(Application.candidate),
                joinedload(Application.scheme_version).joinedload(SchemeVersion.scheme),
            )
        )
    )


def count_waiting(session: Session) -> int:
    """How many accepted applications have no assessor."""
    return session.scalar(_waiting(sa.select(sa.func.count(Application.id)))) or 0


def _waiting(select: sa.Select[Row]) -> sa.Select[Row]:
    return select.outerjoin(Assessment, Assessment.application_id == Application.id).where(
        Application.state == ApplicationState.ACCEPTED, Assessment.id.is_(None)
    )


def get_waiting_application(session: Session, application_id: uuid.UUID) -> Application:
    """An accepted application, assigned or not. Raises NotFound for any other."""
    application = session.scalars(
        sa.select(Application)
        .where(Application.id == application_id, Application.state == ApplicationState.ACCEPTED)
        .options(*with_application())
    ).one_or_none()
    if application is None:
        raise NotFound
    return application


def offered_assessors(session: Session, application: Application) -> list[AssessorOffer]:
    """Assessors who may assess this candidate, the least busy first, with SEP-10's warnings."""
    running = (
        sa.select(Assessment.assessor_id, sa.func.count().label("running"))
        .where(Assessment.state.in_(_running_states()))
        .group_by(Assessment.assessor_id)
        .subquery()
    )
    load = sa.func.coalesce(running.c.running, 0)
    rows = session.execute(
        sa.select(Person, load)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(running, running.c.assessor_id == Person.id)
        .where(
            RoleGrant.role == Role.ASSESSOR,
            Person.assessor_registration != "",
            Person.id != application.candidate_id,
        )
        .order_by(load, Person.full_name)
        .limit(MOST_ASSESSORS)
    )
    candidate = _office(application.candidate)
    return [
        AssessorOffer(person, count, tuple(office_warnings(_office(person), candidate)))
        for person, count in rows
    ]


def _running_states() -> Collection[AssessmentState]:
    return {AssessmentState.ASSIGNED, AssessmentState.REVIEWED, AssessmentState.READY}


def _office(person: Person) -> Office:
    return Office(person.institution, person.work_unit)


def assign(
    session: Session,
    *,
    application_id: uuid.UUID,
    manager_id: uuid.UUID,
    assessor_id: uuid.UUID,
    exam_session_id: uuid.UUID,
    now: datetime,
) -> Assessment:
    """Give the application its assessor and its seat, and let the assessor read the portfolio.

    The same choice twice is harmless. Raises Unready when the assessor may not, Refusal when the
    application already has another assessor or the session is not for this scheme.
    """
    locked(session, Application, application_id)
    application = get_waiting_application(session, application_id)
    given = session.scalars(
        sa.select(Assessment).where(Assessment.application_id == application_id)
    ).one_or_none()
    if given is not None:
        if given.assessor_id == assessor_id:
            return given
        raise Refusal(N_("Permohonan ini sudah mempunyai asesor"))
    assessor = session.get(Person, assessor_id)
    if assessor is None:
        raise Refusal(N_("Pilih asesor yang ada di daftar"))
    candidate_id = application.candidate_id
    demand(
        barred_from_assigning(manager_id, candidate_id),
        barred_from_assessing(assessor_id, candidate_id),
        moves.assessor_qualified(
            holds_role=holds_role(session, assessor_id, Role.ASSESSOR),
            registration=assessor.assessor_registration,
        ),
    )
    sessions = {row.id for row in open_sessions(session, application.scheme_version_id, now)}
    if exam_session_id not in sessions:
        raise Refusal(N_("Pilih sesi ujian yang masih terbuka untuk skema ini"))
    seat = take_seat(
        session,
        session_id=exam_session_id,
        candidate_id=candidate_id,
        marker_id=assessor_id,
        actor_id=manager_id,
        now=now,
    )
    assessment = Assessment(
        application=application,
        assessor_id=assessor_id,
        seat_id=seat.id,
        state=AssessmentState.ASSIGNED,
        assigned_by_id=manager_id,
        assigned_at=now,
    )
    session.add(assessment)
    session.flush()
    grant_reader(session, owner_id=candidate_id, reader_id=assessor_id, now=now)
    audit.record(
        session,
        action="assessment.assigned",
        subject_type="assessment",
        subject_id=assessment.id,
        actor_id=manager_id,
        now=now,
        detail={"application": str(application.id), "assessor": str(assessor_id)},
    )
    return assessment
