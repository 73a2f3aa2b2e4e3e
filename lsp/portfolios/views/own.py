"""One's own portfolio: the list with its coverage, upload, claims, one piece, withdrawal."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lsp.extensions import limiter
from lsp.pages import refusal_text
from lsp.portfolios.forms import ClaimForm, UploadForm
from lsp.portfolios.models import Evidence
from lsp.portfolios.rules.coverage import CriterionState
from lsp.portfolios.rules.kinds import ACCEPTED, accepted_names, is_older_than, kind_of
from lsp.portfolios.services.claims import claims_of, set_claims
from lsp.portfolios.services.coverage import (
    claim_states,
    claim_view,
    coverage,
    judgement_view,
    scheme_choices,
)
from lsp.portfolios.services.evidence import (
    add_evidence,
    found_elsewhere,
    get_own_evidence,
    get_readable_evidence,
    own_evidence,
    receive_file,
    withdraw_evidence,
)
from lsp.portfolios.services.pictures import pages_shown
from lsp.portfolios.views import portfolios
from lsp.security import may, me
from lsp.skkni.models import SchemeVersion
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session, settings, today


def chosen_version(versions: list[SchemeVersion]) -> SchemeVersion | None:
    """The version of the scheme in the address, else the first. Raises NotFound."""
    slug = request.args.get("skema")
    if not slug:
        return versions[0] if versions else None
    found = next((version for version in versions if version.scheme.slug == slug), None)
    if found is None:
        raise NotFound
    return found


@portfolios.get("/portofolio")
@may("evidence.own")
def index() -> ResponseReturnValue:
    """What I have handed in, and what it shows of a scheme."""
    versions = scheme_choices(session, me().person_id)
    version = chosen_version(versions)
    evidence = own_evidence(session, me().person_id)
    units = coverage(session, me().person_id, version.id) if version else []
    criteria = [criterion for unit in units for criterion in unit.criteria]
    months = version.evidence_months if version else 0
    return render_template(
        "portfolios/index.html",
        evidence=[(each, claim_states(each)) for each in evidence],
        old={each.id for each in evidence if is_older_than(each.made_on, months, today())},
        months=months,
        versions=versions,
        version=version,
        units=units,
        criteria_count=len(criteria),
        counts={state: sum(c.state is state for c in criteria) for state in CriterionState},
        kind_of=kind_of,
        formats=ACCEPTED,
    )


@portfolios.route("/portofolio/unggah", methods=["GET", "POST"])
@may("evidence.own")
@limiter.limit("120/hour", methods=["POST"], key_func=lambda: str(me().person_id))
def upload() -> ResponseReturnValue:
    """Hand in a file."""
    form = UploadForm()
    if form.validate_on_submit():
        evidence = _keep(form)
        if evidence is not None:
            flash(gettext("Bukti tersimpan. Pilih KUK yang ditunjukkan bukti ini."), "success")
            return redirect(url_for(".claim", evidence_id=evidence.id))
    if form.is_submitted():
        form.ask_file_again()
    return render_template("portfolios/upload.html", form=form, accepted=accepted_names())


def _keep(form: UploadForm) -> Evidence | None:
    """Store the file and the row; None when it was refused, with the reason at the form."""
    # Looking at a large file takes a while: no transaction stays open (and keeps others waiting).
    session.rollback()
    storage = parts().storage
    try:
        file = receive_file(
            storage,
            form.file.data.stream,
            filename=form.file.data.filename or "",
            megabytes=settings().evidence_megabytes,
        )
    except Refusal as refusal:
        form.refuse(refusal_text(refusal), form.file)
        return None
    try:
        evidence = add_evidence(
            session,
            owner_id=me().person_id,
            file=file,
            title=form.title.data or "",
            kind=form.kind.data,
            made_on=form.made_on.data,
            contribution=form.contribution.data or "",
            now=now(),
        )
        session.commit()
    except BaseException as error:
        session.rollback()
        storage.delete(file.key)
        if not isinstance(error, Refusal):
            raise
        form.refuse(refusal_text(error))
        return None
    return evidence


@portfolios.route("/portofolio/<uuid:evidence_id>/klaim", methods=["GET", "POST"])
@may("evidence.own")
def claim(evidence_id: uuid.UUID) -> ResponseReturnValue:
    """Say which criteria a piece of evidence shows."""
    evidence = get_own_evidence(session, me().person_id, evidence_id)
    versions = scheme_choices(session, me().person_id)
    version = chosen_version(versions)
    units = coverage(session, me().person_id, version.id) if version else []
    offered = {criterion.criterion_id for unit in units for criterion in unit.criteria}
    claims = [each for each in claims_of(session, evidence_id) if each.withdrawn_at is None]
    form = ClaimForm(data={"criteria": [str(each.criterion_id) for each in claims]})
    if form.validate_on_submit():
        elsewhere = {each.criterion_id for each in claims} - offered
        try:
            kept = set_claims(
                session,
                evidence_id=evidence_id,
                person_id=me().person_id,
                criterion_ids=form.criterion_ids() | elsewhere,
                now=now(),
            )
            session.commit()
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal_text(refusal))
        else:
            flash(
                gettext("Tersimpan. Bukti ini dikaitkan dengan %(n)s KUK.", n=len(kept)), "success"
            )
            return redirect(url_for(".show", evidence_id=evidence_id))
    return render_template(
        "portfolios/claim.html",
        form=form,
        evidence=evidence,
        versions=versions,
        version=version,
        units=units,
        ticked=set(form.criteria.data or []),
        judged={str(each.criterion_id) for each in claims if each.judgements},
    )


@portfolios.get("/portofolio/<uuid:evidence_id>")
@may("evidence.read")
def show(evidence_id: uuid.UUID) -> ResponseReturnValue:
    """One piece of evidence: its pages, what it is said to show, and what was judged."""
    evidence = get_readable_evidence(session, me().person_id, evidence_id)
    is_own = evidence.owner_id == me().person_id
    claims = [
        (each.criterion, claim_view(each, evidence, map(judgement_view, each.judgements)))
        for each in claims_of(session, evidence_id)
        if each.withdrawn_at is None
    ]
    format_ = ACCEPTED[evidence.media_type]
    pages = 0
    if format_.has_pictures:
        with parts().storage.open(evidence.storage_key) as file:
            pages = pages_shown(format_, file.read())
    return render_template(
        "portfolios/show.html",
        evidence=evidence,
        is_own=is_own,
        claims=claims,
        format=format_,
        kind=kind_of(evidence.kind),
        pages=pages,
        page=min(max(request.args.get("hal", 1, int), 1), max(pages, 1)),
        is_elsewhere=not is_own and evidence.id in found_elsewhere(session, [evidence]),
        is_judged=any(view.judgement for _, view in claims),
        version_id=request.args.get("versi", None, uuid.UUID),
    )


@portfolios.post("/portofolio/<uuid:evidence_id>/tarik")
@may("evidence.own")
def withdraw(evidence_id: uuid.UUID) -> ResponseReturnValue:
    """Take a piece of evidence back."""
    withdraw_evidence(session, evidence_id=evidence_id, person_id=me().person_id, now=now())
    session.commit()
    flash(gettext("Bukti ditarik."), "success")
    return redirect(url_for(".index"))
