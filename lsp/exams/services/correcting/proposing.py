"""Asking for a correction of a key; it takes effect when somebody else confirms it."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from lsp import audit
from lsp.exams.models import ItemRevision, KeyChange, KeyProposal, PaperQuestion, Seat
from lsp.exams.rules.corrections import Correction
from lsp.exams.rules.items import RULES
from lsp.exams.services.correcting.effects import Wanted
from lsp.exams.services.keys import doubts
from lsp.exams.services.scoring import is_in_force
from lsp.texts import N_, NotFound, Refusal


def get_revision(session: Session, item_id: uuid.UUID, number: int) -> ItemRevision:
    """A revision of an item, with the item. Raises NotFound."""
    revision = session.scalar(
        sa.select(ItemRevision)
        .join(ItemRevision.item)
        .where(ItemRevision.item_id == item_id, ItemRevision.number == number)
        .options(contains_eager(ItemRevision.item))
    )
    if revision is None:
        raise NotFound
    return revision


def in_force(session: Session, revision_id: uuid.UUID) -> KeyChange | None:
    """The correction of a revision's key that marking goes by; None for the revision's own key."""
    return session.scalar(
        sa.select(KeyChange).where(KeyChange.revision_id == revision_id, is_in_force())
    )


def is_used(session: Session, revision_id: uuid.UUID) -> bool:
    """Whether a paper asks this revision, so that it cannot simply be written anew."""
    return bool(
        session.scalar(sa.select(sa.exists().where(PaperQuestion.revision_id == revision_id)))
    )


def is_asked_of(session: Session, revision_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether this person's own exam has the question: a correction of it may turn their result.

    Whatever it would do to them, whoever has such a seat has no part in the correction.
    """
    asked = sa.exists().where(
        PaperQuestion.revision_id == revision_id,
        Seat.paper_id == PaperQuestion.paper_id,
        Seat.candidate_id == person_id,
    )
    return bool(session.scalar(sa.select(asked)))


def propose_correction(
    session: Session,
    revision: ItemRevision,
    *,
    wanted: Wanted,
    reason: str,
    actor_id: uuid.UUID,
    now: datetime,
) -> KeyProposal:
    """Ask for a correction; nothing is marked anew before a second person confirms it.

    A question for people has no key to replace: to ask for its own one, its rubric, undoes the
    correction in force. While the key of the revision is in doubt (``keys.doubts``) it need not be
    used, and the key it has may be asked for, to confirm it. Raises Refusal for another revision no
    paper asks, for any other key of such a question, a key or a kind that is in force already, a
    missing reason, while another proposal for this revision waits, and for who had the question in
    their own exam.
    """
    # Two proposals at once: the second waits here and is then refused below.
    session.execute(
        sa.select(ItemRevision.id)
        .where(ItemRevision.id == revision.id)
        .with_for_update(key_share=True)
    )
    if is_asked_of(session, revision.id, actor_id):
        raise Refusal(
            N_("Soal ini ada dalam ujian Anda sendiri. Minta orang lain mengusulkan koreksinya.")
        )
    if not reason.strip():
        raise Refusal(N_("Tulis alasannya: apa yang salah dan dari mana diketahui."))
    is_doubted = revision.id in doubts(session, [revision.item_id])
    if not is_doubted and not is_used(session, revision.id):
        raise Refusal(N_("Revisi ini belum dipakai di naskah. Tulis saja revisi baru."))
    is_for_people = RULES[revision.type].needs_person
    if is_for_people and wanted.kind is Correction.NEW_KEY and wanted.key != revision.key:
        raise Refusal(N_("Jawaban soal ini dinilai orang, jadi tidak ada kunci yang diganti."))
    # To ask for the key it has is to confirm it.
    if not is_doubted:
        _check_new(revision, in_force(session, revision.id), wanted)
    waiting = session.scalar(
        sa.select(KeyProposal.id).where(
            KeyProposal.revision_id == revision.id, KeyProposal.closed_at.is_(None)
        )
    )
    if waiting is not None:
        raise Refusal(N_("Usulan koreksi untuk soal ini masih menunggu pengesahan."))
    proposal = KeyProposal(
        revision=revision,
        kind=wanted.kind,
        key=dict(wanted.key) if wanted.key is not None else None,
        reason=reason.strip(),
        proposed_by_id=actor_id,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    _record(session, "item.key_proposed", proposal, actor_id, now)
    return proposal


def _check_new(revision: ItemRevision, current: KeyChange | None, wanted: Wanted) -> None:
    kind = current.kind if current else Correction.NEW_KEY
    key = current.key if current else revision.key
    if kind is wanted.kind and (wanted.key == key or wanted.kind is not Correction.NEW_KEY):
        raise Refusal(N_("Ini sama dengan yang berlaku sekarang. Tidak ada yang dikoreksi."))


def withdraw_correction(
    session: Session, proposal_id: uuid.UUID, *, actor_id: uuid.UUID, now: datetime
) -> KeyProposal:
    """Close a proposal without effect, by its author or by whoever was to confirm it.

    Raises NotFound for an unknown proposal, Refusal when it is closed already, and for who had
    the question in their own exam: they would keep a mark that others think wrong.
    """
    proposal = lock_proposal(session, proposal_id)
    if is_asked_of(session, proposal.revision_id, actor_id):
        raise Refusal(
            N_("Soal ini ada dalam ujian Anda sendiri. Minta orang lain menarik usulannya.")
        )
    proposal.closed_at, proposal.closed_by_id = now, actor_id
    session.flush()
    _record(session, "item.key_withdrawn", proposal, actor_id, now)
    return proposal


def lock_proposal(session: Session, proposal_id: uuid.UUID) -> KeyProposal:
    """A proposal that waits, held until the commit, with revision and item.

    Raises NotFound, and Refusal when somebody has closed it.
    """
    proposal = session.scalar(
        sa.select(KeyProposal)
        .join(KeyProposal.revision)
        .join(ItemRevision.item)
        .where(KeyProposal.id == proposal_id)
        .options(contains_eager(KeyProposal.revision).contains_eager(ItemRevision.item))
        .with_for_update(of=KeyProposal)
        .execution_options(populate_existing=True)
    )
    if proposal is None:
        raise NotFound
    if proposal.closed_at is not None:
        raise Refusal(N_("Usulan ini sudah disahkan atau ditarik. Muat ulang halamannya."))
    return proposal


def _record(
    session: Session, action: str, proposal: KeyProposal, actor_id: uuid.UUID, now: datetime
) -> None:
    item = proposal.revision.item
    audit.record(
        session,
        action=action,
        subject_type="item",
        subject_id=item.id,
        actor_id=actor_id,
        now=now,
        detail={
            "identifier": item.identifier,
            "revision": proposal.revision.number,
            "kind": proposal.kind.value,
        },
    )
