"""Everything on record about one assessment, read together: desk, committee and auditor see it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp.assessments.models import Application, Assessment, UnitRecommendation
from lsp.assessments.rules.states import AssessmentState
from lsp.assessments.services.assessing import Facts, current_round, facts, newest_units
from lsp.assessments.services.contents import (
    AK01,
    AK02,
    APL01,
    APL02,
    ak01_content,
    ak02_content,
    apl01_content,
    apl02_content,
)
from lsp.assessments.services.self_assessment import answers, units_with_criteria
from lsp.assessments.services.signatures import SignatureView, Signer, signature_views
from lsp.exams.models import Attempt, KeyChange, KeyEffect, SeatEvent
from lsp.exams.services.results import UnitScore
from lsp.exams.services.sitting.late import LATE_COUNTED
from lsp.skkni.models import SchemeUnit, SchemeVersion

Row = TypeVar("Row", Assessment, int)
#: Assessments named whose exam changed after their recommendation.
CHANGED = 100


@dataclass(frozen=True)
class Dossier:
    """One assessment with all that speaks for and against it."""

    assessment: Assessment
    #: Decision round it is in, or was decided in.
    round: int
    units: list[SchemeUnit]
    #: Element → whether the candidate answered K on APL.02.
    answers: dict[uuid.UUID, bool]
    facts: Facts
    signatures: list[SignatureView]
    #: Newest AK.02 by unit.
    recommended: dict[uuid.UUID, UnitRecommendation]

    @property
    def scores(self) -> dict[uuid.UUID, UnitScore]:
        """The exam by unit."""
        return {row.unit_id: row for row in self.facts.exam.units}

    def signature(self, form_code: str, role: str) -> SignatureView | None:
        """The newest signature of a form by a role."""
        return next(
            (v for v in self.signatures if v.form_code == form_code and v.role == Signer(role)),
            None,
        )

    def is_signed(self, form_code: str, role: str) -> bool:
        """Whether that signature is there and still covers the form."""
        found = self.signature(form_code, role)
        return found is not None and found.holds


def read_dossier(session: Session, assessment: Assessment) -> Dossier:
    """Read everything about an assessment in a fixed number of statements."""
    application = assessment.application
    newest = newest_units(assessment)
    contents = {
        (application.id, APL01): apl01_content(application),
        (application.id, APL02): apl02_content(application),
        (application.id, AK01): ak01_content(assessment),
        (application.id, AK02): ak02_content(assessment, newest),
    }
    round_ = current_round(session, assessment.id)
    return Dossier(
        assessment=assessment,
        round=round_ - 1 if assessment.state is AssessmentState.DECIDED else round_,
        units=units_with_criteria(session, application.scheme_version_id),
        answers=answers(application),
        facts=facts(session, assessment),
        signatures=signature_views(session, [application.id], contents)[application.id],
        recommended={row.unit_id: row for row in newest},
    )


def list_assessments(
    session: Session,
    *,
    states: Collection[AssessmentState],
    assessor_id: uuid.UUID | None = None,
    offset: int,
    limit: int,
) -> list[Assessment]:
    """Assessments that stand so (one assessor's only, when given), the longest waiting first."""
    rows = (
        _standing(sa.select(Assessment), states, assessor_id)
        .order_by(sa.func.coalesce(Assessment.recommended_at, Assessment.assigned_at))
        .order_by(Assessment.id)
        .offset(offset)
        .limit(limit)
        .options(
            joinedload(Assessment.assessor),
            joinedload(Assessment.application).joinedload(Application.candidate),
            joinedload(Assessment.application)
            .joinedload(Application.scheme_version)
            .joinedload(SchemeVersion.scheme),
        )
    )
    return list(session.scalars(rows))


def changed_since(session: Session) -> list[Assessment]:
    """Assessments whose exam changed after their recommendation came to rest on it.

    A key was corrected, an answer or the whole exam was marked again, late answers came to count,
    or the exam was opened again. A new recommendation takes it off this list. The newest recommendations first, at most
    100.
    """
    corrected = (
        sa.exists()
        .where(
            KeyEffect.attempt_id == Attempt.id,
            KeyChange.id == KeyEffect.key_change_id,
            KeyChange.at > Attempt.relied_on_at,
        )
        .correlate(Attempt)
    )
    late_counted = (
        sa.exists()
        .where(
            SeatEvent.seat_id == Attempt.seat_id,
            SeatEvent.kind == LATE_COUNTED,
            SeatEvent.at > Attempt.relied_on_at,
        )
        .correlate(Attempt)
    )
    rows = (
        sa.select(Assessment)
        .join(Attempt, Attempt.seat_id == Assessment.seat_id)
        .where(
            Attempt.relied_on_at.is_not(None),
            Attempt.marked_at.is_(None)
            | (Attempt.marked_at > Attempt.relied_on_at)
            | (Attempt.reopened_at > Attempt.relied_on_at)
            | corrected
            | late_counted,
        )
        .order_by(Assessment.recommended_at.desc(), Assessment.id)
        .limit(CHANGED)
        .options(joinedload(Assessment.application).joinedload(Application.candidate))
    )
    return list(session.scalars(rows))


def count_assessments(
    session: Session,
    *,
    states: Collection[AssessmentState],
    assessor_id: uuid.UUID | None = None,
) -> int:
    """How many assessments stand so."""
    counted = _standing(sa.select(sa.func.count(Assessment.id)), states, assessor_id)
    return session.scalar(counted) or 0


def _standing(
    select: sa.Select[Row], states: Collection[AssessmentState], assessor_id: uuid.UUID | None
) -> sa.Select[Row]:
    select = select.where(Assessment.state.in_(states))
    return select if assessor_id is None else select.where(Assessment.assessor_id == assessor_id)
