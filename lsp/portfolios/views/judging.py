"""The assessor's page: a candidate's claims unit by unit, each with its VATM judgement."""

import uuid

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lsp.accounts.models import Person
from lsp.pages import refusal_text
from lsp.portfolios.forms import JudgeForm
from lsp.portfolios.models import Evidence
from lsp.portfolios.rules.coverage import ClaimView, UnitCoverage, open_claims
from lsp.portfolios.rules.kinds import ACCEPTED, CURRENCY_WARNING, is_older_than, kind_of
from lsp.portfolios.services.coverage import coverage, get_scheme_version
from lsp.portfolios.services.evidence import found_elsewhere
from lsp.portfolios.services.judging import judge_claim, judge_evidence
from lsp.portfolios.services.readers import require_reader
from lsp.portfolios.views import portfolios
from lsp.security import may, me
from lsp.skkni.models import SchemeVersion
from lsp.texts import NotFound, Refusal
from lsp.web import now, session, today


@portfolios.get("/portofolio/asesi/<uuid:owner_id>/<uuid:scheme_version_id>")
@may("evidence.judge")
def judging(owner_id: uuid.UUID, scheme_version_id: uuid.UUID) -> ResponseReturnValue:
    """What this candidate claims, and what is left to judge."""
    version, units = _fetch(owner_id, scheme_version_id)
    return _page(owner_id, version, units, _unit(units))


@portfolios.post("/portofolio/asesi/<uuid:owner_id>/<uuid:scheme_version_id>")
@may("evidence.judge")
def judge(owner_id: uuid.UUID, scheme_version_id: uuid.UUID) -> ResponseReturnValue:
    """Save the judgement of one claim, or the same for every open claim of its evidence."""
    version, units = _fetch(owner_id, scheme_version_id)
    unit, claim = _claim(units, request.form.get("claim", ""))
    form = JudgeForm(prefix=prefix(claim))
    if not form.validate_on_submit():
        return _page(owner_id, version, units, unit, form=form, claim=claim)
    try:
        count = _judge(form, claim, version)
        session.commit()
    except Refusal as refusal:
        session.rollback()
        form.refuse(refusal_text(refusal), form.reason)
        return _page(owner_id, version, units, unit, form=form, claim=claim)
    if count > 1:
        flash(gettext("Penilaian tersimpan untuk %(n)s KUK.", n=count), "success")
    here = url_for(".judging", owner_id=owner_id, scheme_version_id=version.id, unit=unit.unit_id)
    return redirect(f"{here}#{prefix(claim)}")


def _judge(form: JudgeForm, claim: ClaimView, version: SchemeVersion) -> int:
    """Judge one claim or all open ones of its evidence; how many were judged."""
    if request.form.get("scope") == "evidence":
        return judge_evidence(
            session,
            evidence_id=claim.evidence_id,
            scheme_version_id=version.id,
            assessor_id=me().person_id,
            now=now(),
            **form.answers(),
        )
    judge_claim(
        session,
        claim_id=claim.claim_id,
        assessor_id=me().person_id,
        now=now(),
        **form.answers(),
    )
    return 1


def prefix(claim: ClaimView) -> str:
    """What the fields of this claim's form begin with, and the place of the claim on the page."""
    return f"klaim-{claim.claim_id.hex}"


def _fetch(
    owner_id: uuid.UUID, scheme_version_id: uuid.UUID
) -> tuple[SchemeVersion, list[UnitCoverage]]:
    """The version and the candidate's coverage of it. Raises NotFound for whoever may not read."""
    require_reader(session, owner_id=owner_id, reader_id=me().person_id)
    version = get_scheme_version(session, scheme_version_id)
    return version, coverage(session, owner_id, version.id)


def _unit(units: list[UnitCoverage]) -> UnitCoverage | None:
    """The unit in the address, else the first with something left to judge, else the first."""
    wanted = request.args.get("unit", None, uuid.UUID)
    for unit in units:
        if unit.unit_id == wanted:
            return unit
    left = (unit for unit in units if open_claims([unit], me().person_id))
    return next(left, units[0] if units else None)


def _claim(units: list[UnitCoverage], text: str) -> tuple[UnitCoverage, ClaimView]:
    """The claim of this id and its unit. Raises NotFound."""
    for unit in units:
        for criterion in unit.criteria:
            for claim in criterion.claims:
                if str(claim.claim_id) == text:
                    return unit, claim
    raise NotFound


def _page(
    owner_id: uuid.UUID,
    version: SchemeVersion,
    units: list[UnitCoverage],
    unit: UnitCoverage | None,
    *,
    form: JudgeForm | None = None,
    claim: ClaimView | None = None,
) -> ResponseReturnValue:
    """The page of one unit; ``form`` is the one that was sent, with its errors."""
    shown = [each for c in (unit.criteria if unit else ()) for each in c.claims]
    evidence = {
        each.id: each
        for each in session.scalars(
            sa.select(Evidence).where(Evidence.id.in_({each.evidence_id for each in shown}))
        )
    }
    return render_template(
        "portfolios/judging.html",
        owner=session.get(Person, owner_id),
        version=version,
        units=units,
        unit=unit,
        form=form,
        forms={each.claim_id: form if form and each == claim else _form(each) for each in shown},
        evidence=evidence,
        elsewhere=found_elsewhere(session, evidence.values()),
        old={
            each.id
            for each in evidence.values()
            if is_older_than(each.made_on, version.evidence_months, today())
        },
        left={each.unit_id: len(open_claims([each], me().person_id)) for each in units},
        open_of=_open_by_evidence(units),
        assessor_id=me().person_id,
        failed=claim.claim_id if claim else None,
        prefix=prefix,
        kind_of=kind_of,
        formats=ACCEPTED,
        currency_warning=CURRENCY_WARNING,
    )


def _form(claim: ClaimView) -> JudgeForm:
    """An empty form, or one with what this assessor judged before."""
    mine = claim.by(me().person_id)
    names = ("is_valid", "is_authentic", "is_current", "is_sufficient", "reason")
    before = {name: getattr(mine, name) for name in names} if mine else {}
    return JudgeForm(formdata=None, prefix=prefix(claim), data=before)


def _open_by_evidence(units: list[UnitCoverage]) -> dict[uuid.UUID, int]:
    """Evidence → how many of its claims this assessor has not judged."""
    counts: dict[uuid.UUID, int] = {}
    for claim in open_claims(units, me().person_id):
        counts[claim.evidence_id] = counts.get(claim.evidence_id, 0) + 1
    return counts
