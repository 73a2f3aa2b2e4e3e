"""FR.APL.02: the candidate asks "Dapatkah saya …?" of each element, answers, and signs."""

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from lsp import audit
from lsp.assessments.models import Application, Assessment, SelfAssessmentAnswer
from lsp.assessments.rules.moves import self_assessment_complete
from lsp.assessments.rules.states import ApplicationState, AssessmentState
from lsp.assessments.services import signatures
from lsp.assessments.services.applications import get_own_application
from lsp.assessments.services.contents import APL02, apl02_content
from lsp.assessments.services.guarding import demand, locked
from lsp.assessments.services.signatures import Signer
from lsp.skkni.models import Element, SchemeUnit, Unit
from lsp.texts import N_, NotFound, Refusal


def units_with_criteria(session: Session, scheme_version_id: uuid.UUID) -> list[SchemeUnit]:
    """Units of a scheme version in order, with elements and criteria, in a fixed number of
    statements."""
    return list(
        session.scalars(
            sa.select(SchemeUnit)
            .where(SchemeUnit.scheme_version_id == scheme_version_id)
            .order_by(SchemeUnit.position)
            .options(
                joinedload(SchemeUnit.unit)
                .selectinload(Unit.elements)
                .selectinload(Element.criteria)
            )
        )
    )


def answers(application: Application) -> dict[uuid.UUID, bool]:
    """Element → whether the candidate answered K."""
    return {row.element_id: row.is_competent for row in application.self_assessment}


def may_change(session: Session, application: Application) -> bool:
    """Whether APL.02 is still the candidate's: until the assessor's review ends well."""
    if application.state is ApplicationState.REJECTED:
        return False
    state = session.scalar(
        sa.select(Assessment.state).where(Assessment.application_id == application.id)
    )
    return state in (None, AssessmentState.ASSIGNED)


def save_self_assessment(
    session: Session,
    *,
    candidate_id: uuid.UUID,
    application_id: uuid.UUID,
    unit_slug: str,
    answered: Mapping[uuid.UUID, bool],
    now: datetime,
) -> None:
    """Keep the answers given for one unit; elements not named keep what they had.

    Raises NotFound for a unit outside the scheme, Refusal once reviewed.
    """
    application = _own_and_open(session, candidate_id, application_id)
    unit = session.scalars(
        sa.select(Unit)
        .join(SchemeUnit, SchemeUnit.unit_id == Unit.id)
        .where(
            SchemeUnit.scheme_version_id == application.scheme_version_id, Unit.slug == unit_slug
        )
        .options(selectinload(Unit.elements))
    ).one_or_none()
    if unit is None:
        raise NotFound
    known = {row.element_id: row for row in application.self_assessment}
    for element in unit.elements:
        if element.id not in answered:
            continue
        row = known.get(element.id)
        if row is None:
            application.self_assessment.append(
                SelfAssessmentAnswer(
                    element_id=element.id, is_competent=answered[element.id], answered_at=now
                )
            )
        elif row.is_competent != answered[element.id]:
            row.is_competent, row.answered_at = answered[element.id], now
    session.flush()


def sign_self_assessment(
    session: Session, *, candidate_id: uuid.UUID, application_id: uuid.UUID, now: datetime
) -> None:
    """Sign APL.02 as it stands. Raises Unready while an element has no answer."""
    application = _own_and_open(session, candidate_id, application_id)
    given = answers(application)
    units = units_with_criteria(session, application.scheme_version_id)
    demand(
        self_assessment_complete(
            [
                row.unit.label
                for row in units
                if any(element.id not in given for element in row.unit.elements)
            ]
        )
    )
    content = apl02_content(application)
    if signatures.holds(
        session,
        form_code=APL02,
        application_id=application.id,
        role=Signer.CANDIDATE,
        content=content,
    ):
        return
    signatures.sign(
        session,
        form_code=APL02,
        application_id=application.id,
        person_id=candidate_id,
        role=Signer.CANDIDATE,
        content=content,
        now=now,
    )
    audit.record(
        session,
        action="self_assessment.signed",
        subject_type="application",
        subject_id=application.id,
        actor_id=candidate_id,
        now=now,
    )


def _own_and_open(
    session: Session, candidate_id: uuid.UUID, application_id: uuid.UUID
) -> Application:
    locked(session, Application, application_id)
    application = get_own_application(session, candidate_id, application_id)
    if not may_change(session, application):
        raise Refusal(N_("Asesmen mandiri ini sudah ditinjau asesor, jadi tidak dapat diubah"))
    return application
