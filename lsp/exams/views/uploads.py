"""Files of questions and answers: pictures of questions, and what candidates hand in."""

import io
from pathlib import PurePath
from typing import BinaryIO
from uuid import UUID

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.exams.formats.neutral import neutral
from lsp.exams.models import ItemMedia, ResponseFile
from lsp.exams.rules.journal import Arriving
from lsp.exams.services import marking
from lsp.exams.services import media as media_service
from lsp.exams.services.sitting import Fate, get_own_attempt, save_answers, uploads
from lsp.exams.views import exams
from lsp.exams.views.seb import gate
from lsp.exams.views.sitting import csrf_is_stale, grace
from lsp.exams.views.sitting.common import open_own_form
from lsp.extensions import csrf
from lsp.pages import refusal_text
from lsp.security import may, me
from lsp.texts import Refusal
from lsp.web import now, parts, session

#: A file of a stranger's making never acts as a page of ours, even when opened in the browser.
SANDBOX = "sandbox; default-src 'none'"
#: Seconds a browser keeps a picture of a question.
KEPT_FOR = 3600


@exams.get("/ujian/<uuid:attempt_id>/soal/<int:position>/gambar/<string:name>")
@may("exam.sit")
def media(attempt_id: UUID, position: int, name: str) -> ResponseReturnValue:
    """A picture of a question in one's own open sitting."""
    picture, seat = media_service.get_media_of_attempt(
        session, me().person_id, attempt_id, position, name, now=now(), grace=grace()
    )
    if (refused := gate(seat, for_script=True)) is not None:
        return refused
    return _picture(picture)


@exams.get("/penilaian-ujian/jawaban/<uuid:script_id>/gambar/<string:name>")
@may("exam.mark")
def marked_media(script_id: UUID, name: str) -> ResponseReturnValue:
    """The same picture for who marks an answer."""
    return _picture(marking.get_picture(session, script_id, me().person_id, name))


@exams.get("/bank-soal/<uuid:item_id>/gambar/<string:name>")
@may("bank.read")
def item_media(item_id: UUID, name: str) -> ResponseReturnValue:
    """A picture of an item in the bank."""
    return _picture(media_service.get_media_of_item(session, item_id, name))


def _picture(picture: ItemMedia) -> Response:
    if request.if_none_match.contains(picture.sha256):
        response = Response(status=304)
    else:
        response = send_file(
            parts().storage.open(picture.storage_key), mimetype=picture.media_type, etag=False
        )
    response.set_etag(picture.sha256)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    return _guarded(response)


@exams.post("/ujian/<uuid:attempt_id>/soal/<int:position>/berkas")
@csrf.exempt
@may("exam.sit")
def upload(attempt_id: UUID, position: int) -> ResponseReturnValue:
    """Hand a file in as the answer to a question; then back to the question."""
    back = redirect(url_for("exams.question", attempt_id=attempt_id, position=position))
    if csrf_is_stale():
        flash(_("Anda masuk lagi di jendela lain. Pilih berkasnya sekali lagi, lalu unggah."))
        return back
    seat = get_own_attempt(session, me().person_id, attempt_id).seat
    if (elsewhere := gate(seat)) is not None:
        return elsewhere
    sent = request.files.get("upload")
    if sent is None or not sent.filename:
        flash(_("Pilih berkas di perangkat Anda dulu, lalu tekan Unggah berkas."))
        return back
    try:
        file = uploads.hand_in(
            session,
            parts().storage,
            person_id=me().person_id,
            attempt_id=attempt_id,
            position=position,
            name=sent.filename,
            content=sent.stream.read(),
            now=now(),
        )
    except Refusal as refusal:
        flash(refusal_text(refusal))
        return back
    fate = _save(attempt_id, position, file)
    session.commit()
    if fate is Fate.REFUSED:
        flash(
            _(
                "Berkas %(name)s tiba sesudah ujian berakhir. Berkas itu disimpan dan belum"
                " dihitung; pengawas memutuskannya.",
                name=file.name,
            )
        )
    elif fate is Fate.LATE:
        flash(_("Berkas %(name)s masih diterima dan ditandai terlambat.", name=file.name))
    else:
        flash(_("Berkas %(name)s sudah diunggah.", name=file.name), "success")
    return back


def _save(attempt_id: UUID, position: int, file: ResponseFile) -> Fate:
    """Make the file the answer; says what it counts for.

    The form is a window of its own, so it outranks earlier ones.
    """
    window, seq = open_own_form(attempt_id)
    response = {"file": str(file.id), "name": file.name}
    is_doubtful = "doubtful" in request.form
    result = save_answers(
        session,
        person_id=me().person_id,
        attempt_id=attempt_id,
        window=window,
        answers=[Arriving(position, seq, response, is_doubtful)],
        now=now(),
        grace=grace(),
    )
    return result.answers[0].fate


@exams.get("/ujian/<uuid:attempt_id>/soal/<int:position>/berkas/<uuid:file_id>")
@may("exam.sit")
def own_file(attempt_id: UUID, position: int, file_id: UUID) -> ResponseReturnValue:
    """The file one handed in, as a download, while the sitting is open."""
    file = uploads.get_own_file(session, me().person_id, attempt_id, position, file_id)
    stream = parts().storage.open(file.storage_key)
    return _download(stream, file.media_type, file.name, file.size)


@exams.get("/penilaian-ujian/jawaban/<uuid:script_id>/berkas")
@may("exam.mark")
def marked_file(script_id: UUID) -> ResponseReturnValue:
    """The file a candidate handed in, for who marks it: without its name and who made it."""
    file = marking.get_file(session, script_id, me().person_id)
    with parts().storage.open(file.storage_key) as stream:
        content = neutral(stream.read(), file.media_type)
    ending = PurePath(file.name).suffix
    return _download(
        io.BytesIO(content), file.media_type, _("Berkas jawaban") + ending, len(content)
    )


def _download(stream: BinaryIO, media_type: str, name: str, size: int) -> Response:
    response = send_file(
        stream, mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    response.content_length = size
    response.headers["Cache-Control"] = "no-store"
    return _guarded(response)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
