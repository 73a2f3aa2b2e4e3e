"""Claims: which criteria a piece of evidence is said to show."""

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from lsp.portfolios.models import Claim, Evidence
from lsp.portfolios.services.evidence import ALREADY_WITHDRAWN
from lsp.skkni.models import Criterion, Element
from lsp.texts import N_, NotFound, Refusal

JUDGED = N_("KUK %(labels)s sudah dinilai asesor, jadi tidak bisa dilepas dari bukti ini.")
UNKNOWN_CRITERION = N_("Pilih KUK yang ada di daftar.")


def set_claims(
    session: Session,
    *,
    evidence_id: uuid.UUID,
    person_id: uuid.UUID,
    criterion_ids: Collection[uuid.UUID],
    now: datetime,
) -> list[Claim]:
    """Claim exactly these criteria with one's own evidence; return the claims in force.

    A claim dropped before is taken up again; one that an assessor judged cannot be dropped.
    Raises NotFound for another person's evidence, Refusal for withdrawn evidence, an unknown
    criterion, or a judged claim that is missing.
    """
    evidence = session.scalar(
        sa.select(Evidence)
        .where(Evidence.id == evidence_id, Evidence.owner_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if evidence is None:
        raise NotFound
    if evidence.withdrawn_at is not None:
        raise Refusal(ALREADY_WITHDRAWN)
    wanted = set(criterion_ids)
    known = set(session.scalars(sa.select(Criterion.id).where(Criterion.id.in_(wanted))))
    if wanted - known:
        raise Refusal(UNKNOWN_CRITERION)
    claims = {claim.criterion_id: claim for claim in claims_of(session, evidence_id)}
    _drop(claims, wanted, now)
    for criterion_id in wanted:
        claim = claims.get(criterion_id)
        if claim is None:
            session.add(Claim(evidence_id=evidence_id, criterion_id=criterion_id, created_at=now))
        elif claim.withdrawn_at is not None:
            claim.withdrawn_at, claim.created_at = None, now
    session.flush()
    return [claim for claim in claims_of(session, evidence_id) if claim.withdrawn_at is None]


def _drop(claims: dict[uuid.UUID, Claim], wanted: set[uuid.UUID], now: datetime) -> None:
    dropped = [
        claim
        for criterion_id, claim in claims.items()
        if criterion_id not in wanted and claim.withdrawn_at is None
    ]
    judged = [claim.criterion.label for claim in dropped if claim.judgements]
    if judged:
        raise Refusal(JUDGED, labels=", ".join(sorted(judged)))
    for claim in dropped:
        claim.withdrawn_at = now


def claims_of(session: Session, evidence_id: uuid.UUID) -> list[Claim]:
    """Every claim ever made with a piece of evidence, with criterion, unit and judgements loaded.

    In the order of units and criteria, in two statements.
    """
    return list(
        session.scalars(
            sa.select(Claim)
            .join(Claim.criterion)
            .join(Criterion.element)
            .where(Claim.evidence_id == evidence_id)
            .order_by(Element.unit_id, Element.number, Criterion.number)
            .options(
                joinedload(Claim.criterion).joinedload(Criterion.element).joinedload(Element.unit),
                selectinload(Claim.judgements),
            )
            .execution_options(populate_existing=True)
        )
    )
