"""The files themselves: download, and pages as pictures. Only the owner and granted readers."""

import uuid

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue

from lsp.portfolios.rules.kinds import ACCEPTED
from lsp.portfolios.services.evidence import get_readable_evidence
from lsp.portfolios.services.pictures import NoPicture, page_picture
from lsp.portfolios.views import portfolios
from lsp.security import may, me
from lsp.texts import NotFound
from lsp.web import parts, session

#: A file of a stranger's making never acts as a page of ours, even when opened in the browser.
SANDBOX = "sandbox; default-src 'none'"


@portfolios.get("/portofolio/<uuid:evidence_id>/berkas")
@may("evidence.read")
def download(evidence_id: uuid.UUID) -> ResponseReturnValue:
    """The file as handed in, always as a download."""
    evidence = get_readable_evidence(session, me().person_id, evidence_id)
    response = send_file(
        parts().storage.open(evidence.storage_key),
        mimetype=evidence.media_type,
        as_attachment=True,
        download_name=evidence.filename,
        etag=False,
    )
    response.content_length = evidence.size
    response.headers["Cache-Control"] = "no-store"
    return _guarded(response)


@portfolios.get("/portofolio/<uuid:evidence_id>/halaman/<int:number>.jpg")
@may("evidence.read")
def picture(evidence_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One page as a picture; ``?kecil=1`` gives a thumbnail.

    The browser may keep it but asks each time whether it still may show it; the answer to that
    costs no drawing.
    """
    evidence = get_readable_evidence(session, me().person_id, evidence_id)
    small = request.args.get("kecil") == "1"
    tag = f"{evidence.sha256[:32]}-{number}{'-s' if small else ''}"
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        with parts().storage.open(evidence.storage_key) as file:
            content = file.read()
        try:
            jpeg = page_picture(ACCEPTED[evidence.media_type], content, number, small=small)
        except NoPicture:
            raise NotFound from None
        response = Response(jpeg, mimetype="image/jpeg")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return _guarded(response)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
