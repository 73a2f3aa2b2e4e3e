"""Writing questions: a new item of each type, and the next revision of an old one."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.bank import FORMS, ItemForm, TypeForm
from lsp.exams.forms.bank.base import pictures_below
from lsp.exams.rules.corrections import CORRECTION_NAMES
from lsp.exams.rules.kinds import TYPE_NAMES, ItemType
from lsp.exams.services import bank as bank_service
from lsp.exams.services import browsing
from lsp.exams.services.keys import corrections_in_force, doubts, key_in_force
from lsp.exams.services.media import add_media, media_names
from lsp.exams.views import exams
from lsp.exams.views.browsing import read_value
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session


@exams.get("/bank-soal/baru")
@may("bank.write")
def new_item_type() -> ResponseReturnValue:
    """Which type of question it is to be."""
    form = TypeForm(request.args if "type" in request.args else None, meta={"csrf": False})
    if form.type.data and form.validate():
        return redirect(url_for("exams.new_item", kind=form.type.data))
    return render_template("exams/item_type.html", form=form)


@exams.route("/bank-soal/baru/<string:kind>", methods=["GET", "POST"])
@may("bank.write")
def new_item(kind: str) -> ResponseReturnValue:
    """A new question of one type."""
    type_ = read_value(ItemType, kind)
    if type_ is None:
        raise NotFound
    form = FORMS[type_]()
    form.offer_criteria(browsing.units_with_criteria(session))
    if form.validate_on_submit():
        try:
            written = bank_service.write_item(
                session,
                identifier=form.identifier.data or "",
                criterion_id=UUID(form.criterion.data),
                draft=form.draft(),
                writer_id=me().person_id,
                now=now(),
            )
            _keep_pictures(form, written.id)
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
            form.ask_again()
        else:
            session.commit()
            flash(
                _("Soal %(identifier)s disimpan sebagai draf.", identifier=written.identifier),
                "success",
            )
            return redirect(url_for("exams.item", item_id=written.id))
    return render_template(
        "exams/item_form.html", form=form, item=None, type_name=TYPE_NAMES[type_]
    )


@exams.route("/bank-soal/<uuid:item_id>/revisi", methods=["GET", "POST"])
@may("bank.write")
def revise_item(item_id: UUID) -> ResponseReturnValue:
    """The next revision of a question."""
    found = bank_service.get_item(session, item_id)
    newest = found.revisions[-1]
    class_ = FORMS[newest.type].showing(pictures_below(newest))
    corrected = corrections_in_force(session, [newest.id]).get(newest.id)
    key = key_in_force(newest, corrected)
    form = class_(data={**class_.filled(newest, key), "seen": str(newest.number)})
    form.follow(newest, key, media_names(session, item_id))
    if form.validate_on_submit():
        try:
            revision = bank_service.revise_item(
                session,
                item_id,
                draft=form.draft(),
                seen_revision=read_value(int, form.seen.data) or 0,
                writer_id=me().person_id,
                now=now(),
            )
            _keep_pictures(form, item_id)
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
            form.ask_again()
            form.seen.data = str(newest.number)
        else:
            session.commit()
            flash(_("Revisi %(number)s disimpan sebagai draf.", number=revision.number), "success")
            return redirect(url_for("exams.item", item_id=item_id))
    return render_template(
        "exams/item_form.html",
        form=form,
        item=found,
        type_name=TYPE_NAMES[newest.type],
        corrected=corrected,
        doubt=doubts(session, [item_id]).get(newest.id),
        kinds=CORRECTION_NAMES,
    )


def _keep_pictures(form: ItemForm, item_id: UUID) -> None:
    """Put the pictures that came with a question beside it, under the names the question uses."""
    for sent in form.sent_pictures():
        add_media(
            session,
            parts().storage,
            item_id=item_id,
            name=sent.name,
            content=sent.content,
            alt=sent.alt,
            now=now(),
        )
