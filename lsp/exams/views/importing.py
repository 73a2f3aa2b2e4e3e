"""Importing questions: upload a file, look through what was read, put it into the bank."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lsp.exams.formats import tables
from lsp.exams.formats.limits import LARGEST_FILE
from lsp.exams.formats.tables.examples import examples
from lsp.exams.forms.importing import FORMAT_NAMES, ForAllForm, ReviewForms, UploadForm
from lsp.exams.models import ImportDraft
from lsp.exams.rules.items import RULES, as_shown
from lsp.exams.rules.kinds import ImportState
from lsp.exams.services import importing
from lsp.exams.views import exams
from lsp.exams.views.browsing import NAMES
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session

#: Notes about what was not carried, on one page.
NOTES = 100


@exams.url_value_preprocessor
def widen_the_wall(endpoint: str | None, _values: object) -> None:
    """Let a file of questions in, and one that is too large, too, so that a page can say so."""
    if endpoint == "exams.imports":
        request.max_content_length = 2 * LARGEST_FILE


@exams.route("/bank-soal/impor", methods=["GET", "POST"])
@may("bank.write")
def imports() -> ResponseReturnValue:
    """One's uploads, and a new one."""
    labels = importing.criterion_labels(session)
    form = UploadForm()
    form.known = {label: id_ for id_, (label, _text) in labels.items()}
    if form.validate_on_submit():
        file = form.file.data
        content = file.stream.read(LARGEST_FILE + 1)
        file.close()
        try:
            draft = importing.start_import(
                session,
                parts().storage,
                content=content,
                name=file.filename or "",
                format_name=form.format.data,
                person_id=me().person_id,
                now=now(),
                criterion_id=form.criterion_id,
                level=form.chosen_level,
                prefix=form.prefix.data or "",
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal), form.file)
        else:
            session.commit()
            return redirect(url_for("exams.review_import", draft_id=draft.id))
    return render_template(
        "exams/imports.html",
        form=form,
        drafts=importing.own_drafts(session, me().person_id),
        labels=labels,
        formats=FORMAT_NAMES,
    )


@exams.route("/bank-soal/impor/<uuid:draft_id>", methods=["GET", "POST"])
@may("bank.write")
def review_import(draft_id: UUID) -> ResponseReturnValue:
    """What was read, question by question, with what becomes of each."""
    draft = importing.get_own_draft(session, draft_id, me().person_id, lock=_is_post())
    if draft.state is ImportState.SAVED:
        return render_template(
            "exams/import_saved.html", draft=draft, counts=importing.count_rows(session, draft)
        )
    labels = importing.criterion_labels(session)
    known = {label: id_ for id_, (label, _text) in labels.items()}
    if not _is_post():
        general = ForAllForm(formdata=None, data=_general(draft, labels))
        page = importing.review_page(
            session, draft, request.args.get("halaman", 1, type=int), only_open=_only_open()
        )
        return _review(draft, page, ReviewForms(general, page.rows, known, None), labels)
    rows = importing.rows_at(session, draft, request.form.getlist("posisi", type=int)[:100])
    forms = ReviewForms(ForAllForm(), rows, known, request.form)
    number = request.args.get("halaman", 1, type=int)
    if forms.validate():
        draft.criterion_id = forms.general.criterion_id
        draft.level = forms.general.chosen_level
        chosen = {position: form.choice() for position, form in forms.rows.items()}
        importing.keep_choices(session, draft, chosen)
        # Kept whatever comes of the saving, so that nothing chosen is lost.
        session.commit()
        if request.form.get("go") != "save":
            return redirect(_address(draft, number))
        try:
            importing.save_import(session, draft_id, person_id=me().person_id, now=now())
        except Refusal as refusal:
            session.rollback()
            forms.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Soal disimpan di bank sebagai draf."), "success")
            return redirect(_address(draft, 1))
    draft = importing.get_own_draft(session, draft_id, me().person_id)
    pages = importing.review_page(session, draft, number, only_open=_only_open())
    shown = importing.ReviewPage(
        importing.rows_at(session, draft, [row.row.position for row in rows]),
        pages.page,
        pages.pages,
    )
    return _review(draft, shown, forms, labels)


def _is_post() -> bool:
    return request.method == "POST"


def _only_open() -> bool:
    return request.args.get("tampil") == "perlu-dilihat"


def _address(draft: ImportDraft, number: int) -> str:
    """Where the form leads: the page the button named, with the same view of the rows."""
    go = request.form.get("go", "")
    number += {"next": 1, "previous": -1}.get(go, 0)
    return url_for(
        "exams.review_import",
        draft_id=draft.id,
        halaman=max(1, number),
        tampil="perlu-dilihat" if _only_open() else None,
    )


def _general(draft: ImportDraft, labels: Any) -> dict[str, str]:
    return {
        "criterion": labels[draft.criterion_id][0] if draft.criterion_id else "",
        "level": draft.level.value if draft.level else "",
    }


def _review(draft: ImportDraft, page: importing.ReviewPage, forms: ReviewForms, labels: Any) -> str:
    notes: dict[str, list[dict[str, str]]] = {}
    for note in draft.not_carried:
        if len(notes.setdefault(note["where"], [])) < NOTES:
            notes[note["where"]].append(_note(note))
    return render_template(
        "exams/import_review.html",
        draft=draft,
        page=page,
        form=forms,
        counts=importing.count_rows(session, draft),
        own_prefix=importing.OWN_PREFIX,
        saved_before=importing.saved_before(session, draft),
        notes={row.row.position: notes.get(row.item.where, []) for row in page.rows},
        questions={row.row.position: _shown(row) for row in page.rows if row.item.type},
        obstacles={
            row.row.position: refusal_text(row.obstacle) for row in page.rows if row.obstacle
        },
        labels=labels,
        only_open=_only_open(),
        root=url_for("exams.import_media", draft_id=draft.id, name="x")[:-1],
        **NAMES,
    )


def _note(note: Any) -> dict[str, str]:
    why = refusal_text(Refusal(note["why"], **note["values"]))
    return {"where": note["where"], "what": note["what"], "why": why}


def _shown(row: importing.ReviewRow) -> dict[str, Any]:
    """A read question as the preview draws it, with its key in words."""
    item = row.item
    if item.type is None:
        raise ValueError("nothing to show")
    lines = RULES[item.type].describe_key(item.body.content, item.body.key)
    return {
        "type": item.type,
        "stem": item.stem,
        "content": item.body.content,
        "key": item.body.key,
        "markup": item.markup,
        "key_lines": as_shown(item.type, lines, item.markup),
    }


@exams.get("/bank-soal/impor/<uuid:draft_id>/tidak-terbawa")
@may("bank.write")
def import_notes(draft_id: UUID) -> str:
    """All that could not be carried over: where it stood, what it is, and why."""
    draft = importing.get_own_draft(session, draft_id, me().person_id)
    total = len(draft.not_carried)
    pages = max(1, -(-total // NOTES))
    number = min(max(1, request.args.get("halaman", 1, type=int)), pages)
    part = draft.not_carried[(number - 1) * NOTES : number * NOTES]
    return render_template(
        "exams/import_notes.html",
        draft=draft,
        notes=[_note(note) for note in part],
        total=total,
        page={"page": number, "pages": pages},
    )


@exams.get("/bank-soal/impor/<uuid:draft_id>/gambar/<string:name>")
@may("bank.write")
def import_media(draft_id: UUID, name: str) -> ResponseReturnValue:
    """A picture of an upload, for the review page."""
    draft = importing.get_own_draft(session, draft_id, me().person_id)
    picture = draft.media.get(name)
    if picture is None:
        raise NotFound
    response = send_file(
        parts().storage.open(picture["storage_key"]), mimetype=picture["media_type"]
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response


@exams.post("/bank-soal/impor/<uuid:draft_id>/hapus")
@may("bank.write")
def drop_import(draft_id: UUID) -> ResponseReturnValue:
    """Throw an upload away."""
    keys = importing.drop_draft(session, draft_id, me().person_id)
    session.commit()
    for key in keys:
        parts().storage.delete(key)
    flash(_("Unggahan dihapus. Bank soal tidak berubah."), "success")
    return redirect(url_for("exams.imports"))


@exams.get("/bank-soal/impor/contoh/<string:kind>")
@may("bank.write")
def import_template(kind: str) -> ResponseReturnValue:
    """A table to fill in, with one example of each type of question."""
    if kind == "xlsx":
        content = tables.template()
        media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    elif kind == "csv":
        content, media_type = tables.write(examples(), [])[0], "text/csv"
    else:
        raise NotFound
    return send_file(
        BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=f"contoh-soal.{kind}",
    )


def saved_words(draft: ImportDraft) -> str:
    """How many questions went into the bank, in words."""
    new = ngettext("%(num)s soal baru", "%(num)s soal baru", draft.written)
    return f"{new}, {ngettext('%(num)s revisi', '%(num)s revisi', draft.revised)}"


exams.add_app_template_filter(saved_words, "saved_words")
