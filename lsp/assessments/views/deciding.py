"""The committee's pages: what waits for a decision, one dossier, and the vote."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.assessments.forms.staff import VoteForm
from lsp.assessments.rules.statements import BASES
from lsp.assessments.rules.states import AssessmentState, Result
from lsp.assessments.services.decisions import (
    cast_vote,
    get_assessment_to_decide,
    voting_bar,
)
from lsp.assessments.services.dossiers import count_assessments, list_assessments, read_dossier
from lsp.assessments.views import PAGE_SIZE, asked_page, assessments, show_refusal
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, session, settings, today


@assessments.get("/pleno")
@may("assessment.decide")
def pleno() -> ResponseReturnValue:
    """Assessments that wait for the committee, or those it has decided."""
    is_over = request.args.get("putus") == "1"
    states = (AssessmentState.DECIDED if is_over else AssessmentState.RECOMMENDED,)
    page = asked_page(count_assessments(session, states=states))
    return render_template(
        "assessments/pleno.html",
        page=page,
        is_over=is_over,
        quorum=settings().committee_quorum,
        rows=list_assessments(session, states=states, offset=page.offset, limit=PAGE_SIZE),
    )


@assessments.route("/pleno/<uuid:assessment_id>", methods=["GET", "POST"])
@may("assessment.decide")
def vote(assessment_id: UUID) -> ResponseReturnValue:
    """One dossier, read-only, and the member's vote."""
    form = VoteForm()
    if request.method == "POST" and form.validate():
        try:
            decision = cast_vote(
                session,
                assessment_id=assessment_id,
                member_id=me().person_id,
                round=_round(form),
                vote=Result(form.vote.data),
                reason=form.reason.data or "",
                quorum=settings().committee_quorum,
                today=today(),
                now=now(),
            )
        except Refusal as refusal:
            session.rollback()
            show_refusal(form, refusal)
        else:
            session.commit()
            if decision is None:
                flash(_("Suara Anda tersimpan."), "success")
            else:
                flash(
                    _(
                        "Suara Anda tersimpan. Keputusan jatuh: %(number)s.",
                        number=decision.minutes_number,
                    ),
                    "success",
                )
            return redirect(url_for(".vote", assessment_id=assessment_id))
    assessment = get_assessment_to_decide(session, assessment_id)
    dossier = read_dossier(session, assessment)
    if not form.is_submitted():
        form.round.data = str(dossier.round)
    cast = next(
        (
            row
            for row in assessment.votes
            if row.member_id == me().person_id and row.round == dossier.round
        ),
        None,
    )
    return render_template(
        "assessments/dossier.html",
        assessment=assessment,
        dossier=dossier,
        bases=BASES,
        back=(url_for(".pleno"), _("Pleno")),
        form=form,
        bars=voting_bar(session, assessment, me().person_id),
        cast=cast,
        is_member=True,
        shows_votes=assessment.application.candidate_id != me().person_id,
    )


def _round(form: VoteForm) -> int:
    """The round the member was reading; 0, which no round has, for anything else."""
    asked = form.round.data or ""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
