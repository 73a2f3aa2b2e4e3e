"""Blueprints and the papers made by them: for managers, and for whoever may read the bank."""

import secrets
from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.forms.blueprint_copies import BlueprintCopy, copy_of
from lsp.exams.forms.blueprints import EXTRA_ROWS, BlueprintForm
from lsp.exams.forms.papers import AssembleForm
from lsp.exams.models import Paper
from lsp.exams.rules.corrections import CORRECTION_NAMES
from lsp.exams.rules.items import ScoringPolicy
from lsp.exams.rules.kinds import LEVEL_NAMES, TYPE_NAMES
from lsp.exams.rules.passing import PassRule
from lsp.exams.services import assembling, blueprints, browsing, papers
from lsp.exams.views import exams
from lsp.exams.views.browsing import read_value
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.skkni.models import SchemeVersion
from lsp.texts import NotFound, Refusal
from lsp.web import now, session

#: Reasons why no paper fits, shown at once.
REASONS = 10


@exams.get("/kisi-kisi")
@may("bank.read")
def blueprint_list() -> str:
    """Blueprints of the schemes in force, and the papers made by them."""
    return render_template(
        "exams/blueprints.html",
        blueprints=blueprints.list_blueprints(session),
        batches=papers.list_batches(session),
    )


@exams.get("/kisi-kisi/baru")
@may("sessions.manage")
def blueprint_scheme() -> str:
    """Which scheme the blueprint is for."""
    return render_template(
        "exams/session_blueprint_scheme.html",
        versions=blueprints.schemes_in_force(session),
        copied=read_value(UUID, request.args.get("dari")),
    )


@exams.route("/kisi-kisi/baru/<uuid:version_id>", methods=["GET", "POST"])
@may("sessions.manage")
def new_blueprint(version_id: UUID) -> ResponseReturnValue:
    """How many questions of what, how they count, and when a unit is passed."""
    version = next((v for v in blueprints.schemes_in_force(session) if v.id == version_id), None)
    if version is None:
        raise NotFound
    copied = _copied(version)
    form = BlueprintForm(data=copied.data if copied else None)
    given: Mapping[str, str] = request.form or (copied.given if copied else {})
    if request.form.get("action") == "weigh":
        form.validate()
        given = form.weighed(version, given)
    elif form.validate_on_submit():
        made = _make_blueprint(form, version)
        if made is not None:
            flash(_("Kisi-kisi disimpan."), "success")
            return redirect(url_for("exams.blueprint_page", blueprint_id=made))
    return render_template(
        "exams/session_blueprint.html",
        form=form,
        version=version,
        types=TYPE_NAMES,
        levels=LEVEL_NAMES,
        available=blueprints.available(session, [row.unit_id for row in version.units]),
        given=given,
        filled={name for name, value in given.items() if value},
        extra_rows=EXTRA_ROWS,
        others=blueprints.all_blueprints(session),
        lost=copied.lost if copied else [],
    )


def _copied(version: SchemeVersion) -> BlueprintCopy | None:
    """The blueprint the address names to begin with. Raises NotFound when there is none."""
    if request.method == "POST" or not request.args.get("dari"):
        return None
    blueprint_id = read_value(UUID, request.args["dari"])
    if blueprint_id is None:
        raise NotFound
    return copy_of(blueprints.get_blueprint(session, blueprint_id), version)


def _make_blueprint(form: BlueprintForm, version: SchemeVersion) -> UUID | None:
    """Save what the form says; None with its errors noted when that cannot be."""
    rows = form.rows(version, request.form)
    if form.cell_errors:
        return None
    try:
        made = blueprints.make_blueprint(
            session,
            scheme_version_id=version.id,
            draft=form.draft(rows),
            actor_id=me().person_id,
            now=now(),
        )
    except Refusal as refusal:
        form.refuse(refusal_text(refusal))
        return None
    session.commit()
    return made.id


@exams.get("/kisi-kisi/<uuid:blueprint_id>")
@may("bank.read")
def blueprint_page(blueprint_id: UUID) -> str:
    """A blueprint: its rows and rules, what the bank has for them, and its papers."""
    blueprint = blueprints.get_blueprint(session, blueprint_id)
    return render_template(
        "exams/blueprint.html",
        blueprint=blueprint,
        scoring=ScoringPolicy.read(blueprint.scoring),
        pass_rule=PassRule.read(blueprint.pass_rule),
        batches=papers.list_batches(session, blueprint_id),
        units=papers.coverage(session, blueprint.scheme_version_id),
        struck=browsing.struck_items(session, scheme_version_id=blueprint.scheme_version_id),
        kinds=CORRECTION_NAMES,
        types=TYPE_NAMES,
        levels=LEVEL_NAMES,
    )


@exams.route("/kisi-kisi/<uuid:blueprint_id>/naskah/baru", methods=["GET", "POST"])
@may("sessions.manage")
def new_papers(blueprint_id: UUID) -> ResponseReturnValue:
    """Make parallel papers."""
    blueprint = blueprints.get_blueprint(session, blueprint_id)
    form = AssembleForm(data={"seed": secrets.randbelow(10**6), "papers": 1})
    if form.validate_on_submit():
        try:
            made = _assemble(blueprint_id, form)
        except assembling.NotAssembled as refusal:
            for reason in refusal.reasons[:REASONS]:
                form.refuse(_reason(reason))
            more = len(refusal.reasons) - REASONS
            if more > 0:
                form.refuse(
                    ngettext(
                        "Dan %(num)s hal lain yang menghalangi.",
                        "Dan %(num)s hal lain yang menghalangi.",
                        more,
                    )
                )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            flash(
                ngettext("%(num)s naskah disusun.", "%(num)s naskah disusun.", len(made)), "success"
            )
            return redirect(url_for("exams.batch", batch_id=made[0].batch_id))
    active, known = papers.count_expected(session, blueprint.scheme_version_id)
    return render_template(
        "exams/paper_form.html",
        form=form,
        blueprint=blueprint,
        active=active,
        known=known,
        struck=browsing.struck_items(session, scheme_version_id=blueprint.scheme_version_id),
        kinds=CORRECTION_NAMES,
    )


def _assemble(blueprint_id: UUID, form: AssembleForm) -> list[Paper]:
    """Read, choose with the database let go, and write."""
    actor_id = me().person_id
    task = assembling.gather(session, blueprint_id, form.order())
    session.rollback()  # nothing was written: whoever saves an answer need not wait for the choice
    assembly = assembling.choose(task)
    assembling.check_unchanged(session, task)
    made = assembling.keep_papers(session, task, assembly, actor_id=actor_id, now=now())
    session.commit()
    return made


def _reason(reason: Refusal) -> str:
    if isinstance(reason, assembling.RowFault):
        # What the row is about has words of its own, to be translated one by one.
        what = ", ".join(_(name) for name in reason.names)
        return _(reason.text, **{**reason.values, "what": what})
    return refusal_text(reason)


@exams.get("/naskah/<uuid:batch_id>")
@may("bank.read")
def batch(batch_id: UUID) -> str:
    """Parallel papers side by side: what is in them, how alike they are, what they ask."""
    found = papers.get_batch(session, batch_id)
    return render_template(
        "exams/papers.html",
        batch=found,
        units=papers.coverage(session, found.blueprint.scheme_version_id, found.views),
        target=assembling.target_percent(session, found.blueprint.id, batch_id),
        kinds=CORRECTION_NAMES,
        types=TYPE_NAMES,
        levels=LEVEL_NAMES,
    )


@exams.get("/naskah/<uuid:batch_id>/<int:number>")
@may("bank.read")
def paper_page(batch_id: UUID, number: int) -> str:
    """The questions of one paper."""
    found = papers.get_batch(session, batch_id)
    view = next((view for view in found.views if view.paper.number == number), None)
    if view is None:
        raise NotFound
    return render_template(
        "exams/paper.html",
        batch=found,
        view=view,
        kinds=CORRECTION_NAMES,
        types=TYPE_NAMES,
        levels=LEVEL_NAMES,
    )
