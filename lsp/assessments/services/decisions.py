"""The committee's votes and the decision they make: a fact of its own, never overwritten."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp import audit
from lsp.assessments.models import (
    Application,
    Assessment,
    Decision,
    UnitRecommendation,
    Vote,
)
from lsp.assessments.rules.moves import reason_given
from lsp.assessments.rules.numbers import MINUTES_PATTERN
from lsp.assessments.rules.separation import barred_from_voting
from lsp.assessments.rules.states import AssessmentState, Result
from lsp.assessments.rules.voting import needs_reason, outcome
from lsp.assessments.rules.words import Words
from lsp.assessments.services.assessing import current_round, with_assessment
from lsp.assessments.services.guarding import demand, holds_role, locked
from lsp.counters import take_number
from lsp.exams.models import Attempt, Mark, Marking, Script, Seat
from lsp.portfolios.models import Claim, Evidence, Judgement
from lsp.roles import Role
from lsp.skkni.models import SchemeUnit, SchemeVersion, Unit
from lsp.texts import N_, NotFound, Refusal


def assessors_of(session: Session, candidate_id: uuid.UUID) -> set[uuid.UUID]:
    """Everybody who ever assessed this candidate: assigned, marked an answer, or judged evidence."""
    people: sa.CompoundSelect[Any] = sa.union(
        sa.select(Assessment.assessor_id)
        .join(Application, Application.id == Assessment.application_id)
        .where(Application.candidate_id == candidate_id),
        sa.select(Seat.marker_id).where(Seat.candidate_id == candidate_id),
        sa.select(Mark.marker_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Seat.candidate_id == candidate_id),
        # Of marks that are the mean of two, the two are named only here.
        sa.select(Marking.marker_id)
        .join(Script, Script.id == Marking.script_id)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Seat.candidate_id == candidate_id),
        sa.select(Judgement.assessor_id)
        .join(Claim, Claim.id == Judgement.claim_id)
        .join(Evidence, Evidence.id == Claim.evidence_id)
        .where(Evidence.owner_id == candidate_id),
    )
    return {person_id for person_id in session.scalars(people) if person_id is not None}


def voting_bar(session: Session, assessment: Assessment, member_id: uuid.UUID) -> list[Words]:
    """Why this member may not vote on this assessment; empty when they may."""
    candidate_id = assessment.application.candidate_id
    return barred_from_voting(
        member_id,
        candidate_id=candidate_id,
        assessed_by=assessors_of(session, candidate_id),
        assigned_by_id=assessment.assigned_by_id,
    )


def get_assessment(session: Session, assessment_id: uuid.UUID) -> Assessment:
    """An assessment for who may read all of them. Raises NotFound for an unknown id."""
    assessment = session.scalars(
        sa.select(Assessment).where(Assessment.id == assessment_id).options(*with_assessment())
    ).one_or_none()
    if assessment is None:
        raise NotFound
    return assessment


def get_assessment_to_decide(session: Session, assessment_id: uuid.UUID) -> Assessment:
    """An assessment that has come before the committee. Raises NotFound for any other."""
    assessment = get_assessment(session, assessment_id)
    if assessment.recommendation is None:
        raise NotFound
    return assessment


def cast_vote(
    session: Session,
    *,
    assessment_id: uuid.UUID,
    member_id: uuid.UUID,
    round: int,  # noqa: A002
    vote: Result,
    reason: str,
    quorum: int,
    today: date,
    now: datetime,
) -> Decision | None:
    """Cast one member's vote in a round; return the decision when this vote made one.

    The same vote twice is harmless. Raises Unready when the member may not vote (SEP-3) or a vote
    against the recommendation has no reason; Refusal when the round is over or already voted in.
    """
    locked(session, Assessment, assessment_id)
    assessment = get_assessment_to_decide(session, assessment_id)
    if not holds_role(session, member_id, Role.COMMITTEE):
        raise Refusal(N_("Hanya anggota komite teknis yang memberikan suara"))
    demand(voting_bar(session, assessment, member_id))
    cast = next(
        (v for v in assessment.votes if v.member_id == member_id and v.round == round), None
    )
    if cast is not None:
        if cast.vote is vote:
            return None
        raise Refusal(N_("Anda sudah memberikan suara; suara tidak dapat diubah"))
    if assessment.state is not AssessmentState.RECOMMENDED or round != current_round(
        session, assessment_id
    ):
        raise Refusal(N_("Berkas ini tidak lagi menunggu suara pada babak itu; baca keadaannya"))
    if assessment.recommendation and needs_reason(vote, assessment.recommendation):
        demand(reason_given(reason))
    assessment.votes.append(
        Vote(round=round, member_id=member_id, vote=vote, reason=reason, at=now)
    )
    audit.record(
        session,
        action="decision.voted",
        subject_type="assessment",
        subject_id=assessment.id,
        actor_id=member_id,
        now=now,
        detail={"round": round, "vote": vote.value},
    )
    result = outcome([v.vote for v in assessment.votes if v.round == round], quorum)
    if result is None:
        return None
    return _decide(session, assessment, round, result, member_id=member_id, today=today, now=now)


def _decide(
    session: Session,
    assessment: Assessment,
    round_: int,
    result: Result,
    *,
    member_id: uuid.UUID,
    today: date,
    now: datetime,
) -> Decision:
    """Write the decision; follow-up sends the dossier back to the assessor for the next round."""
    earlier = max(assessment.decisions, key=lambda row: row.round, default=None)
    number = take_number(session, "minutes", today.year)
    decision = Decision(
        assessment=assessment,
        round=round_,
        result=result,
        minutes_number=MINUTES_PATTERN.format(n=number, year=today.year),
        decided_on=today,
        decided_at=now,
        supersedes_id=earlier.id if earlier else None,
    )
    session.add(decision)
    follow_up = result is Result.FOLLOW_UP
    assessment.state = AssessmentState.READY if follow_up else AssessmentState.DECIDED
    session.flush()
    audit.record(
        session,
        action="decision.made",
        subject_type="decision",
        subject_id=decision.id,
        actor_id=member_id,
        now=now,
        detail={
            "assessment": str(assessment.id),
            "round": round_,
            "result": result.value,
            "minutes": decision.minutes_number,
        },
    )
    return decision


def decisions_in_force(session: Session, result: Result) -> list[Decision]:
    """The newest decision of each assessment, where it has this result, oldest first.

    Loaded with assessment, candidate, scheme version, scheme and units.
    """
    newest = (
        sa.select(Decision.assessment_id, sa.func.max(Decision.round).label("round"))
        .group_by(Decision.assessment_id)
        .subquery()
    )
    application = joinedload(Decision.assessment).joinedload(Assessment.application)
    version = application.joinedload(Application.scheme_version)
    return list(
        session.scalars(
            sa.select(Decision)
            .join(
                newest,
                sa.and_(
                    newest.c.assessment_id == Decision.assessment_id,
                    newest.c.round == Decision.round,
                ),
            )
            .where(Decision.result == result)
            .order_by(Decision.decided_at, Decision.id)
            .options(
                application.joinedload(Application.candidate),
                version.joinedload(SchemeVersion.scheme),
                version.selectinload(SchemeVersion.units).joinedload(SchemeUnit.unit),
                joinedload(Decision.assessment)
                .selectinload(Assessment.units)
                .joinedload(UnitRecommendation.unit),
            )
        )
    )


def competent_units(session: Session, decision_id: uuid.UUID) -> list[Unit]:
    """Units a decision finds the candidate competent in, in the scheme's order.

    A decision K covers every compulsory unit of the scheme (that is what K on a scheme means) and
    the elective units the assessor recommended in that round. Any other decision covers none.
    Raises NotFound for an unknown decision.
    """
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise NotFound
    if decision.result is not Result.COMPETENT:
        return []
    recommended = sa.select(UnitRecommendation.unit_id).where(
        UnitRecommendation.assessment_id == decision.assessment_id,
        UnitRecommendation.round == decision.round,
        UnitRecommendation.result == Result.COMPETENT,
    )
    return list(
        session.scalars(
            sa.select(Unit)
            .join(SchemeUnit, SchemeUnit.unit_id == Unit.id)
            .join(Application, Application.scheme_version_id == SchemeUnit.scheme_version_id)
            .join(Assessment, Assessment.application_id == Application.id)
            .where(
                Assessment.id == decision.assessment_id,
                sa.or_(SchemeUnit.is_compulsory, Unit.id.in_(recommended)),
            )
            .order_by(SchemeUnit.position)
        )
    )


def note_certificate(session: Session, decision_id: uuid.UUID, number: str) -> None:
    """Put the certificate's number beside the decision's assessment, for the candidate's list."""
    session.execute(
        sa.update(Assessment)
        .where(
            Assessment.id
            == sa.select(Decision.assessment_id).where(Decision.id == decision_id).scalar_subquery()
        )
        .values(certificate_number=number)
    )
