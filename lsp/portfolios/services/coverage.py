"""Coverage: what a person's evidence shows of a scheme, read in a fixed number of statements."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lsp.portfolios.models import Claim, Evidence, Judgement
from lsp.portfolios.rules.coverage import (
    ClaimState,
    ClaimView,
    CriterionCoverage,
    ElementCoverage,
    JudgementView,
    UnitCoverage,
    standing,
)
from lsp.skkni.models import (
    Criterion,
    Element,
    Scheme,
    SchemeState,
    SchemeUnit,
    SchemeVersion,
    Unit,
)
from lsp.texts import NotFound

__all__ = [
    "ClaimView",
    "CriterionCoverage",
    "ElementCoverage",
    "JudgementView",
    "UnitCoverage",
    "claim_states",
    "claim_view",
    "coverage",
    "get_scheme_version",
    "judgement_view",
    "scheme_choices",
]


def coverage(
    session: Session, owner_id: uuid.UUID, scheme_version_id: uuid.UUID
) -> list[UnitCoverage]:
    """The units of a scheme version with this person's claims, in the scheme's order.

    Withdrawn evidence and claims are left out. Three statements, however large the portfolio.
    Who may see it is the caller's question.
    """
    skeleton = _skeleton(session, scheme_version_id)
    claims = _claims(session, owner_id, scheme_version_id)
    units: dict[uuid.UUID, tuple[Unit, dict[uuid.UUID, _Branch]]] = {}
    for unit, element, criterion in skeleton:
        _, branches = units.setdefault(unit.id, (unit, {}))
        if element is not None:
            branch = branches.setdefault(element.id, _Branch(element, []))
            if criterion is not None:
                branch.criteria.append(criterion)
    return [
        UnitCoverage(
            unit_id=unit.id,
            code=unit.code,
            title=unit.title,
            elements=tuple(branch.view(claims) for branch in branches.values()),
        )
        for unit, branches in units.values()
    ]


@dataclass(frozen=True)
class _Branch:
    element: Element
    criteria: list[Criterion]

    def view(self, claims: dict[uuid.UUID, list[ClaimView]]) -> ElementCoverage:
        return ElementCoverage(
            element_id=self.element.id,
            number=self.element.number,
            title=self.element.title,
            criteria=tuple(
                CriterionCoverage(
                    criterion_id=criterion.id,
                    label=f"{self.element.number}.{criterion.number}",
                    text=criterion.text,
                    claims=tuple(claims[criterion.id]),
                )
                for criterion in self.criteria
            ),
        )


def _skeleton(
    session: Session, scheme_version_id: uuid.UUID
) -> list[tuple[Unit, Element | None, Criterion | None]]:
    rows = session.execute(
        sa.select(Unit, Element, Criterion)
        .select_from(SchemeUnit)
        .join(Unit, SchemeUnit.unit_id == Unit.id)
        .outerjoin(Element, Element.unit_id == Unit.id)
        .outerjoin(Criterion, Criterion.element_id == Element.id)
        .where(SchemeUnit.scheme_version_id == scheme_version_id)
        .order_by(SchemeUnit.position, Unit.id, Element.number, Criterion.number)
    )
    return [(unit, element, criterion) for unit, element, criterion in rows]


def _claims(
    session: Session, owner_id: uuid.UUID, scheme_version_id: uuid.UUID
) -> dict[uuid.UUID, list[ClaimView]]:
    """Claims by criterion, oldest first, each with the judgements that stand."""
    own = (
        sa.select(Claim, Evidence)
        .join(Claim.evidence)
        .join(Claim.criterion)
        .join(Criterion.element)
        .join(SchemeUnit, SchemeUnit.unit_id == Element.unit_id)
        .where(
            Evidence.owner_id == owner_id,
            Evidence.withdrawn_at.is_(None),
            Claim.withdrawn_at.is_(None),
            SchemeUnit.scheme_version_id == scheme_version_id,
        )
    )
    judgements: dict[uuid.UUID, list[JudgementView]] = defaultdict(list)
    for row in session.scalars(
        sa.select(Judgement)
        .where(Judgement.claim_id.in_(own.with_only_columns(Claim.id)))
        .order_by(Judgement.at, Judgement.id)
    ):
        judgements[row.claim_id].append(judgement_view(row))
    claims: dict[uuid.UUID, list[ClaimView]] = defaultdict(list)
    for claim, evidence in session.execute(own.order_by(Claim.created_at, Claim.id)):
        claims[claim.criterion_id].append(claim_view(claim, evidence, judgements[claim.id]))
    return claims


def judgement_view(row: Judgement) -> JudgementView:
    """A judgement as the rules know it."""
    return JudgementView(
        is_valid=row.is_valid,
        is_authentic=row.is_authentic,
        is_current=row.is_current,
        is_sufficient=row.is_sufficient,
        reason=row.reason,
        assessor_id=row.assessor_id,
        at=row.at,
    )


def claim_view(claim: Claim, evidence: Evidence, judgements: Iterable[JudgementView]) -> ClaimView:
    """A claim as the rules know it; its judgements are given oldest first."""
    return ClaimView(
        claim_id=claim.id,
        evidence_id=evidence.id,
        evidence_title=evidence.title,
        kind=evidence.kind,
        made_on=evidence.made_on,
        judgements=standing(judgements),
    )


def claim_states(evidence: Evidence) -> Counter[ClaimState]:
    """How many claims of a piece of evidence stand where; needs claims and judgements loaded."""
    return Counter(
        claim_view(claim, evidence, map(judgement_view, claim.judgements)).state
        for claim in evidence.claims
        if claim.withdrawn_at is None
    )


def get_scheme_version(session: Session, scheme_version_id: uuid.UUID) -> SchemeVersion:
    """A scheme version with its scheme. Raises NotFound."""
    version = session.get(
        SchemeVersion, scheme_version_id, options=[joinedload(SchemeVersion.scheme)]
    )
    if version is None:
        raise NotFound
    return version


def scheme_choices(session: Session, owner_id: uuid.UUID) -> list[SchemeVersion]:
    """The active scheme versions: first those this person claims most in, then by title."""
    claimed = (
        sa.select(sa.func.count(Claim.id))
        .join(Claim.evidence)
        .join(Claim.criterion)
        .join(Criterion.element)
        .join(SchemeUnit, SchemeUnit.unit_id == Element.unit_id)
        .where(
            Evidence.owner_id == owner_id,
            Claim.withdrawn_at.is_(None),
            SchemeUnit.scheme_version_id == SchemeVersion.id,
        )
        .correlate(SchemeVersion)
        .scalar_subquery()
    )
    return list(
        session.scalars(
            sa.select(SchemeVersion)
            .join(SchemeVersion.scheme)
            .where(SchemeVersion.state == SchemeState.ACTIVE)
            .order_by(claimed.desc(), Scheme.title, SchemeVersion.number.desc())
            .options(joinedload(SchemeVersion.scheme))
        )
    )
