"""Judging claims by VATM: valid, asli (authentic), terkini (current), memadai (sufficient)."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lsp import audit
from lsp.portfolios.models import Claim, Evidence, Judgement
from lsp.portfolios.rules.coverage import open_claims
from lsp.portfolios.services.coverage import coverage
from lsp.portfolios.services.readers import require_reader
from lsp.texts import N_, NotFound, Refusal

REASON_NEEDED = N_("Tulis alasan, karena ada jawaban “Tidak”.")
WITHDRAWN = N_("Bukti ini sudah ditarik pemiliknya, jadi tidak perlu dinilai.")
NOTHING_OPEN = N_("Semua KUK bukti ini sudah Anda nilai.")


def judge_claim(
    session: Session,
    *,
    claim_id: uuid.UUID,
    assessor_id: uuid.UUID,
    is_valid: bool,
    is_authentic: bool,
    is_current: bool,
    is_sufficient: bool,
    reason: str,
    now: datetime,
) -> Judgement:
    """Add an assessor's judgement of a claim; the newest of an assessor counts.

    Raises NotFound unless the portfolio is open to the assessor (nobody judges their own, since
    nobody is let into their own as an assessor), Refusal when one of the four is no and no reason
    is given, or when the claim was withdrawn.
    """
    evidence = session.scalar(
        sa.select(Evidence)
        .join(Evidence.claims)
        .where(Claim.id == claim_id)
        .with_for_update(of=Evidence)
        .execution_options(populate_existing=True)
    )
    claim = session.get(Claim, claim_id, populate_existing=True)
    if evidence is None or claim is None or evidence.owner_id == assessor_id:
        raise NotFound
    require_reader(session, owner_id=evidence.owner_id, reader_id=assessor_id)
    if evidence.withdrawn_at is not None or claim.withdrawn_at is not None:
        raise Refusal(WITHDRAWN)
    if not (is_valid and is_authentic and is_current and is_sufficient) and not reason.strip():
        raise Refusal(REASON_NEEDED)
    judgement = Judgement(
        claim_id=claim_id,
        assessor_id=assessor_id,
        is_valid=is_valid,
        is_authentic=is_authentic,
        is_current=is_current,
        is_sufficient=is_sufficient,
        reason=reason.strip(),
        at=now,
    )
    session.add(judgement)
    audit.record(
        session,
        action="claim.judged",
        subject_type="claim",
        subject_id=claim_id,
        actor_id=assessor_id,
        now=now,
    )
    return judgement


def judge_evidence(
    session: Session,
    *,
    evidence_id: uuid.UUID,
    scheme_version_id: uuid.UUID,
    assessor_id: uuid.UUID,
    is_valid: bool,
    is_authentic: bool,
    is_current: bool,
    is_sufficient: bool,
    reason: str,
    now: datetime,
) -> int:
    """Judge alike all claims of one piece of evidence in a scheme version that this assessor has
    not judged yet; return how many they were.

    Raises what ``judge_claim`` raises, and Refusal when none is left.
    """
    evidence = session.get(Evidence, evidence_id)
    if evidence is None:
        raise NotFound
    require_reader(session, owner_id=evidence.owner_id, reader_id=assessor_id)
    units = coverage(session, evidence.owner_id, scheme_version_id)
    waiting = [
        claim for claim in open_claims(units, assessor_id) if claim.evidence_id == evidence_id
    ]
    if not waiting:
        raise Refusal(NOTHING_OPEN)
    for claim in waiting:
        judge_claim(
            session,
            claim_id=claim.claim_id,
            assessor_id=assessor_id,
            is_valid=is_valid,
            is_authentic=is_authentic,
            is_current=is_current,
            is_sufficient=is_sufficient,
            reason=reason,
            now=now,
        )
    return len(waiting)
