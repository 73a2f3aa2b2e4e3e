"""Safe Exam Browser: the manager's page, the gate before a paper, and the proof a page script brings.

The gate stands before everything that shows questions or takes answers, but for one: what the
script sends with its window's key (``sitting.window.save``), because that key is handed out only
past the gate. An answer that the gate turns away stays on the device, or comes back in a page, and
can be sent again. The gate looks at the request's headers first. Modern web views
send none; they are led to a page whose address is new each time, where the browser's own
JavaScript interface signs that address with its key, and what is proven there holds for this
sign-in and these keys. A signature for that address cannot be fetched beforehand, and one that
was overheard is worth nothing later. Whoever holds the settings file, or the cookie of a browser
that has proven itself, can still pretend: see ``rules.seb`` for what this evidence is worth.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lsp.accounts.signed_in import carried_token
from lsp.exams.forms.seb import SebForm
from lsp.exams.models import ExamSession, Seat
from lsp.exams.rules import seb as rules
from lsp.exams.rules.seb import HEADERS, Proof
from lsp.exams.services import seb
from lsp.exams.services.seb import SebRule
from lsp.exams.services.sitting import OwnPlace, get_own_seat
from lsp.exams.services.watchers import get_watched
from lsp.exams.views import exams
from lsp.pages import refusal_text
from lsp.security import may, me, open_to_all
from lsp.texts import NotFound, Refusal
from lsp.web import now, session, settings

#: Names in the signed cookie: what was proven, and the address that waits for a proof.
PROVEN, NONCE = "seb", "seb_nonce"


# --- The manager's page ----------------------------------------------------------------------


@exams.route("/sesi-ujian/<uuid:session_id>/seb", methods=["GET", "POST"])
@may("sessions.manage")
def session_seb(session_id: UUID) -> ResponseReturnValue:
    """Switch the browser on or off for a session, and its keys."""
    exam = get_watched(session, session_id, me().person_id)
    form = SebForm.showing(SebRule.of(exam))
    if form.validate_on_submit():
        try:
            seb.set_rule(
                session,
                session_id=session_id,
                is_required=form.is_required.answer or False,
                addresses=_addresses(),
                quit_password=form.quit_password.data or "",
                config_keys=(form.config_keys.data or "").split(),
                browser_exam_keys=(form.browser_exam_keys.data or "").split(),
                file=_uploaded(form),
                actor_id=me().person_id,
                now=now(),
            )
        except Refusal as refusal:
            form.refuse(refusal_text(refusal))
        else:
            session.commit()
            flash(_("Pengaturan Safe Exam Browser disimpan."), "success")
            return redirect(url_for("exams.session_seb", session_id=session_id))
    return render_template("exams/seb.html", exam=exam, form=form, rule=SebRule.of(exam))


def _uploaded(form: SebForm) -> bytes:
    """The settings file that came with the form; one byte more than it may have shows that."""
    if not form.file.data:
        return b""
    with form.file.data.stream as stream:
        return bytes(stream.read(rules.LARGEST_FILE + 1))


def _addresses() -> dict[str, str]:
    base = settings().base_url.rstrip("/")
    return {
        "start_url": base + url_for("exams.mine"),
        "quit_url": base + url_for("exams.seb_quit"),
        "host": urlsplit(base).netloc,
    }


@exams.get("/ujian/seb/<uuid:session_id>.seb")
@open_to_all
def seb_file(session_id: UUID) -> Response:
    """The settings file. Open to all, because the browser fetches it before anybody signs in."""
    exam = session.get(ExamSession, session_id)
    if exam is None or not exam.seb.get("settings"):
        raise NotFound
    response = Response(rules.write_settings(exam.seb["settings"]), mimetype="application/seb")
    response.headers["Content-Disposition"] = "attachment; filename=ujian.seb"
    return response


@exams.get("/ujian/seb/usai")
@open_to_all
def seb_quit() -> str:
    """Where the browser ends; another browser shows a page."""
    return render_template("exams/seb_quit.html")


# --- The gate --------------------------------------------------------------------------------


def gate(seat: Seat | OwnPlace, *, for_script: bool = False) -> ResponseReturnValue | None:
    """Where a candidate without the browser is sent instead of the paper; None lets them in.

    For views that show questions or take answers, given the seat with its session; a page's script
    is told in JSON. It asks the database only when a proof is missing.
    """
    rule = SebRule.of(seat.session)
    if not rule.is_required or _is_proven(rule, seat.session_id):
        return None
    if seb.is_waived(session, seat.id):
        return None
    if for_script:
        # The page says then what to do (``sitting_parts.html``), and keeps what it has.
        return {"error": "seb"}, 403
    cookie[NONCE] = secrets.token_urlsafe(16)
    return redirect(url_for("exams.seb_check", seat_id=seat.id, nonce=cookie[NONCE]))


def _is_proven(rule: SebRule, session_id: UUID) -> bool:
    kept = cookie.get(PROVEN, {})
    return all(
        rules.proves(request.headers.get(HEADERS[proof], ""), _here(), keys)
        or hmac.compare_digest(str(kept.get(proof, "")), _mark(proof, keys, session_id))
        for proof, keys in rule.keys.items()
    )


def _here() -> list[str]:
    """This page's address as the browser may know it: by our settings, and as it asked."""
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    return [settings().base_url.rstrip("/") + request.path + query, request.url]


def _mark(proof: Proof, keys: Sequence[str], session_id: UUID) -> str:
    """What the signed cookie keeps of a proof: good for this sign-in, session and these keys."""
    said = " ".join([proof, carried_token(), str(session_id), *keys])
    return hashlib.sha256(said.encode()).hexdigest()


@exams.get("/ujian/kursi/<uuid:seat_id>/seb/<string:nonce>")
@may("exam.sit")
def seb_check(seat_id: UUID, nonce: str) -> ResponseReturnValue:
    """What to do without the browser; inside it, the page proves itself and goes on."""
    seat = get_own_seat(session, me().person_id, seat_id).seat
    return _check_page(seat, nonce, is_refused=False)


@exams.post("/ujian/kursi/<uuid:seat_id>/seb/<string:nonce>")
@may("exam.sit")
def seb_prove(seat_id: UUID, nonce: str) -> ResponseReturnValue:
    """Take the signatures of this page's address, once."""
    seat = get_own_seat(session, me().person_id, seat_id).seat
    rule = SebRule.of(seat.session)
    is_asked = hmac.compare_digest(cookie.pop(NONCE, "").encode(), nonce.encode())
    is_right = all(
        rules.proves(request.form.get(proof, ""), _here(), keys)
        for proof, keys in rule.keys.items()
    )
    if not is_asked or not is_right:
        return _check_page(seat, nonce, is_refused=True), 403
    cookie[PROVEN] = {
        proof.value: _mark(proof, keys, seat.session_id) for proof, keys in rule.keys.items()
    }
    return redirect(url_for("exams.start", seat_id=seat_id))


def _check_page(seat: Seat, nonce: str, *, is_refused: bool) -> str:
    file = settings().base_url.rstrip("/") + url_for("exams.seb_file", session_id=seat.session_id)
    return render_template(
        "exams/seb_check.html",
        seat=seat,
        exam=seat.session,
        nonce=nonce,
        is_refused=is_refused,
        # seb:// and sebs:// are http:// and https:// for the program.
        open_address=file.replace("http", "seb", 1),
        has_file=bool(SebRule.of(seat.session).settings),
    )
