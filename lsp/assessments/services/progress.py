"""Where a candidate's applications stand, gathered for the task list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp.assessments.models import Application, Assessment
from lsp.assessments.rules.apl01 import Section
from lsp.assessments.rules.tasks import Progress, Task, next_task, tasks
from lsp.assessments.services.applications import missing
from lsp.assessments.services.assessing import newest_units, with_assessment
from lsp.assessments.services.contents import (
    AK01,
    AK02,
    APL02,
    ak01_content,
    ak02_content,
    apl02_content,
)
from lsp.assessments.services.signatures import Signer, signature_views
from lsp.exams.services.results import exam_result
from lsp.portfolios.services.coverage import coverage
from lsp.skkni.models import Element, SchemeUnit, SchemeVersion
from lsp.vault import Vault


@dataclass(frozen=True)
class TaskList:
    """An application's tasks, and the one to do now."""

    application: Application
    assessment: Assessment | None
    tasks: Sequence[Task]
    next: Task | None


def own_applications(
    session: Session, candidate_id: uuid.UUID, *, offset: int, limit: int
) -> list[Application]:
    """A candidate's applications, the newest first."""
    return list(
        session.scalars(
            sa.select(Application)
            .where(Application.candidate_id == candidate_id)
            .order_by(Application.created_at.desc(), Application.id)
            .offset(offset)
            .limit(limit)
            .options(joinedload(Application.scheme_version).joinedload(SchemeVersion.scheme))
        )
    )


def count_own_applications(session: Session, candidate_id: uuid.UUID) -> int:
    """How many applications a candidate made."""
    counted = sa.select(sa.func.count(Application.id)).where(
        Application.candidate_id == candidate_id
    )
    return session.scalar(counted) or 0


def task_list(session: Session, application: Application, *, vault: Vault, today: date) -> TaskList:
    """The task list of one application, in a fixed number of statements."""
    assessment = session.scalars(
        sa.select(Assessment)
        .where(Assessment.application_id == application.id)
        .options(*with_assessment())
    ).one_or_none()
    contents = {(application.id, APL02): apl02_content(application)}
    if assessment is not None:
        contents[application.id, AK01] = ak01_content(assessment)
        contents[application.id, AK02] = ak02_content(assessment, newest_units(assessment))
    signed = {
        (view.form_code, view.role)
        for view in signature_views(session, [application.id], contents)[application.id]
        if view.holds
    }
    elements = session.scalar(
        sa.select(sa.func.count(Element.id))
        .join(SchemeUnit, SchemeUnit.unit_id == Element.unit_id)
        .where(SchemeUnit.scheme_version_id == application.scheme_version_id)
    )
    covered = coverage(session, application.candidate_id, application.scheme_version_id)
    criteria = [c for unit in covered for element in unit.elements for c in element.criteria]
    shown = [row for row in application.prerequisites if row.has_file]
    gaps = missing(application, vault=vault, today=today)
    newest = assessment.decisions[-1].result if assessment and assessment.decisions else None
    found = tasks(
        Progress(
            application=application.state,
            apl01_complete=all(gap.section == Section.PREREQUISITES for gap in gaps),
            prerequisites_shown=len(shown),
            prerequisites=len(application.prerequisites),
            elements_answered=len(application.self_assessment),
            elements=elements or 0,
            apl02_signed=(APL02, Signer.CANDIDATE) in signed,
            criteria_claimed=sum(1 for criterion in criteria if criterion.claims),
            criteria=len(criteria),
            assessment=assessment.state if assessment else None,
            assessor_signed_agreement=(AK01, Signer.ASSESSOR) in signed,
            exam=exam_result(session, assessment.seat_id).state if assessment else "not_started",
            candidate_signed_recommendation=(AK02, Signer.CANDIDATE) in signed,
            decision=newest,
            certificate=assessment.certificate_number if assessment else None,
        )
    )
    return TaskList(application, assessment, found, next_task(found))
