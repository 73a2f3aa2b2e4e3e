"""Exporting questions: choose, see what the format cannot hold, download."""

from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from lsp.exams.forms.exporting import FORMAT_NAMES, ExportForm
from lsp.exams.services import browsing, exporting
from lsp.exams.views import exams
from lsp.exams.views.browsing import filter_of
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, parts, session, today

#: Notes about what a format cannot hold that are shown; the rest is counted.
SHOWN = 200


@exams.route("/bank-soal/ekspor", methods=["GET", "POST"])
@may("bank.export")
def export() -> ResponseReturnValue:
    """Choose questions and a format; posting the choice downloads the file."""
    form = ExportForm(request.args)
    form.offer_units(browsing.units_with_criteria(session))
    made: exporting.Export | None = None
    is_chosen = "format" in request.args
    if is_chosen and form.validate():
        try:
            made = exporting.make_export(
                session,
                parts().storage,
                wanted=filter_of(form),
                format_name=form.format.data,
                identifiers=form.identifiers(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
    if made is not None and request.method == "POST":
        return _download(made, form.format.data)
    lost = made.lost if made else []
    return render_template(
        "exams/export.html",
        form=form,
        made=made,
        lost=[
            {"where": note.where, "what": note.what, "why": refusal_text(note.why)}
            for note in lost[:SHOWN]
        ],
        lost_count=len(lost),
        format_name=FORMAT_NAMES.get(form.format.data, ""),
        address=request.full_path,
    )


def _download(made: exporting.Export, format_name: str) -> ResponseReturnValue:
    """The file; that it was taken is on record first."""
    exporting.record_export(
        session, made, format_name=format_name, actor_id=me().person_id, now=now()
    )
    session.commit()
    ending, media_type = exporting.WRITTEN[format_name]
    return send_file(
        BytesIO(made.content),
        mimetype=media_type,
        as_attachment=True,
        download_name=f"bank-soal-{today():%Y%m%d}.{ending}",
    )
