"""The audit trail, for whoever must be able to trust it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp import audit
from lsp.accounts.rules.actions import ACTION_NAMES, SUBJECT_NAMES
from lsp.accounts.services.trail import read_trail
from lsp.accounts.views import accounts
from lsp.extensions import limiter
from lsp.security import may, own_key
from lsp.web import parts, session

#: Numbers beyond what the database can hold are somebody trying.
LARGEST = 2**31 - 1


@accounts.get("/jejak-audit", endpoint="audit_trail")
@may("audit.read")
def show_trail() -> str:
    """Entries, newest first; all of them, or those of one subject."""
    before = request.args.get("sebelum", type=int)
    subject_type = _plain(request.args.get("jenis", ""))
    subject_id = _plain(request.args.get("id", ""))
    page = read_trail(
        session,
        before=min(before, LARGEST) if before is not None else None,
        subject_type=subject_type,
        subject_id=subject_id,
    )
    return render_template(
        "accounts/audit_trail.html",
        page=page,
        before=before,
        subject_type=subject_type,
        subject_id=subject_id,
        action_names=ACTION_NAMES,
        subject_names=SUBJECT_NAMES,
    )


@accounts.post("/jejak-audit/periksa")
@may("audit.read")
@limiter.limit("6/minute", key_func=own_key)
def verify_trail() -> ResponseReturnValue:
    """Walk the whole chain and say whether it holds."""
    session.rollback()  # a long read must not hold the lock that this POST took
    with parts().open_session(reads=True) as reading:
        report = audit.verify(reading)
    if report.intact:
        flash(_("Rantai utuh: %(n)s catatan diperiksa.", n=report.entries), "success")
    else:
        flash(
            _(
                "Rantai putus di catatan nomor %(number)s. %(n)s catatan sebelumnya utuh. "
                "Jangan ubah apa pun, dan laporkan kepada penanggung jawab sistem.",
                number=report.broken_number,
                n=report.entries,
            ),
            "warning",
        )
    return redirect(url_for("accounts.audit_trail"))


def _plain(text: str) -> str:
    return "".join(c for c in text[:100] if c.isprintable()).strip()
