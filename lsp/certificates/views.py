"""Certificates: public checking, the holder's copies, the LSP's register."""

import uuid

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.certificates.forms import CHANGES, StandingForm, VerifyForm
from lsp.certificates.models import Certificate
from lsp.certificates.rules import REASONS, VERDICTS, StatusKind, may_follow
from lsp.certificates.services import issuing, looking_up
from lsp.certificates.services.standing import change_standing
from lsp.extensions import limiter
from lsp.pages import refusal_text
from lsp.security import may, me, open_to_all
from lsp.texts import NotFound, Refusal
from lsp.web import now, parts, session, settings, today

certificates = Blueprint("certificates", __name__, template_folder="templates")


# --- the public -----------------------------------------------------------------------------


@certificates.route("/verifikasi", methods=["GET", "POST"])
@open_to_all
@limiter.limit("30 per minute", methods=["POST"])
def verify() -> ResponseReturnValue:
    """Ask for a number and its check code; answer the same for unknown and mistyped."""
    form = VerifyForm()
    if form.validate_on_submit():
        try:
            code = looking_up.code_for(
                session,
                number=form.number.data or "",
                given_check_code=form.check_code.data or "",
                secret=settings().secret_key,
            )
        except NotFound:
            return render_template("certificates/verify.html", form=form, missed=True), 404
        return redirect(url_for("certificates.check", code=code))
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/verify.html", form=form, missed=False), status


@certificates.get("/c/<string:code>")
@open_to_all
@limiter.limit("120 per minute")
def check(code: str) -> ResponseReturnValue:
    """What a QR code leads to: the standing of one certificate today."""
    try:
        view = looking_up.find_by_code(session, code, today())
    except NotFound:
        return _public(render_template("certificates/unknown.html"), 404)
    return _public(
        render_template(
            "certificates/check.html", view=view, verdict=VERDICTS[view.standing], reasons=REASONS
        )
    )


@certificates.get("/c/<string:code>.json")
@open_to_all
@limiter.limit("120 per minute")
def check_json(code: str) -> ResponseReturnValue:
    """The same answer for programs."""
    try:
        view = looking_up.find_by_code(session, code, today())
    except NotFound:
        return _public(jsonify(verdict="TIDAK TERCATAT"), 404)
    words = view.printed
    return _public(
        jsonify(
            verdict=VERDICTS[view.standing],
            holder=words["holder_name"],
            number=words["number"],
            scheme=words["scheme_title"],
            units=words["units"],
            issued=view.issued_on.isoformat(),
            expires=view.expires_on.isoformat(),
            changed=view.changed_at.isoformat() if view.changed_at else None,
            issuer=words["lsp_name"],
            licence=words["lsp_licence"],
            is_demonstration=words["is_demonstration"],
            sha256=view.sha256,
        )
    )


def _public(answer: str | Response, status: int = 200) -> Response:
    """A public answer that search engines leave alone and other sites learn nothing from."""
    response = answer if isinstance(answer, Response) else Response(answer)
    response.status_code = status
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- the holder -----------------------------------------------------------------------------


@certificates.get("/sertifikat-saya")
@may("certificate.own")
def mine() -> str:
    """The holder's certificates with their standing."""
    rows = looking_up.own_certificates(session, me().person_id)
    views = [(row, looking_up.public_view(row, today())) for row in rows]
    return render_template("certificates/mine.html", rows=views, verdicts=VERDICTS)


@certificates.get("/sertifikat-saya/<uuid:certificate_id>.pdf")
@may("certificate.own")
def download_own(certificate_id: uuid.UUID) -> Response:
    """The holder's own PDF."""
    return _pdf(looking_up.get_own_certificate(session, me().person_id, certificate_id))


# --- the LSP --------------------------------------------------------------------------------


@certificates.get("/sertifikat")
@may("certificate.read")
def register() -> str:
    """Decisions that wait for a certificate, and the register of those issued."""
    search = request.args.get("cari", "").strip()[:100]
    page = max(1, request.args.get("halaman", 1, type=int))
    rows, has_more = looking_up.list_certificates(session, search=search, page=page)
    return render_template(
        "certificates/register.html",
        rows=[(row, looking_up.public_view(row, today())) for row in rows],
        waiting=issuing.awaiting(session) if me().may("certificate.issue") else [],
        verdicts=VERDICTS,
        search=search,
        page=page,
        has_more=has_more,
    )


@certificates.post("/sertifikat/terbitkan/<uuid:decision_id>")
@may("certificate.issue")
def issue(decision_id: uuid.UUID) -> ResponseReturnValue:
    """Issue the certificate of one decision."""
    certificate = issuing.issue_certificate(
        session,
        decision_id=decision_id,
        manager_id=me().person_id,
        settings=settings(),
        storage=parts().storage,
        now=now(),
    )
    flash(_("Sertifikat %(number)s terbit.", number=certificate.number), "success")
    session.commit()
    return redirect(url_for("certificates.show", certificate_id=certificate.id))


@certificates.route("/sertifikat/<uuid:certificate_id>", methods=["GET", "POST"])
@may("certificate.read")
def show(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """One certificate with its history; the manager changes its standing here."""
    certificate = looking_up.get_certificate(session, certificate_id)
    last = certificate.events[-1].kind
    form = StandingForm()
    form.kind.choices = [
        (kind, label) for kind, label in CHANGES.items() if may_follow(last, StatusKind(kind))
    ]
    if request.method == "POST" and not me().may("certificate.status"):
        abort(403)
    if form.validate_on_submit():
        try:
            change_standing(
                session,
                certificate_id=certificate_id,
                kind=StatusKind(form.kind.data),
                reason_class=form.reason_class.data,
                note=form.note.data or "",
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            flash(
                _("Status sertifikat diubah. Halaman pemeriksaan sudah memberitahukannya."),
                "success",
            )
            session.commit()
            return redirect(url_for("certificates.show", certificate_id=certificate_id))
    status = 422 if form.is_submitted() else 200
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        view=looking_up.public_view(certificate, today()),
        form=form,
        verdicts=VERDICTS,
        reasons=REASONS,
    ), status


@certificates.get("/sertifikat/<uuid:certificate_id>.pdf")
@may("certificate.read")
def download(certificate_id: uuid.UUID) -> Response:
    """The PDF as it was issued, for the LSP."""
    return _pdf(looking_up.get_certificate(session, certificate_id))


def _pdf(certificate: Certificate) -> Response:
    name = f"sertifikat-{certificate.number.replace(' ', '-').replace('/', '-')}.pdf"
    return send_file(
        parts().storage.open(certificate.storage_key),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=name,
    )
