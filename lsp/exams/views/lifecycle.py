"""The page of one item: its words and key, the steps of its life, enemies and measures."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.formats.own_points import own_points
from lsp.exams.forms.lifecycle import EnemyForm, MeasuresForm, MeasuresTableForm, StepForm
from lsp.exams.models import ItemRevision
from lsp.exams.rules import measures as measure_rules
from lsp.exams.rules.corrections import CORRECTION_NAMES
from lsp.exams.rules.items import RULES, as_shown
from lsp.exams.rules.kinds import ITEM_STEPS, STATE_NAMES, ItemState
from lsp.exams.services import bank as bank_service
from lsp.exams.services import browsing
from lsp.exams.services.keys import Corrected, corrections_in_force, doubts, key_in_force
from lsp.exams.services.wrong_choices import with_own_counting
from lsp.exams.views import exams
from lsp.exams.views.browsing import NAMES, read_value
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, session

#: Largest table of measures taken in, in bytes.
LARGEST_TABLE = 1024 * 1024


@exams.get("/bank-soal/<uuid:item_id>")
@may("bank.read")
def item(item_id: UUID) -> str:
    """One question as a candidate sees it, with its key and its history."""
    return _item_page(item_id, StepForm(formdata=None), EnemyForm(formdata=None))


def _item_page(item_id: UUID, step: StepForm, enemy: EnemyForm) -> str:
    found = bank_service.get_item(session, item_id)
    newest = found.revisions[-1]
    number = request.args.get("revisi", newest.number, type=int)
    revision = next((r for r in found.revisions if r.number == number), None)
    if revision is None:
        raise NotFound
    corrected = corrections_in_force(session, [r.id for r in found.revisions])
    correction = corrected.get(revision.id)
    key = key_in_force(revision, correction)
    return render_template(
        "exams/item.html",
        item=found,
        revision=revision,
        as_sat=as_sat(revision),
        newest=newest,
        key=key,
        key_lines=_in_words(revision, key),
        own_points=own_points(revision.type, revision.content, key, revision.max_score),
        in_page=lambda line: as_shown(revision.type, [line], revision.markup)[0],
        uses=browsing.uses_of(session, item_id),
        corrected=correction,
        newest_corrected=corrected.get(newest.id),
        doubted=doubts(session, [item_id]),
        correctors=_correctors(correction),
        own_lines=_in_words(revision, revision.key) if key != revision.key else [],
        history=bank_service.history_of(session, found),
        changes=bank_service.changes_in(found, revision.number),
        enemies=bank_service.enemies_of(session, item_id),
        steps=ITEM_STEPS[found.state],
        kinds=CORRECTION_NAMES,
        form=step if step.errors or step.form_errors else enemy,
        step_form=step,
        enemy_form=enemy,
        **NAMES,
    )


def _in_words(revision: ItemRevision, key: dict[str, Any]) -> list[str]:
    """A key of a revision for the page, a line each."""
    lines = RULES[revision.type].describe_key(revision.content, key)
    return as_shown(revision.type, lines, revision.markup)


def _correctors(corrected: Corrected | None) -> list[str]:
    """Who asked for a correction and who confirmed it."""
    if corrected is None:
        return []
    ids = [corrected.change.proposed_by_id, corrected.change.actor_id]
    names = browsing.names_of(session, ids)
    return [names[id_] for id_ in ids]


def as_sat(revision: ItemRevision) -> dict[str, Any]:
    """A revision as the templates of the sitting take it.

    Their pictures lie at ``<position>/gambar/`` from the page; here the item stands for the place.
    """
    return {
        "position": revision.item_id,
        "stem": revision.stem,
        "content": revision.content,
        "markup": revision.markup,
        "scoring": with_own_counting(revision.type, revision.content, revision.key, {}),
    }


@exams.post("/bank-soal/<uuid:item_id>/keadaan")
@may("bank.write")
def move_item(item_id: UUID) -> ResponseReturnValue:
    """Take a question to its next state."""
    form = StepForm()
    to = read_value(ItemState, form.to.data)
    if to is None:
        raise NotFound
    if not form.validate():
        return _item_page(item_id, form, EnemyForm(formdata=None))
    try:
        moved = bank_service.move_item(
            session,
            item_id,
            to=to,
            actor_id=me().person_id,
            now=now(),
            note=(form.note.data or "").replace("\r\n", "\n"),
        )
    except Refusal as refusal:
        form.refuse(refusal_text(refusal), form.note)
        return _item_page(item_id, form, EnemyForm(formdata=None))
    session.commit()
    flash(_("Keadaan soal sekarang: %(state)s.", state=_(STATE_NAMES[moved.state])), "success")
    return redirect(url_for("exams.item", item_id=item_id))


@exams.post("/bank-soal/<uuid:item_id>/lawan")
@may("bank.write")
def add_enemy(item_id: UUID) -> ResponseReturnValue:
    """Keep this question and another out of the same papers."""
    form = EnemyForm()
    if form.validate():
        try:
            bank_service.add_enemy(
                session,
                item_id,
                identifier=form.identifier.data or "",
                reason=form.reason.data or "",
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.identifier)
        else:
            session.commit()
            flash(_("Kedua soal tidak akan berada dalam satu naskah."), "success")
            return redirect(url_for("exams.item", item_id=item_id))
    return _item_page(item_id, StepForm(formdata=None), form)


@exams.post("/bank-soal/<uuid:item_id>/lawan/<uuid:enemy_id>/hapus")
@may("bank.write")
def remove_enemy(item_id: UUID, enemy_id: UUID) -> ResponseReturnValue:
    """Let two questions stand in one paper again."""
    bank_service.remove_enemy(session, item_id, enemy_id, actor_id=me().person_id, now=now())
    session.commit()
    flash(_("Kedua soal boleh lagi berada dalam satu naskah."), "success")
    return redirect(url_for("exams.item", item_id=item_id))


@exams.route("/bank-soal/<uuid:item_id>/ukuran", methods=["GET", "POST"])
@may("bank.write")
def measure_item(item_id: UUID) -> ResponseReturnValue:
    """What is known of a question's difficulty."""
    found = bank_service.get_item(session, item_id)
    known = bank_service.measures_of(found)
    form = MeasuresForm(data=vars(known))
    if form.validate_on_submit():
        try:
            bank_service.measure_item(
                session, item_id, form.measures(), actor_id=me().person_id, now=now()
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.facility)
        else:
            session.commit()
            flash(_("Ukuran soal %(code)s disimpan.", code=found.identifier), "success")
            return redirect(url_for("exams.item", item_id=item_id))
    return render_template("exams/item_measures.html", form=form, item=found)


@exams.route("/bank-soal/ukuran", methods=["GET", "POST"])
@may("bank.write")
def measure_items() -> ResponseReturnValue:
    """What is known of many questions, from a table."""
    form = MeasuresTableForm()
    if form.validate_on_submit():
        content = form.file.data.stream.read(LARGEST_TABLE + 1)
        try:
            if len(content) > LARGEST_TABLE:
                raise Refusal(measure_rules.TOO_LARGE)
            table = measure_rules.read_table(content)
            count = bank_service.measure_items(session, table, actor_id=me().person_id, now=now())
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.file)
        else:
            session.commit()
            flash(
                ngettext(
                    "Ukuran %(num)s soal diperbarui.", "Ukuran %(num)s soal diperbarui.", count
                ),
                "success",
            )
            return redirect(url_for("exams.bank"))
    return render_template(
        "exams/item_measures_table.html", form=form, columns=measure_rules.COLUMNS
    )
