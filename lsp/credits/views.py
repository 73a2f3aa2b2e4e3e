"""A Pranata Humas' own record of credit points: overview, entering, mending, removing."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from lsp.credits.forms import MONTHS, PeriodForm, StandingForm
from lsp.credits.rules import NOT_COUNTED_REASONS, PREDICATE_NAMES, printed, share
from lsp.credits.services import record
from lsp.credits.services.overview import overview as see_overview
from lsp.credits.services.tables import (
    conversion_2023,
    grade_names,
    ladders_2005,
    regulations,
)
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, session, today

credits_ = Blueprint("credits", __name__, template_folder="templates")


@credits_.context_processor
def add_names() -> dict[str, Any]:
    """Names and small rules the templates of this wing use."""
    return {
        "grade_names": grade_names(),
        "predicate_names": PREDICATE_NAMES,
        "not_counted_reasons": NOT_COUNTED_REASONS,
        "months": MONTHS,
        "printed": printed,
        "share": share,
    }


@credits_.get("/angka-kredit")
@may("credits.own")
def overview() -> str:
    """Where one stands, and how each number came about."""
    return render_template(
        "credits/overview.html", overview=see_overview(session, me().person_id, today())
    )


@credits_.get("/angka-kredit/dasar")
@may("credits.own")
def basis() -> str:
    """The tables and regulations the computation rests on, and what is not established."""
    return render_template(
        "credits/basis.html",
        tables=conversion_2023(),
        ladders=ladders_2005(),
        regulations=regulations(),
    )


@credits_.route("/angka-kredit/catatan/baru/<int:regime>", methods=["GET", "POST"])
@may("credits.own")
def new_standing(regime: int) -> ResponseReturnValue:
    """Enter the credits of a PAK."""
    if regime not in record.REGIMES:
        raise NotFound
    form = StandingForm(regime)
    if form.validate_on_submit():
        try:
            record.enter_standing(
                session,
                person_id=me().person_id,
                regime=regime,
                given=form.standing(),
                document=form.document.data or "",
                today=today(),
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            return _done(gettext("Angka kredit dicatat."))
    return render_template("credits/standing.html", form=form, regime=regime, is_new=True)


@credits_.route("/angka-kredit/catatan/<uuid:standing_id>/ubah", methods=["GET", "POST"])
@may("credits.own")
def edit_standing(standing_id: UUID) -> ResponseReturnValue:
    """Mend a standing."""
    standing = record.get_own_standing(session, me().person_id, standing_id)
    stored = {
        "place": f"{standing.level}|{standing.grade}",
        "credits": standing.credits,
        "as_of": standing.as_of,
        "document": standing.document,
    }
    form = StandingForm(standing.regime, data=stored if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            record.change_standing(
                session,
                standing,
                given=form.standing(),
                document=form.document.data or "",
                today=today(),
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            return _done(gettext("Catatan diubah."))
    return render_template("credits/standing.html", form=form, regime=standing.regime, is_new=False)


@credits_.route("/angka-kredit/catatan/<uuid:standing_id>/hapus", methods=["GET", "POST"])
@may("credits.own")
def remove_standing(standing_id: UUID) -> ResponseReturnValue:
    """Ask, then take a standing out of the record."""
    standing = record.get_own_standing(session, me().person_id, standing_id)
    if request.method == "POST":
        record.remove_standing(session, standing, now=now())
        return _done(gettext("Catatan dihapus."))
    return render_template("credits/remove.html", standing=standing, period=None)


@credits_.route("/angka-kredit/masa-kinerja/baru", methods=["GET", "POST"])
@may("credits.own")
def new_period() -> ResponseReturnValue:
    """Enter a performance period."""
    whole_year = {"first_month": "1", "last_month": "12"}
    form = PeriodForm(data=whole_year if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            record.enter_period(
                session,
                person_id=me().person_id,
                period=form.period(),
                today=today(),
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            return _done(gettext("Masa kinerja dicatat."))
    return render_template("credits/period.html", form=form, is_new=True)


@credits_.route("/angka-kredit/masa-kinerja/<uuid:period_id>/ubah", methods=["GET", "POST"])
@may("credits.own")
def edit_period(period_id: UUID) -> ResponseReturnValue:
    """Mend a performance period."""
    period = record.get_own_period(session, me().person_id, period_id)
    stored = {
        "year": period.year,
        "first_month": str(period.first_month),
        "last_month": str(period.last_month),
        "level": period.level,
        "predicate": period.predicate.value,
    }
    form = PeriodForm(data=stored if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            record.change_period(session, period, period=form.period(), today=today(), now=now())
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            return _done(gettext("Masa kinerja diubah."))
    return render_template("credits/period.html", form=form, is_new=False)


@credits_.route("/angka-kredit/masa-kinerja/<uuid:period_id>/hapus", methods=["GET", "POST"])
@may("credits.own")
def remove_period(period_id: UUID) -> ResponseReturnValue:
    """Ask, then take a period out of the record."""
    period = record.get_own_period(session, me().person_id, period_id)
    if request.method == "POST":
        record.remove_period(session, period, now=now())
        return _done(gettext("Masa kinerja dihapus."))
    return render_template("credits/remove.html", standing=None, period=period)


def _done(message: str) -> Response:
    """Save, say so, and go back to the overview."""
    flash(message, "success")
    address = url_for("credits.overview")
    session.commit()
    return redirect(address)
