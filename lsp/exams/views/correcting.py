"""Corrected keys: somebody proposes, sees what it would change, and somebody else confirms."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.forms.correcting import CorrectionForm
from lsp.exams.models import ItemRevision, KeyChange, KeyProposal
from lsp.exams.rules.corrections import CORRECTION_NAMES, UNDONE, Correction
from lsp.exams.rules.items import RULES, as_shown
from lsp.exams.services import browsing, correcting
from lsp.exams.services.correcting import EffectPage, Wanted
from lsp.exams.services.keys import doubts
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session


@exams.get("/koreksi-kunci")
@may("bank.read")
def key_changes() -> str:
    """Corrections that wait for a second person, and those made."""
    return render_template(
        "exams/key_changes.html",
        proposals=correcting.list_proposals(session),
        changes=correcting.list_changes(session),
    )


@exams.route("/bank-soal/<uuid:item_id>/revisi/<int:number>/koreksi", methods=["GET", "POST"])
@may("keys.propose")
def correct_key(item_id: UUID, number: int) -> ResponseReturnValue:
    """Propose what replaces the key of a used revision."""
    revision = correcting.get_revision(session, item_id, number)
    current = correcting.in_force(session, revision.id)
    key = (current.key if current else None) or revision.key
    form = CorrectionForm()
    doubt = doubts(session, [item_id]).get(revision.id)
    form.about(revision, key, current.kind if current else None, is_doubted=doubt is not None)
    if form.validate_on_submit():
        try:
            proposal = correcting.propose_correction(
                session,
                revision,
                wanted=form.wanted(),
                reason=(form.reason.data or "").replace("\r\n", "\n"),
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.kind)
        else:
            session.commit()
            flash(_("Usulan koreksi disimpan. Orang lain mengesahkannya."), "success")
            return redirect(url_for("exams.key_proposal", proposal_id=proposal.id))
    return render_template(
        "exams/key_correction.html",
        form=form,
        revision=revision,
        item=revision.item,
        now_lines=_said(revision, current.kind if current else None, key),
        is_used=correcting.is_used(session, revision.id),
        waiting=correcting.waiting_proposal(session, revision.id),
        changes=correcting.changes_of(session, revision.id),
        doubt=doubt,
        newer=correcting.newer_revisions(session, revision),
    )


@exams.get("/koreksi-kunci/usulan/<uuid:proposal_id>")
@may("bank.read")
def key_proposal(proposal_id: UUID) -> str:
    """A proposal with what it would change, candidate by candidate, before anybody confirms it."""
    proposal = correcting.get_proposal(session, proposal_id)
    revision = proposal.revision
    current = correcting.in_force(session, revision.id)
    old_key = current.key if current else revision.key
    effect = correcting.effects_page(
        session, revision, Wanted(proposal.kind, proposal.key), _page_number()
    )
    return _page(
        effect,
        revision,
        proposal=proposal,
        old_lines=_said(revision, current.kind if current else None, old_key),
        new_lines=_said(revision, proposal.kind, proposal.key),
        is_own=proposal.proposed_by_id == me().person_id,
        is_asked_of_me=correcting.is_asked_of(session, revision.id, me().person_id),
        was_dropped=current is not None and current.kind is Correction.DROPPED,
        newer=correcting.newer_revisions(session, revision),
    )


@exams.get("/koreksi-kunci/<uuid:change_id>")
@may("bank.read")
def key_change(change_id: UUID) -> str:
    """A correction in force, and what it changed, as recorded when it was confirmed."""
    row = correcting.get_change(session, change_id)
    return _page(
        correcting.recorded_page(session, row.change, _page_number()),
        row.revision,
        change=row.change,
        old_lines=_said(row.revision, row.change.old_kind, row.change.old_key),
        new_lines=_said(row.revision, row.change.kind, row.change.key),
        was_dropped=row.change.old_kind is Correction.DROPPED,
        newer=_doubted_by(row.change, row.revision),
    )


def _doubted_by(change: KeyChange, revision: ItemRevision) -> list[ItemRevision]:
    """Newer revisions whose key is in doubt because of a correction."""
    found = doubts(session, [revision.item_id])
    return [
        newer
        for newer in correcting.newer_revisions(session, revision)
        if newer.id in found and found[newer.id].change.id == change.id
    ]


def _page_number() -> int:
    return request.args.get("halaman", 1, type=int)


def _page(
    effect: EffectPage,
    revision: ItemRevision,
    proposal: KeyProposal | None = None,
    change: KeyChange | None = None,
    **values: Any,
) -> str:
    subject = change or proposal
    people = {change.proposed_by_id, change.actor_id} if change else set()
    if proposal:
        people.add(proposal.proposed_by_id)
    return render_template(
        "exams/key_effect.html",
        effect=effect,
        revision=revision,
        item=revision.item,
        subject=subject,
        proposal=proposal,
        change=change,
        people=browsing.names_of(session, people),
        **values,
    )


def _said(
    revision: ItemRevision, kind: Correction | None, key: Mapping[str, Any] | None
) -> list[str]:
    """A key in words, a line each; the kind of correction where no key decides."""
    if kind is Correction.NEW_KEY and RULES[revision.type].needs_person:
        return [UNDONE]
    if kind not in (None, Correction.NEW_KEY) or key is None:
        return [CORRECTION_NAMES[kind]] if kind else []
    lines = RULES[revision.type].describe_key(revision.content, key)
    return as_shown(revision.type, lines, revision.markup)


@exams.post("/koreksi-kunci/usulan/<uuid:proposal_id>/sahkan")
@may("keys.confirm")
def confirm_key(proposal_id: UUID) -> ResponseReturnValue:
    """Put a correction in force and mark anew."""
    change = correcting.confirm_correction(session, proposal_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(
        ngettext(
            "Koreksi berlaku; %(num)s ujian yang sudah berakhir diperiksa ulang.",
            "Koreksi berlaku; %(num)s ujian yang sudah berakhir diperiksa ulang.",
            change.attempts,
        ),
        "success",
    )
    return redirect(url_for("exams.key_change", change_id=change.id))


@exams.post("/koreksi-kunci/usulan/<uuid:proposal_id>/tarik")
@may("keys.propose")
def withdraw_key(proposal_id: UUID) -> ResponseReturnValue:
    """Close a proposal without effect."""
    correcting.withdraw_correction(session, proposal_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Usulan koreksi ditarik; tidak ada nilai yang berubah."), "success")
    return redirect(url_for("exams.key_changes"))
