"""The item bank: list, coverage, one item, a new item, a new revision, its states."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.forms.bank import FORMS, FilterForm, StepForm, TypeForm
from lsp.exams.models import Item
from lsp.exams.rules.items import RULES
from lsp.exams.rules.kinds import (
    ITEM_STEPS,
    LEVEL_NAMES,
    STATE_NAMES,
    TYPE_NAMES,
    CognitiveLevel,
    ItemState,
    ItemType,
)
from lsp.exams.services import bank as bank_service
from lsp.exams.services import browsing
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, session

Member = TypeVar("Member", bound=StrEnum)
Value = TypeVar("Value")

NAMES = {"types": TYPE_NAMES, "states": STATE_NAMES, "levels": LEVEL_NAMES}


def _read(kind: Callable[[str], Value], value: str | None) -> Value | None:
    """A value of the address, or None when it is empty or was made up."""
    try:
        return kind(value) if value else None
    except ValueError:
        return None


@exams.get("/bank-soal")
@may("bank.read")
def bank() -> str:
    """The items, narrowed by the filters in the address."""
    filters = FilterForm(request.args)
    filters.offer_units(browsing.units_with_criteria(session))
    wanted = browsing.ItemFilter(
        unit_id=_read(UUID, filters.unit.data),
        type=_read(ItemType, filters.jenis.data),
        state=_read(ItemState, filters.keadaan.data),
        level=_read(CognitiveLevel, filters.jenjang.data),
        search=(filters.cari.data or "")[:100],
    )
    page = browsing.list_items(session, wanted, request.args.get("halaman", 1, type=int))
    arguments = {key: value for key, value in filters.data.items() if value}
    return render_template(
        "exams/bank.html", filters=filters, page=page, arguments=arguments, **NAMES
    )


@exams.get("/bank-soal/cakupan")
@may("bank.read")
def bank_coverage() -> str:
    """How many active items measure each criterion."""
    return render_template("exams/bank_coverage.html", units=browsing.coverage(session))


@exams.get("/bank-soal/<uuid:item_id>")
@may("bank.read")
def item(item_id: UUID) -> str:
    """One question as a candidate sees it, with its key and its history."""
    found = bank_service.get_item(session, item_id)
    newest = found.revisions[-1]
    number = request.args.get("revisi", newest.number, type=int)
    revision = next((r for r in found.revisions if r.number == number), None)
    if revision is None:
        raise NotFound
    return render_template(
        "exams/item.html",
        item=found,
        revision=revision,
        newest=newest,
        key_lines=RULES[revision.type].describe_key(revision.content, revision.key),
        uses=browsing.uses_of(session, item_id),
        writers=browsing.names_of(session, (r.created_by_id for r in found.revisions)),
        steps=ITEM_STEPS[found.state],
        **NAMES,
    )


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
    type_ = _read(ItemType, kind)
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
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
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
    class_ = FORMS[newest.type]
    form = class_(data={**class_.filled(newest), "seen": str(newest.number)})
    form.drop_identity()
    if form.validate_on_submit():
        try:
            revision = bank_service.revise_item(
                session,
                item_id,
                draft=form.draft(),
                seen_revision=_read(int, form.seen.data) or 0,
                writer_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
            form.seen.data = str(newest.number)
        else:
            session.commit()
            flash(_("Revisi %(number)s disimpan sebagai draf.", number=revision.number), "success")
            return redirect(url_for("exams.item", item_id=item_id))
    return render_template(
        "exams/item_form.html", form=form, item=found, type_name=TYPE_NAMES[newest.type]
    )


@exams.post("/bank-soal/<uuid:item_id>/keadaan")
@may("bank.write")
def move_item(item_id: UUID) -> ResponseReturnValue:
    """Take a question to its next state."""
    form = StepForm()
    to = _read(ItemState, form.to.data)
    if not form.validate() or to is None:
        raise NotFound
    moved: Item = bank_service.move_item(
        session, item_id, to=to, actor_id=me().person_id, now=now()
    )
    session.commit()
    flash(_("Keadaan soal sekarang: %(state)s.", state=_(STATE_NAMES[moved.state])), "success")
    return redirect(url_for("exams.item", item_id=item_id))
